"use strict";

/* Which networks match what is asked for: words, a number such as #20, conditions such as error<15, a population.
   Names of columns and words are compared by their letters and digits; whatever is between these is as good as _. */

const filterState = { text: "", population: "" };
let texts = null; /* what words are looked for in, once it is asked for */

/* What the filter lets through: rows, whether that is everything, and what of it could not be read. */
let chosen = { rows: allRows, isAll: true, troubles: [] };

const SIGN = /<=|>=|!=|==|<|>|=|≤|≥/;
const SAME = { "≤": "<=", "≥": ">=", "==": "=" };
const HOLDS = {
  "<": (x, bound) => x < bound, ">": (x, bound) => x > bound, "<=": (x, bound) => x <= bound,
  ">=": (x, bound) => x >= bound, "=": (x, bound) => x === bound, "!=": (x, bound) => x !== bound,
};
const UNITS = { "": 1, k: 1e3, m: 1e6, g: 1e9 };

/* A name or a word as it is compared: capitals, and what is neither letter nor digit, make no difference. */
const bare = (text) => text.toLowerCase().replace(/[^\p{L}\p{N}]+/gu, "_").replace(/(?<=.)_$/, "");

const columnNames = new Map([...columns.map(({ heading }, i) => [bare(heading), i]), ...columns.map(({ key }, i) => [bare(key), i]), ["#", columnAt.index]]);

/* The terms of a filter: spaces around signs, and before a unit, do not part them. */
function termsOf(text) {
  const joined = text.replace(/\s*(<=|>=|!=|==|[<>=≤≥])\s*/g, "$1").replace(/([<>=≤≥][-+]?[\d.]+)\s+([kmg])(?=\s|$)/gi, "$1$2");
  return joined.toLowerCase().split(/\s+/).filter(Boolean);
}

/* A term as a test of a row, or as { trouble }: what is wrong with it. */
function testOf(term) {
  const number = /^#(\d+)$/.exec(term), sign = SIGN.exec(term);
  if (number && "index" in columnAt) return (row) => valueOf("index", row) === Number(number[1]);
  if (!sign) return word(term);
  const [name, text] = [term.slice(0, sign.index), term.slice(sign.index + sign[0].length)];
  const at = name === "#" ? columnAt.index : columnNames.get(bare(name));
  if (!name) return { trouble: `${term} has no column before its sign` };
  if (at === undefined) return occurs(term) ? word(term) : { trouble: `no column ${name}${nearTo(bare(name), columns.map(({ key }) => key))}` };
  return condition(columns[at], SAME[sign[0]] ?? sign[0], text, term);
}

function condition(column, sign, text, term) {
  if (!text) return { trouble: `${term} has nothing after its sign` };
  if (!column.number) return comparison(column, sign, text);
  const found = /^([-+]?(?:\d+\.?\d*|\.\d+)(?:e[-+]?\d+)?)([kmg]?)%?$/.exec(text.replace(/(?<=\d),(?=\d{3})/g, ""));
  if (!found) return { trouble: `${text} is no number: write such as ${column.key}${sign}20, 5M or 1e-4` };
  const bound = Number(found[1]) * UNITS[found[2]];
  return (row) => cellOf(column, row) !== null && HOLDS[sign](cellOf(column, row), bound);
}

/* A column of words is one of them, or is not. */
function comparison(column, sign, text) {
  if (sign !== "=" && sign !== "!=") return { trouble: `${column.key} holds words: compare it by =` };
  const words = column.words.filter((each) => each !== null);
  if (!words.some((each) => bare(each) === bare(text))) return { trouble: `no ${column.key} is ${text}${nearTo(bare(text), words)}` };
  return (row) => cellOf(column, row) !== null && (bare(cellOf(column, row)) === bare(text)) === (sign === "=");
}

/* Names the nearest of some, or all of them where they are few. */
function nearTo(name, names) {
  const far = names.map((each) => [distance(name, bare(each)), each]).sort(([a], [b]) => a - b);
  if (far.length && far[0][0] <= Math.max(1, Math.min(3, name.length / 2.5))) return `: did you mean ${far[0][1]}?`;
  return names.length > 8 ? ": the table below has their names" : names.length ? `: there is ${names.join(", ")}` : "";
}

/* How many letters are to be changed, put in or left out to make one word of another (Levenshtein). */
function distance(a, b) {
  let before = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i += 1) {
    const now = [i];
    for (let j = 1; j <= b.length; j += 1) now.push(Math.min(before[j] + 1, now[j - 1] + 1, before[j - 1] + (a[i - 1] !== b[j - 1])));
    before = now;
  }
  return before.at(-1);
}

function word(term) {
  texts ??= allRows.map((row) => columns.map((column) => cellOf(column, row)).join(" ").toLowerCase());
  return (row) => texts[row].includes(term);
}

const occurs = (term) => allRows.some(word(term));

/* Applies the filter as it stands; what could not be read is told and left out. */
function choose() {
  const read = termsOf(filterState.text).map(testOf);
  const tests = read.filter((test) => typeof test === "function");
  const among = populations.find(({ name }) => name === filterState.population);
  const inside = (row) => !among || (row >= among.first && row < among.first + among.count);
  const isAll = !tests.length && !among;
  const rows = isAll ? allRows : allRows.filter((row) => inside(row) && tests.every((test) => test(row)));
  chosen = { rows, isAll, troubles: read.filter(({ trouble }) => trouble).map(({ trouble }) => trouble) };
}
