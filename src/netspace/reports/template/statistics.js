"use strict";

/* Statistics of the networks that match a filter: those of netspace.analysis, in closed form where it draws at random.
   Errors are arrays of numbers in percent; nothing here knows the page. */

const FEWEST = 8; /* networks that a range of the best needs */
const SAMPLED = 0.25; /* share of the networks in each bootstrap sample */
const TAIL = 0.025;
const NEARLY = 1e-12; /* of float arithmetic, in probabilities */

const sum = (values) => values.reduce((total, value) => total + value, 0);
const mean = (values) => sum(values) / values.length;
const least = (values) => values.reduce((low, value) => Math.min(low, value), Infinity);
const ascending = (values) => [...values].sort((a, b) => a - b);

/* The places of the values, the least first; of equal ones the first. */
const ranked = (values) => values.map((_, i) => i).sort((a, b) => values[a] - values[b] || a - b);

/* As Python rounds: half to even. */
function rounded(value) {
  const low = Math.floor(value);
  return value - low === 0.5 ? low + (low % 2) : Math.round(value);
}

/* Half the height of the simultaneous band of n networks; between the numbers at hand linear in 1 / sqrt(n). */
function bandMargin(n) {
  const next = MARGINS.findIndex(([size]) => size >= n);
  if (next < 0) return MARGINS.at(-1)[1] * Math.sqrt(MARGINS.at(-1)[0] / n);
  const [size, margin] = MARGINS[next];
  if (size === n) return margin;
  const [sizeBefore, marginBefore] = MARGINS[next - 1];
  const share = (1 / Math.sqrt(n) - 1 / Math.sqrt(size)) / (1 / Math.sqrt(sizeBefore) - 1 / Math.sqrt(size));
  const scaled = margin * Math.sqrt(size) * (1 - share) + marginBefore * Math.sqrt(sizeBefore) * share;
  return scaled / Math.sqrt(n);
}

/* The staircase of an EDF and its band: heights before the first error, and from each error on. */
function distribution(errors, weights = errors.map(() => 1 / errors.length)) {
  const order = ranked(errors);
  const effective = Math.floor(1 / sum(weights.map((weight) => weight * weight)) + 1e-9);
  const margin = bandMargin(effective);
  const fraction = [0];
  for (const i of order) fraction.push(Math.min(1, fraction.at(-1) + weights[i]));
  return {
    errors: order.map((i) => errors[i]),
    fraction,
    low: fraction.map((share) => Math.max(0, share - margin)),
    high: fraction.map((share) => Math.min(1, share + margin)),
    margin,
    mean: sum(order.map((i) => weights[i] * errors[i])),
  };
}

/* Weights that give every bin of a complexity the same weight in every population; null where no bin has two of each. */
function binWeights(complexities, edges) {
  const bins = complexities.map((values) => values.map((value) => binOf(value, edges)));
  const counts = bins.map((places) => edges.slice(1).map((_, bin) => places.filter((place) => place === bin).length));
  const used = edges.slice(1).map((_, bin) => counts.every((count) => count[bin] >= 2));
  const total = used.filter(Boolean).length;
  if (!total) return null;
  const weigh = (places, count) => places.map((bin) => (used[bin] ? 1 / count[bin] / total : 0));
  return { weights: bins.map((places, i) => weigh(places, counts[i])), bins: total };
}

/* The bin of a value: it holds its lower edge, the last bin its upper one too; -1 outside. */
function binOf(value, edges) {
  if (value < edges[0] || value > edges.at(-1)) return -1;
  const beyond = edges.findIndex((edge) => edge > value);
  return (beyond < 0 ? edges.length - 1 : beyond) - 1;
}

/* The probability of each network to be the best of a bootstrap sample: of m networks drawn with replacement from n,
   the best has rank r or worse with probability ((n - r + 1) / n)^m. Those of equal error share theirs. */
function chancesOfBest(errors) {
  const n = errors.length, m = Math.max(1, rounded(SAMPLED * n));
  const order = ranked(errors), chances = new Array(n);
  const worse = (rank) => ((n - rank) / n) ** m;
  for (let first = 0, beyond; first < n; first = beyond) {
    beyond = first + 1;
    while (beyond < n && errors[order[beyond]] === errors[order[first]]) beyond += 1;
    const share = (worse(first) - worse(beyond)) / (beyond - first);
    for (let rank = first; rank < beyond; rank += 1) chances[order[rank]] = share;
  }
  return chances;
}

/* The least value at which the weights, which sum to 1, reach a share. */
function weightedQuantile(values, weights, share) {
  let reached = 0;
  const order = ranked(values);
  for (const i of order) {
    reached += weights[i];
    if (reached >= share - NEARLY) return values[i];
  }
  return values[order.at(-1)];
}

/* The range of a parameter in which the best networks lie; null for too few. */
function bestRange(values, errors) {
  if (errors.length < FEWEST) return null;
  const chances = chancesOfBest(errors);
  const [low, median, high] = [TAIL, 0.5, 1 - TAIL].map((share) => weightedQuantile(values, chances, share));
  return { low, median, high };
}

/* The likeliest pairs of two parameters that the best networks have, together with 95 %; null for too few. */
function bestRegion(x, y, errors) {
  if (errors.length < FEWEST) return null;
  const found = new Map();
  chancesOfBest(errors).forEach((chance, i) => {
    const key = `${x[i]} ${y[i]}`;
    found.set(key, { pair: [x[i], y[i]], chance: chance + (found.has(key) ? found.get(key).chance : 0) });
  });
  const pairs = [...found.values()].sort((a, b) => b.chance - a.chance || a.pair[0] - b.pair[0] || a.pair[1] - b.pair[1]);
  let reached = 0;
  const last = pairs.findIndex(({ chance }) => (reached += chance) >= 1 - 2 * TAIL - NEARLY);
  return pairs.slice(0, last < 0 ? pairs.length : last + 1).map(({ pair }) => pair);
}

/* The corners of the convex hull of points, counterclockwise; fewer than three for a line or a point. */
function convexHull(points) {
  const sorted = [...new Map(points.map((point) => [point.join(" "), point])).values()];
  sorted.sort((a, b) => a[0] - b[0] || a[1] - b[1]);
  return sorted.length < 3 ? sorted : [...lowerHull(sorted), ...lowerHull([...sorted].reverse())];
}

function lowerHull(points) {
  const corners = [];
  const turn = (a, b, c) => (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0]);
  for (const point of points) {
    while (corners.length > 1 && turn(corners.at(-2), corners.at(-1), point) <= 0) corners.pop();
    corners.push(point);
  }
  return corners.slice(0, -1);
}

/* The mean over all choices of k of the networks of their least error: e_1 + sum (e_(i+1) - e_i) C(n-i, k) / C(n, k);
   of ascending errors e. */
function expectedBest(e, k) {
  const n = e.length;
  let expected = e[0], beyond = 1;
  for (let i = 1; i < n && beyond > 0; i += 1) {
    beyond *= Math.max(0, n - i + 1 - k) / (n - i + 1);
    expected += (e[i] - e[i - 1]) * beyond;
  }
  return expected;
}

/* Some of the numbers 1 to n: all, or in about equal ratios. */
function someNumbers(n, most) {
  if (n <= most) return Array.from({ length: n }, (_, i) => i + 1);
  return [...new Set(Array.from({ length: most }, (_, i) => rounded(n ** (i / (most - 1)))))];
}

function median(values) {
  const sorted = ascending(values), half = sorted.length >> 1;
  return sorted.length % 2 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
}

/* The median over networks of each epoch's error; null where none was measured. */
function medianCurve(curves) {
  const epochs = Math.max(0, ...curves.map((curve) => curve.length));
  return Array.from({ length: epochs }, (_, epoch) => {
    const known = curves.map((curve) => curve[epoch]).filter((error) => error !== null && error !== undefined);
    return known.length ? median(known) : null;
  });
}
