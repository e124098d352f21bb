"use strict";

/* The page: the filter acts on the table and on every figure. */

let pause = 0;

function applyFilter() {
  Object.assign(filterState, { text: byId("filter").value.trim(), population: byId("population")?.value ?? "" });
  choose();
  document.body.classList.toggle("filtered", !chosen.isAll);
  const count = chosen.rows.length.toLocaleString("en"), all = allRows.length.toLocaleString("en");
  byId("matching").textContent = chosen.isAll ? `${all} networks` : `${count} of ${all} networks match`;
  byId("trouble").textContent = chosen.troubles.join("; ");
  byId("clear").hidden = chosen.isAll && !filterState.text;
  filterTable();
  clearTimeout(pause);
  makeStale();
  pause = setTimeout(drawStale, 150); /* not while a word is being typed */
}

function clearFilter() {
  byId("filter").value = "";
  if (byId("population")) byId("population").value = "";
  applyFilter();
}

/* Lets the reader choose the two quantities of the figure of pairs. */
function offerPairs() {
  const place = places.find(({ dataset }) => dataset.figure === "pairs");
  if (!place) return;
  const { given } = read("pairs");
  for (const side of ["x", "y"]) {
    const choices = Object.entries(given.axes).map(([key, axis]) => new Option(plainText(axis.title.text), key, false, key === given[side]));
    byId(`pair-${side}`).replaceChildren(...choices);
    byId(`pair-${side}`).addEventListener("change", ({ target }) => { pair[side] = target.value; makeStale([place]); drawStale(); });
  }
}

/* Undoes what keeps plotly from reading markup. */
const plainText = (text) =>
  text.replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&#36;", "$").replaceAll("&amp;", "&");

makeHead();
applyFilter();
offerPairs();
byId("filter").addEventListener("input", applyFilter);
byId("population")?.addEventListener("change", applyFilter);
byId("clear").addEventListener("click", clearFilter);
byId("previous").addEventListener("click", turnPage(-1));
byId("next").addEventListener("click", turnPage(1));
byId("download").addEventListener("click", download);
