"use strict";

/* Figures: drawn when they come near the view, in the colors of the page, from the networks that match. */

const CONFIG = { responsive: true, displaylogo: false, modeBarButtonsToRemove: ["select2d", "lasso2d", "autoScale2d"] };
const places = [...document.querySelectorAll("[data-figure]")];
const captions = new Map(places.map((place) => [place, captionOf(place) ? [...captionOf(place).childNodes] : []]));
const descriptions = new Map(places.map((place) => [place, place.getAttribute("aria-label")]));
const underway = new Map();

function captionOf(place) {
  return place.parentElement.querySelector("figcaption");
}

function pageColors() {
  const style = getComputedStyle(document.documentElement);
  const color = (name) => style.getPropertyValue(name).trim();
  return {
    "font.color": color("--soft"), "hoverlabel.bgcolor": color("--page"), "hoverlabel.font.color": color("--ink"),
    "hoverlabel.bordercolor": color("--line"), "modebar.color": color("--line"), "modebar.activecolor": color("--soft"),
    "modebar.bgcolor": "rgba(0, 0, 0, 0)",
  };
}

/* Draws a figure, again if the filter changed meanwhile. */
function drawFigure(place) {
  if (!underway.has(place)) underway.set(place, drawUntilFresh(place).finally(() => underway.delete(place)));
  return underway.get(place);
}

async function drawUntilFresh(place) {
  while (place.dataset.drawn !== "done") {
    place.dataset.drawn = "begun";
    await paint(place);
    if (place.dataset.drawn === "begun") place.dataset.drawn = "done";
  }
}

async function paint(place) {
  const figure = read(place.dataset.figure);
  const said = figure.redraw ? REDRAW[figure.redraw](figure, chosen, figure.given) : null;
  if (figure.redraw && !figure.data.some(({ x }) => x && x.length)) sayEmpty(figure);
  fitLegend(figure, place.clientWidth);
  await Plotly.react(place, figure.data, figure.layout, { ...CONFIG, displayModeBar: place.clientWidth > 600 });
  await Plotly.relayout(place, pageColors());
  place.setAttribute("aria-label", descriptions.get(place) + (chosen.isAll || !figure.redraw ? "" : "; here only networks that match the filter"));
  if (captionOf(place)) captionOf(place).replaceChildren(...(said ? said.map(captionLine) : captions.get(place)));
}

/* Breaks the names of a legend into lines that a narrow screen holds. */
function fitLegend({ data, layout }, width) {
  const letters = Math.floor((width - 120) / 6.3);
  if (width > 600) return;
  layout.legend = { ...layout.legend, font: { size: 11 }, itemwidth: 30 };
  for (const trace of data) if (trace.name) trace.name = broken(trace.name, letters);
}

/* A text in lines of so many letters, at spaces where there are. */
function broken(text, letters) {
  const lines = [""];
  for (const part of text.split(" ")) {
    if (lines.at(-1) && lines.at(-1).length + part.length >= letters) lines.push(part);
    else lines[lines.length - 1] += (lines.at(-1) ? " " : "") + part;
  }
  return lines.join("<br>");
}

function sayEmpty({ layout, empty }) {
  const middle = { xref: "paper", yref: "paper", x: 0.5, y: 0.5, showarrow: false };
  layout.annotations = [{ ...middle, text: empty ?? "no network matches" }];
}

function captionLine([place, text]) {
  const line = document.createElement("span"), swatch = document.createElement("span");
  swatch.className = "swatch";
  swatch.style.background = populations[place].color;
  line.append(swatch, text);
  return line;
}

const watcher = new IntersectionObserver((entries) => {
  for (const entry of entries) if (entry.isIntersecting) { watcher.unobserve(entry.target); drawFigure(entry.target); }
}, { rootMargin: "600px" });

/* Says that figures are to be drawn again; `drawStale` does so, each when it comes near the view. */
const makeStale = (some = places) => some.forEach((place) => { place.dataset.drawn = "stale"; });

function drawStale() {
  for (const place of places) {
    if (place.dataset.drawn === "done") continue;
    watcher.unobserve(place);
    watcher.observe(place);
  }
}

matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => {
  for (const place of places) if (place.dataset.drawn === "done") Plotly.relayout(place, pageColors());
});
addEventListener("beforeprint", () => places.forEach(drawFigure));
