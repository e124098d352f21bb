"use strict";

/* All networks of the page, shipped once: columns of numbers and words, stages, fitted lines, learning curves.
   A network is known by its row; those of a population stand together. */

const read = (id) => JSON.parse(document.getElementById("data-" + id).textContent);

const { populations, columns, stages, lines, curves } = read("table");
const columnAt = Object.assign(Object.create(null), Object.fromEntries(columns.map((column, i) => [column.key, i])));
const allRows = Array.from({ length: sum(populations.map(({ count }) => count)) }, (_, row) => row);
const SURELY_DRAWN = 100; /* the best of them, which are always shown */
const SPREAD = 2654435769; /* its multiples, modulo 2^32, spread any first n numbers evenly */

let before = 0;
for (const population of populations) {
  population.first = before;
  before += population.count;
}

/* What stands in a column: a number, a word, or null. */
function cellOf(column, row) {
  return column.number ? column.values[row] : column.words[column.codes[row]];
}

const valueOf = (key, row) => (key in columnAt ? cellOf(columns[columnAt[key]], row) : null);
const networkLabel = (row) => `#${valueOf("index", row)} ${valueOf("id", row).slice(0, 8)}`;
const errorOf = (row) => valueOf("error", row);

/* Those of the rows whose numbers are all known. */
const withNumbers = (rows, ...keys) => rows.filter((row) => keys.every((key) => valueOf(key, row) !== null));

/* The finished networks of a population among the rows. */
function finishedOf(rows, place) {
  const { first, count } = populations[place];
  return rows.filter((row) => row >= first && row < first + count && errorOf(row) !== null);
}

const populationOf = (row) => populations.find(({ first, count }) => row < first + count);

/* The rows of one population that a figure shows: all, or the best, the worst and an even choice of the others. */
function shownOf(rows) {
  if (!rows.length || rows.length <= populationOf(rows[0]).most) return rows;
  const { most } = populationOf(rows[0]);
  const byError = ranked(rows.map(errorOf)).map((i) => rows[i]);
  const ends = [...byError.slice(0, SURELY_DRAWN), byError.at(-1)];
  const others = evenly(byError.slice(SURELY_DRAWN, -1).sort((a, b) => a - b), most - ends.length);
  return [...ends, ...others].sort((a, b) => a - b);
}

/* At most so many of the rows of one population, favoring none. */
function evenly(rows, most) {
  if (rows.length <= most) return rows;
  const { first } = populationOf(rows[0]);
  const priority = rows.map((row) => Math.imul(row - first, SPREAD) >>> 0);
  return ranked(priority).slice(0, most).map((i) => rows[i]);
}

/* The width of each block, of stages or lines. */
function blockWidths(flat) {
  const widths = [];
  for (let i = 0; i < flat.length; i += 2) for (let block = 0; block < flat[i]; block += 1) widths.push(flat[i + 1]);
  return widths;
}
