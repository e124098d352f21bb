"""Every kind of picture of populations: what it is called, what it shows, and how it is drawn.

One table, from which the report's sections are made, and pictures by `netspace.reports.plot` and ``netspace plot``.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from difflib import get_close_matches

from netspace.analysis.bootstrap import FEWEST
from netspace.errors import AnalysisError
from netspace.reports.drawing import Drawing
from netspace.reports.gathering import READ, SURELY_DRAWN, Gathered, error_name
from netspace.reports.pictures import Options, best, costs, curves, distributions, shapes
from netspace.reports.remarks import call_errors
from netspace.reports.table import EPOCHS, shipped_curves
from netspace.reports.text import join_names

Note = Callable[[Sequence[Gathered]], str]


@dataclass(frozen=True)
class Kind:
    """A kind of picture.

    Attributes:
        name: what it is asked for by.
        heading: above it, on the page.
        line: what it shows, in a line; with the figures of the papers that show the same.
        draw: makes the figures of populations; an `AnalysisError` says why there is none.
        note: what a reader of the page has to know to read it.
        kept: what is said on the page while a filter is on; empty: everything is drawn and computed again.
        takes: the options that it knows.
    """

    name: str
    heading: str
    line: str
    draw: Callable[[Sequence[Gathered], Options], list[Drawing]]
    note: Note
    kept: str = ""
    takes: frozenset[str] = frozenset()

    def figures(self, populations: Sequence[Gathered], options: Options) -> list[Drawing]:
        """Draws populations, and calls their errors what they are.

        Raises:
            AnalysisError: there is nothing to draw.
        """
        name = error_name(populations)
        return [call_errors(drawing, name) for drawing in self.draw(populations, options)]


SHADED = (
    "Shaded: the range that holds the best value of what is on the axis with 95 % confidence; dashed: the most likely "
    "one (empirical bootstrap); above each figure that value and the range. A range from edge to edge: n tells no "
    "preference."
)


def find_kind(name: str) -> Kind:
    """Gives the kind called ``name``.

    Raises:
        AnalysisError: there is none; the message names near ones, or all.

    Example:
        >>> find_kind("edfs").heading
        'Error distributions'
    """
    kind = KINDS.get(name.replace("-", "_")) if isinstance(name, str) else None
    if kind is not None:
        return kind
    near = get_close_matches(str(name), KINDS, 1)
    hint = f"did you mean {near[0]}?" if near else f"choose one of {', '.join(KINDS)}"
    raise AnalysisError(f"there is no kind of picture called {name!r}: {hint}")


def _says(*sentences: str) -> Note:
    return lambda _: " ".join(sentences)


def _about_best(populations: Sequence[Gathered]) -> str:
    said = [SHADED]
    if few := join_names([each.name for each in populations if 0 < len(each.errors) < FEWEST]):
        said.append(f"Of {few} fewer than {FEWEST} networks finished, too few for a range.")
    if thinned := join_names([each.name for each in populations if len(each.errors) > each.most]):
        each = " of each" if " and " in thinned else " in all"
        said.append(
            f"Of {thinned} the {SURELY_DRAWN} best, the worst and an even choice of the others are drawn, "
            f"{populations[0].most:,}{each}; ranges use every network."
        )
    return " ".join(said)


def _about_e_fit(populations: Sequence[Gathered]) -> str:
    said = ["How far the widths of a network's blocks are from the nearest quantized line: 0 is a RegNet."]
    if some := join_names([each.name for each in populations if 0 < len(each.lines) < _with_blocks(each)]):
        said.append(f"Of {some} lines were fitted to the 5 best and an even choice of the others.")
    return " ".join(said)


def _with_blocks(population: Gathered) -> int:
    return sum(i in population.profiles for i in population.ranked)


def _about_trends(populations: Sequence[Gathered]) -> str:
    regimes = costs.find_regimes(populations)
    names = join_names(list(dict.fromkeys(population.name for population, _ in regimes)))
    cut = (
        f"{names}, under different budgets"
        if " and " in names
        else f"{names}, cut into {len(regimes)} windows of flops"
    )
    return (
        f"Each point is the most likely best value of a regime of flops of {cut}; its bar is the range, the line is "
        "fitted to the points."
    )


def _about_curves(populations: Sequence[Gathered]) -> str:
    having = [each for each in populations if each.curves]
    said = ["Faint: every finished network"]
    if fewer := join_names([each.name for each in having if len(each.curves) > curves.CURVES]):
        said[0] += f"; of {fewer} at most {curves.CURVES}, evenly chosen"
    said.append(" Strong: the median of all finished networks")
    if skimmed := join_names([each.name for each in having if len(each.records) > READ]):
        said[1] += f"; of {skimmed} that of an even choice"
    if uneven := join_names([each.name for each in having if len(set(map(len, each.curves.values()))) > 1]):
        said[1] += (
            f"; of {uneven}, whose networks were trained for different numbers of epochs, at each epoch that of those "
            "that reached it"
        )
    if part := join_names(
        [each.name for each in having if len(shipped_curves(each, EPOCHS // len(populations))) < len(each.curves)]
    ):
        said.append(f" Under a filter the median is that of an even choice of the networks of {part} that match")
    return ".".join(said) + "."


KINDS: dict[str, Kind] = {
    kind.name: kind
    for kind in (
        Kind(
            "edfs",
            "Error distributions",
            "the share of networks below each error, with bands (RegNet paper, Figures 1, 2, 5, 7, 9, 10, 13, 14)",
            distributions.draw_edfs,
            _says(
                "The share of networks below each error: the further left a line, the better its space. The band of a "
                "line holds the space's whole true distribution with 95 % confidence."
            ),
        ),
        Kind(
            "normalized",
            "Error distributions at equal complexity",
            "the same with every bin of flops weighing the same (On Network Design Spaces)",
            distributions.draw_normalized,
            _says(
                "The same distributions where every bin of flops weighs the same, so that no population is better for "
                "having more flops; bins with fewer than two networks of a population are left out."
            ),
        ),
        Kind(
            "search",
            "Efficiency of random search",
            "the expected least error of k random networks (RegNet paper, Figure 9)",
            distributions.draw_search,
            _says(
                "The least error to expect of k random networks of a space, with the 95 % band at each k; it ends "
                "where n is too small to tell."
            ),
            "The lines are those of the networks that match; bands are not computed for them.",
        ),
        Kind(
            "against",
            "Error against complexity and each parameter",
            "error against flops, depth, each parameter, with the range of the best (RegNet paper, Figures 2, 5)",
            best.draw_against,
            _about_best,
            takes=frozenset({"parameters"}),
        ),
        Kind(
            "pairs",
            "Two parameters at once",
            "two parameters against each other, with the region of the best networks (RegNet paper, section 3.1)",
            best.draw_pairs,
            _says(
                "Shaded: the hull of the pairs of values that the best networks have with 95 % confidence (empirical "
                "bootstrap); it may enclose pairs that they have not. Where many networks have the same two values, "
                "their dots are moved aside a little."
            ),
            takes=frozenset({"x", "y"}),
        ),
        Kind(
            "training",
            "Learning rate and weight decay",
            "error against learning rate, weight decay and their product (RegNet paper, Figures 21, 22)",
            best.draw_training,
            _says("Shaded and dashed: as above, for the parameters of the training."),
        ),
        Kind(
            "top",
            "The best networks",
            "the best networks of each population with widths, complexity and lines (RegNet paper, Figures 15, 16)",
            shapes.draw_top,
            _says("The networks of least error, each block's width on a log axis."),
        ),
        Kind(
            "widths",
            "Widths of the best and the worst networks",
            "the width of each block of the best and the worst networks (RegNet paper, Figure 6)",
            shapes.draw_widths,
            _says("The strongest line is the first of each; the axes of a population are the same."),
        ),
        Kind(
            "e_fit",
            "Distance from a quantized line",
            "error against e_fit, the distance from a quantized line (RegNet paper, Figure 8)",
            best.draw_e_fit,
            _about_e_fit,
        ),
        Kind(
            "lines",
            "Lines that fit the best networks",
            "the best networks with the quantized line that fits each best (RegNet paper, Figure 8)",
            shapes.draw_lines,
            _says("The best networks of spaces that ask for no line, each with the quantized line that is nearest."),
        ),
        Kind(
            "costs",
            "Activations and parameters over flops",
            "acts, params and measured latency over flops, with the curves that fit (RegNet paper, Figure 12)",
            costs.draw_costs,
            _says(
                "Curves: acts as the square root of flops, parameters linear; the band holds one more network with "
                "95 %."
            ),
            "The points are those of the networks that match; curves, bands and formulas stay those of all networks.",
        ),
        Kind(
            "trends",
            "The best parameters over flops",
            "the best value of each parameter over regimes of flops (RegNet paper, Figure 11)",
            costs.draw_trends,
            _about_trends,
            "These figures stay those of all networks.",
            frozenset({"parameters"}),
        ),
        Kind(
            "others",
            "Against networks known by their names",
            "the best networks beside others known by their names, as of papers (RegNet paper, Figures 17, 18)",
            costs.draw_others,
            _says("Of a population, the networks that no other beats at no more cost."),
            "This figure stays that of all networks.",
            frozenset({"x"}),
        ),
        Kind(
            "curves",
            "Learning curves",
            "validation error after each epoch, and the median",
            curves.draw_curves,
            _about_curves,
        ),
    )
}
"""Each kind by its name, in the order in which they are listed."""
