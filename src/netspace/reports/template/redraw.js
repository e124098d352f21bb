"use strict";

/* Each figure from the networks that match. A figure comes from Python with its look and the numbers of all networks;
   of each trace `meta` says which part of what it is (dots, line, low and high edge, thread: a line without a name,
   region), its population's place and its panel. What stands here puts in the networks, and where a filter is on the
   numbers computed from them. A function may give captions: lists of a population's place and a text. */

const CURVES = 200; /* learning curves of a population in one figure */
const PROFILES = 5; /* of the best, and of the worst, networks */
const NETWORKS = 200; /* numbers of networks at which the curve of random search is drawn */
const SIGNS = { depth: "d", initial_width: "w₀", slope: "wₐ", width_multiplier: "wₘ", bottleneck_ratio: "b", group_width: "g" };

const pair = { x: null, y: null }; /* the quantities that the reader chose for the figure of two */

const plain = (text) =>
  String(text).replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll("$", "&#36;");

/* Numbers for people, as Python writes them: %.4g, and k, M, G. */
const figures = (value, count) => String(Number(value.toPrecision(count)));
function short(value, units = [["G", 1e9], ["M", 1e6], ["K", 1e3]]) {
  const [unit, scale] = units.find(([, size]) => Math.abs(value) >= 0.9995 * size) || ["", 1];
  return figures(value / scale, 3) + unit;
}
const amount = (value) => (Math.abs(value) < 9999.5 ? figures(value, 4) : short(value, [[" G", 1e9], [" M", 1e6], [" k", 1e3]]));
const bestValues = ({ low, median, high }) => `best ${amount(median)} [${amount(low)}, ${amount(high)}]`;

const partsOf = (figure, part) => figure.data.filter((trace) => trace.meta.part === part);
const partAt = (figure, part, place) => figure.data.find((trace) => trace.meta.part === part && trace.meta.place === place);

function fill(trace, x, y, text) {
  Object.assign(trace, { x, y }, text ? { text: text.map(plain) } : {});
}

/* Takes a trace out of the figure and its legend. */
function hide(trace) {
  if (trace) Object.assign(trace, { x: [], y: [], showlegend: false });
}

/* Gives an axis the ends of all networks' values, so that it stays where it is under a filter. */
function fixEnds(axis, values) {
  const known = values.filter((value) => value !== null && (axis.type !== "log" || value > 0));
  if (!known.length || axis.range) return;
  const scaled = axis.type === "log" ? known.map(Math.log10) : known;
  const low = least(scaled), high = -least(scaled.map((value) => -value));
  const beyond = 0.05 * (high - low) || (axis.type === "log" ? 0.1 : 0.05 * Math.abs(high) || 1);
  axis.range = [low - beyond, high + beyond];
}

/* Moves the ends of an axis apart. */
const widen = (axis, by) => { axis.range = [axis.range[0] - by, axis.range[1] + by]; };

const axisName = (letter, panel) => `${letter}axis${panel ? panel + 1 : ""}`;

/* The same for both axes of a panel. */
function fixPanel(figure, panel, x, y) {
  const rows = partsOf(figure, "dots").flatMap(({ meta }) => withNumbers(finishedOf(allRows, meta.place), x, y));
  fixEnds(figure.layout[axisName("x", panel)], rows.map((row) => valueOf(x, row)));
  fixEnds(figure.layout[axisName("y", panel)], rows.map((row) => valueOf(y, row)));
}

/* Error distributions. */
function redrawEdfs(figure, { rows }) {
  for (const line of partsOf(figure, "line")) {
    const place = line.meta.place, errors = finishedOf(rows, place).map(errorOf);
    const said = (found) => `n = ${errors.length}, min ${found.errors[0].toFixed(1)}, mean ${found.mean.toFixed(1)}`;
    fillStairs(figure, place, errors.length ? distribution(errors) : null, said);
  }
}

/* The same with every bin of flops weighing the same. */
function redrawNormalized(figure, { rows }, { edges, places }) {
  const having = places.filter((place) => withNumbers(finishedOf(rows, place), "flops").length);
  const networks = having.map((place) => withNumbers(finishedOf(rows, place), "flops"));
  const found = having.length ? binWeights(networks.map((some) => some.map((row) => valueOf("flops", row))), edges) : null;
  if (having.length && !found) figure.empty = "no bin of flops has two networks of each population";
  for (const place of places) {
    const i = having.indexOf(place), weights = found && i >= 0 ? found.weights[i] : [];
    const kept = weights.map((weight, at) => [weight, at]).filter(([weight]) => weight > 0);
    const errors = kept.map(([, at]) => errorOf(networks[i][at]));
    const stairs = kept.length ? distribution(errors, kept.map(([weight]) => weight)) : null;
    const said = ({ errors: [first], mean: average }) =>
      `n = ${kept.length} in ${found.bins} bin${found.bins === 1 ? "" : "s"}, min ${first.toFixed(1)}, mean ${average.toFixed(1)}`;
    fillStairs(figure, place, stairs, said);
  }
}

function fillStairs(figure, place, found, said) {
  const [low, high, line] = ["low", "high", "line"].map((part) => partAt(figure, part, place));
  if (!found) return [low, high, line].forEach(hide);
  const [left, right] = figure.layout.xaxis.range, x = [left, ...found.errors, right];
  const along = (heights) => [...heights, heights.at(-1)];
  fill(low, x, along(found.low));
  fill(high, x, along(found.high));
  fill(line, x, along(found.fraction));
  line.name = plain(`${populations[place].name}: ${said(found)}`);
}

/* Random search: Python's bands are of all networks. The axes are those of all networks, and hold what matches. */
function redrawSearch(figure, { rows, isAll }) {
  const whole = figure.data.map(({ x, y }) => [x, y]);
  if (!isAll) redrawSearches(figure, rows);
  const all = [...whole, ...figure.data.map(({ x, y }) => [x, y])];
  fixEnds(figure.layout.xaxis, all.flatMap(([x]) => x));
  fixEnds(figure.layout.yaxis, all.flatMap(([, y]) => y));
}

function redrawSearches(figure, rows) {
  for (const line of partsOf(figure, "line")) {
    const place = line.meta.place, errors = ascending(finishedOf(rows, place).map(errorOf));
    ["low", "high"].forEach((part) => hide(partAt(figure, part, place)));
    if (!errors.length) { hide(line); continue; }
    const k = someNumbers(errors.length, NETWORKS);
    fill(line, k, k.map((count) => expectedBest(errors, count)));
    line.name = plain(`${populations[place].name}: n = ${errors.length}, best ${errors[0].toFixed(1)}`);
  }
}

/* Error against one quantity a panel, with the ranges of the best. */
function redrawAgainst(figure, { rows, isAll }, { quantities }) {
  for (const dots of partsOf(figure, "dots")) {
    const quantity = quantities[dots.meta.panel], some = shownOf(withNumbers(finishedOf(rows, dots.meta.place), ...quantities));
    fill(dots, some.map((row) => valueOf(quantity, row)), some.map(errorOf), some.map(networkLabel));
  }
  quantities.forEach((quantity, panel) => fixPanel(figure, panel, quantity, "error"));
  return isAll ? null : redrawRanges(figure, rows, quantities);
}

/* Computes the ranges again, and says them. */
function redrawRanges(figure, rows, quantities) {
  const said = [];
  figure.layout.shapes = figure.layout.shapes.filter((shape) => {
    const [part, place, panel] = shape.name.split(" "), quantity = quantities[panel];
    const some = withNumbers(finishedOf(rows, Number(place)), quantity);
    const best = bestRange(some.map((row) => valueOf(quantity, row)), some.map(errorOf));
    if (!best) return false;
    if (part === "range") {
      Object.assign(shape, { x0: best.low, x1: best.high });
      const heading = quantities.length > 1 ? `${figure.layout[axisName("x", Number(panel))].title.text}: ` : "";
      said.push([Number(place), heading + bestValues(best)]);
    } else Object.assign(shape, { x0: best.median, x1: best.median });
    return true;
  });
  return said;
}

/* Two quantities, of the reader's choice, with the region of the best. */
function redrawPairs(figure, { rows }, given) {
  const names = [pair.x ?? given.x, pair.y ?? given.y], axes = [figure.layout.xaxis, figure.layout.yaxis];
  axes.forEach((axis, i) => {
    for (const key of ["type", "tickformat", "tickvals", "nticks", "title", "range"]) delete axis[key];
    Object.assign(axis, given.axes[names[i]]);
  });
  fixPanel(figure, 0, ...names);
  const logs = axes.map(({ type }) => type === "log"), places = partsOf(figure, "dots").map(({ meta }) => meta.place);
  const steps = stepsAside(places.map((place) => withNumbers(finishedOf(allRows, place), ...names)), names, logs);
  axes.forEach((axis, i) => { if (axis.range) widen(axis, steps[i]); });
  const said = [];
  for (const dots of partsOf(figure, "dots")) {
    const place = dots.meta.place, having = withNumbers(finishedOf(rows, place), ...names), some = shownOf(having);
    const at = (row) => names.map((name) => Number(valueOf(name, row).toPrecision(6)).toLocaleString("en", { maximumSignificantDigits: 6 })).join(", ");
    const texts = some.map((row) => `${networkLabel(row)}: error ${errorOf(row).toFixed(2)} %, at ${at(row)}`);
    fill(dots, ...names.map((name, i) => some.map((row) => moved(valueOf(name, row), row, steps[i], logs[i], RATIOS[i]))), texts);
    dots.showlegend = Boolean(dots.name && some.length);
    if (dots.marker.showscale) dots.marker.color = some.map(errorOf);
    fillRegion(partAt(figure, "region", place), having, names, logs);
    if (having.length) said.push(plain(`${populations[place].name}: n = ${having.length}`));
  }
  notesOf(figure, "note", 0).forEach((note) => { note.text = said.join("<br>"); });
}

const RATIOS = [0.7548776662, 0.5698402910]; /* steps across and up that fill a square evenly */

/* By how much dots are moved aside along each axis, as Python moves them: 0, unless few values and pairs are of many. */
function stepsAside(networks, names, logs) {
  const stacked = networks.some((rows) => {
    const pairs = new Set(rows.map((row) => names.map((name) => valueOf(name, row)).join(" ")));
    return rows.length > 1 && 2 * pairs.size <= rows.length;
  });
  return names.map((name, i) => (stacked ? stepAside([...new Set(networks.flat().map((row) => valueOf(name, row)))], logs[i]) : 0));
}

function stepAside(values, log) {
  if (values.length < 2 || values.length > 10) return 0;
  const levels = ascending(log ? values.map(Math.log10) : values);
  return 0.3 * least(levels.slice(1).map((level, i) => level - levels[i]));
}

function moved(value, row, step, log, ratio) {
  if (!step) return value;
  const by = step * (2 * ((row * ratio) % 1) - 1);
  return log ? 10 ** (Math.log10(value) + by) : value + by;
}

/* The hull of the region as it is drawn: on log axes that of the logarithms. */
function fillRegion(trace, rows, names, logs) {
  if (!trace) return;
  const region = bestRegion(...names.map((name) => rows.map((row) => valueOf(name, row))), rows.map(errorOf));
  if (!region) return hide(trace);
  const drawn = region.map((point) => point.map((value, i) => (logs[i] ? Math.log2(value) : value)));
  const corners = convexHull(drawn).map((point) => point.map((value, i) => (logs[i] ? 2 ** value : value)));
  const closed = [...corners, corners[0]];
  trace.mode = closed.length > 3 ? "lines" : "lines+markers";
  fill(trace, closed.map(([x]) => x), closed.map(([, y]) => y));
}

const notesOf = (figure, part, panel) => figure.layout.annotations.filter(({ name }) => name === `${part} ${panel}`);

/* A staircase over the blocks, with its ends drawn. */
const blocksOf = (widths) => [0.5, ...widths.map((_, i) => i + 1), widths.length + 0.5];
const stairsOf = (widths) => [widths[0], ...widths, widths.at(-1)];

/* Makes room for the blocks that are drawn: networks that match may be deeper, wider or narrower than the best of all. */
function fitBlocks({ layout }, drawn) {
  const widths = drawn.flat(), deepest = -least(drawn.map((each) => -each.length));
  const widest = -least(widths.map((width) => -width)), narrowest = least(widths);
  if (!widths.length) return;
  for (const name of Object.keys(layout).filter((key) => /^[xy]axis/.test(key))) {
    const axis = layout[name], [low, high] = axis.range;
    if (name[0] === "x") axis.range = [low, Math.max(high, deepest + 0.6)];
    else if (axis.type === "log") axis.range = [Math.min(low, Math.log10(narrowest / 1.25)), Math.max(high, Math.log10(widest * 1.25))];
    else axis.range = [low, Math.max(high, 1.06 * widest)];
  }
}

/* The rows of a population that have stages, or lines, the best first. */
function rankedWith(list, rows, place) {
  const some = finishedOf(rows, place).filter((row) => list[row] !== null);
  return ranked(some.map(errorOf)).map((i) => some[i]);
}

/* Widths of the best or the worst networks. */
function redrawWidths(figure, { rows, isAll }, { place, side }) {
  if (isAll) return;
  const best = rankedWith(stages, rows, place), k = Math.min(PROFILES, Math.max(1, best.length >> 1));
  const worst = best.length > 1 ? best.slice(-k).reverse() : [], some = side === "best" ? best.slice(0, k) : worst;
  fitBlocks(figure, [...best.slice(0, k), ...worst].map((row) => blockWidths(stages[row])));
  partsOf(figure, "thread").forEach((thread, rank) => {
    if (rank >= some.length) return hide(thread);
    const row = some[rank], widths = blockWidths(stages[row]);
    fill(thread, blocksOf(widths), stairsOf(widths));
    thread.meta.label = `${networkLabel(row)}: error ${errorOf(row).toFixed(2)} %`;
    thread.hovertemplate = thread.meta.hover.replace("%{text}", plain(thread.meta.label)) + "<extra></extra>";
  });
  const count = some.length !== 1 ? `the ${side} ${some.length} networks` : `the ${side} network`;
  const title = `${populations[place].name}: ${some.length ? `${count} that match` : "no network matches"}`;
  notesOf(figure, "title", 0).forEach((note) => { note.text = plain(title); });
}

/* The best networks, a panel each. */
function redrawTop(figure, { rows, isAll }, { place, line, titled }) {
  if (isAll) return;
  const best = rankedWith(stages, rows, place), panels = panelsOf(figure);
  fitBlocks(figure, best.slice(0, panels.length).map((row) => blockWidths(stages[row])));
  for (const panel of panels) {
    const row = best[panel], traces = figure.data.filter(({ meta }) => meta.panel === panel);
    sayOf(figure, panel, panelTitle(row, titled), row === undefined ? "" : profileText(row, line));
    if (row === undefined) { traces.forEach(hide); continue; }
    const depths = stages[row].filter((_, i) => i % 2 === 0), widths = blockWidths(stages[row]);
    const blocks = widths.map((_, i) => i + 1), first = depths.map((_, i) => 1 + sum(depths.slice(0, i)));
    const [stairs, dots, rings, sloped] = traces;
    fill(stairs, blocksOf(widths), stairsOf(widths));
    fill(dots, blocks, widths);
    fill(rings, first, first.map((block) => widths[block - 1]));
    if (sloped) fill(sloped, blocks, blocks.map((block) => valueOf("initial_width", row) + valueOf("slope", row) * (block - 1)));
  }
}

const panelsOf = (figure) => [...new Set(figure.data.map(({ meta }) => meta.panel))];

const panelTitle = (row, name) => (row === undefined ? "" : name ? `${name} #${valueOf("index", row)}` : networkLabel(row));

/* Writes the title and the note of a panel. */
function sayOf(figure, panel, text, note) {
  notesOf(figure, "title", panel).forEach((title) => { title.text = plain(text); });
  notesOf(figure, "note", panel).forEach((each) => { each.text = note; });
}

/* What describes a network, then what it costs. */
function profileText(row, line) {
  const flat = stages[row], depths = flat.filter((_, i) => i % 2 === 0), widths = flat.filter((_, i) => i % 2 === 1);
  const range = `d = ${sum(depths)}, w = ${least(widths)} to ${-least(widths.map((width) => -width))}`;
  const shape = depths.length <= 6 ? [`dᵢ = [${depths.join(", ")}]`, `wᵢ = [${widths.join(", ")}]`] : [range];
  const told = line.filter((key) => valueOf(key, row) !== null).map((key) => `${SIGNS[key]} = ${figures(valueOf(key, row), 6)}`);
  const costs = [["f", "flops"], ["p", "params"], ["a", "acts"]].filter(([, key]) => valueOf(key, row) !== null);
  const said = [`e = ${errorOf(row).toFixed(1)}%`, ...costs.map(([letter, key]) => `${letter} = ${short(valueOf(key, row))}`)];
  return [...shape, ...inPairs(told), ...inPairs(said)].map(plain).join("<br>");
}

const inPairs = (words) => words.flatMap((word, i) => (i % 2 ? [] : [words.slice(i, i + 2).join(", ")]));

/* The best networks with the lines that fit them. */
function redrawLines(figure, { rows, isAll }, { place, titled }) {
  if (isAll) return;
  const best = rankedWith(lines, rows, place), panels = panelsOf(figure);
  fitBlocks(figure, best.slice(0, panels.length).flatMap((row) => [stages[row], lines[row]].map(blockWidths)));
  for (const panel of panels) {
    const row = best[panel], traces = figure.data.filter(({ meta }) => meta.panel === panel);
    sayOf(figure, panel, panelTitle(row, titled), row === undefined ? "" : `e_fit = ${figures(valueOf("e_fit", row) ?? 0, 2)}`);
    traces.forEach((trace, i) => {
      if (row === undefined) return hide(trace);
      const widths = blockWidths((i ? lines : stages)[row]);
      fill(trace, blocksOf(widths), stairsOf(widths));
    });
  }
}

/* Acts, params or latency over flops; curves and bands stay those of all networks. */
function redrawCosts(figure, { rows }, { quantity }) {
  for (const dots of partsOf(figure, "dots")) {
    const some = shownOf(withNumbers(finishedOf(rows, dots.meta.place), "flops", quantity));
    fill(dots, some.map((row) => valueOf("flops", row)), some.map((row) => valueOf(quantity, row)), some.map(networkLabel));
  }
  fixPanel(figure, 0, "flops", quantity);
}

/* Learning curves: some networks as one line that is lifted between them, and the median of all. */
function redrawCurves(figure, { rows, isAll }) {
  for (const thread of partsOf(figure, "thread")) {
    const place = thread.meta.place, having = finishedOf(rows, place).filter((row) => curves[row] !== null);
    const some = evenly(having, CURVES).map((row) => measured(curves[row])), alone = some.filter((points) => points.length === 1).flat();
    fill(thread, ...[0, 1].map((i) => some.flatMap((points) => [...points.map((point) => point[i]), null])));
    const dots = partAt(figure, "dots", place);
    if (dots) fill(dots, ...[0, 1].map((i) => alone.map((point) => point[i])));
    if (!isAll) redrawMedian(partAt(figure, "line", place), having.map((row) => curves[row]));
  }
}

/* The epochs of a curve that were measured, from 1, with their errors. */
const measured = (curve) => curve.map((error, i) => [i + 1, error]).filter(([, error]) => error !== null);

function redrawMedian(line, some) {
  const errors = medianCurve(some), epochs = errors.map((_, i) => i + 1).filter((epoch) => errors[epoch - 1] !== null);
  if (!epochs.length) return hide(line);
  fill(line, epochs, epochs.map((epoch) => errors[epoch - 1]));
}

const REDRAW = {
  edfs: redrawEdfs, normalized: redrawNormalized, search: redrawSearch, against: redrawAgainst, pairs: redrawPairs,
  widths: redrawWidths, top: redrawTop, lines: redrawLines, costs: redrawCosts, curves: redrawCurves,
};
