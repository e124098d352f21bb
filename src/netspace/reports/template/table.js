"use strict";

/* The table: the networks that match, sorted as a whole, shown a page at a time. All are sorted once for a column; the
   filter then only leaves some out. */

const PAGE = 25;
const byId = (id) => document.getElementById(id);
const tableState = { sort: columnAt.error, down: false, page: 0, order: null, rows: [] };

function sortTable() {
  const column = columns[tableState.sort], sign = tableState.down ? -1 : 1;
  const compare = column.number ? (a, b) => a - b : (a, b) => a.localeCompare(b, "en", { numeric: true });
  tableState.order = [...allRows].sort((rowA, rowB) => {
    const a = cellOf(column, rowA), b = cellOf(column, rowB);
    if (a === null || b === null) return (a === null) - (b === null); /* nothing comes last either way */
    return sign * compare(a, b);
  });
  filterTable();
}

/* Shows the rows that the filter lets through, in the order of the table. */
function filterTable() {
  if (!tableState.order) return sortTable();
  const inside = new Uint8Array(allRows.length);
  for (const row of chosen.rows) inside[row] = 1;
  tableState.rows = tableState.order.filter((row) => inside[row]);
  tableState.page = 0;
  showTable();
}

function cell(column, row) {
  const td = document.createElement("td"), value = cellOf(column, row);
  if (column.number) td.className = "number";
  td.textContent = value === null ? "" : column.number ? numberText(value, column.key) : value;
  if (!column.number && value !== null) td.title = value;
  return td;
}

function numberText(value, key) {
  if (key === "index") return String(value);
  if (key === "error" || key === "test_error") return value.toFixed(2);
  if (value !== 0 && Math.abs(value) < 0.01) return figures(value, 3);
  return value.toLocaleString("en", { maximumFractionDigits: Math.abs(value) < 10 ? 3 : 1 });
}

function showTable() {
  const { rows, page, sort, down } = tableState, from = page * PAGE, to = Math.min(from + PAGE, rows.length);
  byId("table").tBodies[0].replaceChildren(...rows.slice(from, to).map((row) => {
    const tr = document.createElement("tr");
    tr.className = valueOf("status", row);
    tr.append(...columns.map((column) => cell(column, row)));
    return tr;
  }));
  const total = chosen.isAll ? "" : ` (of ${allRows.length.toLocaleString("en")})`;
  byId("shown").textContent = rows.length
    ? `${(from + 1).toLocaleString("en")} to ${to.toLocaleString("en")} of ${rows.length.toLocaleString("en")} networks${total}`
    : `no network${allRows.length ? " matches" : ""}`;
  byId("previous").disabled = from === 0;
  byId("next").disabled = to >= rows.length;
  [...byId("table").tHead.rows[0].cells].forEach((th, i) =>
    th.setAttribute("aria-sort", i !== sort ? "none" : down ? "descending" : "ascending"));
}

function makeHead() {
  const tr = document.createElement("tr");
  columns.forEach((column, i) => {
    const th = document.createElement("th"), button = document.createElement("button");
    th.scope = "col";
    if (column.number) th.className = "number";
    button.type = "button";
    button.textContent = column.heading;
    button.addEventListener("click", () => {
      tableState.down = tableState.sort === i && !tableState.down;
      tableState.sort = i;
      sortTable();
    });
    th.append(button);
    tr.append(th);
  });
  byId("table").tHead.replaceChildren(tr);
}

function download() {
  const quoted = (value) => (value === null ? "" : /[",\n\r]/.test(value) ? `"${String(value).replaceAll('"', '""')}"` : String(value));
  const cells = tableState.rows.map((row) => columns.map((column) => cellOf(column, row)));
  const text = [columns.map((column) => column.key), ...cells].map((row) => row.map(quoted).join(",")).join("\n");
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([text + "\n"], { type: "text/csv" }));
  link.download = "networks.csv";
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 1000);
}

const turnPage = (by) => () => { tableState.page += by; showTable(); };
