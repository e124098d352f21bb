"use strict";
const read = (id) => JSON.parse(document.getElementById("data-" + id).textContent);

/* Figures: drawn when they come near the view, in the colors of the page. */
const CONFIG = { responsive: true, displaylogo: false, modeBarButtonsToRemove: ["select2d", "lasso2d", "autoScale2d"] };

function pageColors() {
  const style = getComputedStyle(document.documentElement);
  const color = (name) => style.getPropertyValue(name).trim();
  return {
    "font.color": color("--soft"), "hoverlabel.bgcolor": color("--page"), "hoverlabel.font.color": color("--ink"),
    "hoverlabel.bordercolor": color("--line"), "modebar.color": color("--line"), "modebar.activecolor": color("--soft"),
    "modebar.bgcolor": "rgba(0, 0, 0, 0)",
  };
}

async function drawFigure(place) {
  if (place.dataset.drawn) return;
  place.dataset.drawn = "begun";
  const figure = read(place.dataset.figure);
  await Plotly.newPlot(place, figure.data, figure.layout, { ...CONFIG, displayModeBar: place.clientWidth > 600 });
  await Plotly.relayout(place, pageColors());
  place.dataset.drawn = "done";
}

const places = [...document.querySelectorAll("[data-figure]")];
const watcher = new IntersectionObserver((entries) => {
  for (const entry of entries) if (entry.isIntersecting) { watcher.unobserve(entry.target); drawFigure(entry.target); }
}, { rootMargin: "600px" });
places.forEach((place) => watcher.observe(place));
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => {
  for (const place of places) if (place.dataset.drawn === "done") Plotly.relayout(place, pageColors());
});
addEventListener("beforeprint", () => places.forEach(drawFigure));

/* Networks: filtered and sorted as a whole, shown a page at a time. */
const PAGE = 25;
const { columns, rows } = read("table");
const at = Object.fromEntries(columns.map((column, i) => [column.key, i]));
const state = { sort: at.error, down: false, page: 0, found: rows };
const byId = (id) => document.getElementById(id);
const texts = rows.map((row) => row.join(" ").toLowerCase());

function comparison(term) {
  const match = /^([a-z_]\w*)(<=|>=|<|>|=)(.+)$/.exec(term);
  if (!match || !(match[1] in at)) return null;
  const [, key, sign, text] = match, i = at[key], bound = Number(text);
  if (Number.isNaN(bound)) return sign === "=" ? (row) => String(row[i]).toLowerCase() === text : null;
  const holds = { "<": (x) => x < bound, ">": (x) => x > bound, "<=": (x) => x <= bound, ">=": (x) => x >= bound, "=": (x) => x === bound }[sign];
  return (row) => row[i] !== null && holds(row[i]);
}

function find() {
  const tests = byId("filter").value.toLowerCase().split(/\s+/).filter(Boolean)
    .map((term) => comparison(term) || ((row, i) => texts[i].includes(term)));
  const population = byId("population") ? byId("population").value : "";
  state.found = rows.filter((row, i) => (!population || row[at.population] === population) && tests.every((test) => test(row, i)));
  order();
}

function order() {
  const i = state.sort, sign = state.down ? -1 : 1;
  const compare = columns[i].number ? (a, b) => a - b : (a, b) => String(a).localeCompare(String(b), "en", { numeric: true });
  state.found = [...state.found].sort((a, b) => {
    if (a[i] === null || b[i] === null) return (a[i] === null) - (b[i] === null);  /* nothing comes last either way */
    return sign * compare(a[i], b[i]);
  });
  state.page = 0;
  show();
}

function cell(value, column) {
  const td = document.createElement("td");
  if (column.number) td.className = "number";
  td.textContent = value === null ? "" : column.number ? number(value, column.key) : value;
  if (!column.number && value !== null) td.title = value;
  return td;
}

function number(value, key) {
  if (key === "index") return String(value);
  if (key === "error" || key === "test_error") return value.toFixed(2);
  return value.toLocaleString("en", { maximumFractionDigits: Math.abs(value) < 10 ? 3 : 1 });
}

function show() {
  const from = state.page * PAGE, to = Math.min(from + PAGE, state.found.length);
  byId("table").tBodies[0].replaceChildren(...state.found.slice(from, to).map((row) => {
    const tr = document.createElement("tr");
    tr.className = row[at.status];
    tr.append(...row.map((value, i) => cell(value, columns[i])));
    return tr;
  }));
  const total = state.found.length === rows.length ? "" : ` (of ${rows.length.toLocaleString("en")})`;
  byId("shown").textContent = state.found.length
    ? `${(from + 1).toLocaleString("en")} to ${to.toLocaleString("en")} of ${state.found.length.toLocaleString("en")} networks${total}`
    : `no network${rows.length ? " matches" : ""}`;
  byId("previous").disabled = from === 0;
  byId("next").disabled = to >= state.found.length;
  [...byId("table").tHead.rows[0].cells].forEach((th, i) =>
    th.setAttribute("aria-sort", i !== state.sort ? "none" : state.down ? "descending" : "ascending"));
}

function head() {
  const tr = document.createElement("tr");
  columns.forEach((column, i) => {
    const th = document.createElement("th"), button = document.createElement("button");
    th.scope = "col";
    if (column.number) th.className = "number";
    button.type = "button";
    button.textContent = column.heading;
    button.addEventListener("click", () => { state.down = state.sort === i && !state.down; state.sort = i; order(); });
    th.append(button);
    tr.append(th);
  });
  byId("table").tHead.replaceChildren(tr);
}

function download() {
  const quoted = (value) => (value === null ? "" : /[",\n\r]/.test(value) ? `"${String(value).replaceAll('"', '""')}"` : String(value));
  const lines = [columns.map((column) => column.key), ...state.found].map((row) => row.map(quoted).join(","));
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([lines.join("\n") + "\n"], { type: "text/csv" }));
  link.download = "networks.csv";
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 1000);
}

const turn = (by) => () => { state.page += by; show(); };
head();
find();
byId("filter").addEventListener("input", find);
byId("population")?.addEventListener("change", find);
byId("previous").addEventListener("click", turn(-1));
byId("next").addEventListener("click", turn(1));
byId("download").addEventListener("click", download);
