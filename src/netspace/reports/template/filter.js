"use strict";

/* Which networks match what is asked for: words, conditions such as error<15, and a population. */

const filterState = { text: "", population: "" };
let texts = null; /* what words are looked for in, once it is asked for */

/* What the filter lets through: rows, and whether that is everything. */
let chosen = { rows: allRows, isAll: true };

/* A condition such as error<15 as a test of a row; null: it is a word. */
function condition(term) {
  const match = /^([a-z_]\w*(?:\*\w+)?)(<=|>=|<|>|=)(.+)$/.exec(term);
  const key = match && Object.keys(columnAt).find((name) => name.toLowerCase() === match[1]);
  if (!key) return null;
  const [, , sign, text] = match, column = columns[columnAt[key]], bound = Number(text);
  if (Number.isNaN(bound)) return sign === "=" ? (row) => String(cellOf(column, row)).toLowerCase() === text : null;
  const holds = { "<": (x) => x < bound, ">": (x) => x > bound, "<=": (x) => x <= bound, ">=": (x) => x >= bound, "=": (x) => x === bound }[sign];
  return (row) => cellOf(column, row) !== null && holds(Number(cellOf(column, row)));
}

function word(term) {
  texts ??= allRows.map((row) => columns.map((column) => cellOf(column, row)).join(" ").toLowerCase());
  return (row) => texts[row].includes(term);
}

/* Applies the filter as it stands. */
function choose() {
  const tests = filterState.text.toLowerCase().split(/\s+/).filter(Boolean).map((term) => condition(term) || word(term));
  const among = populations.find(({ name }) => name === filterState.population);
  const inside = (row) => !among || (row >= among.first && row < among.first + among.count);
  const isAll = !tests.length && !among;
  chosen = { rows: isAll ? allRows : allRows.filter((row) => inside(row) && tests.every((test) => test(row))), isAll };
}
