"""How wide networks are block by block: the best and the worst, the best few with their lines, fitted lines."""

from collections.abc import Sequence

from netspace.figures import LineFit, Profile, WidthProfile, plot_line_fits, plot_top_models, plot_widths, theme
from netspace.figures.picture import Picture
from netspace.reports.drawing import Drawing, colored
from netspace.reports.gathering import Gathered
from netspace.reports.pictures.options import Options, nothing
from netspace.reports.profiles import LINE, block_widths

PROFILES = 5
"""How many of the best, and of the worst, networks show their widths."""

TOP = 4
"""How many of the best networks of each population are drawn each by itself."""

UNKNOWN = "it takes networks that finished and whose blocks are known"


def draw_widths(populations: Sequence[Gathered], _: Options) -> list[Drawing]:
    """Draws the widths of the best and of the worst networks of each population, on the same axes."""
    drawings = [drawing for each in populations for drawing in _widths(each)]
    return drawings or nothing(UNKNOWN)


def _widths(population: Gathered) -> list[Drawing]:
    ranked = [i for i in population.ranked if i in population.profiles]
    if not ranked:
        return []
    k = min(PROFILES, max(1, len(ranked) // 2))
    sides = {"best": ranked[:k]} if len(ranked) == 1 else {"best": ranked[:k], "worst": ranked[-k:][::-1]}
    titles = {side: f"{population.name}: {_count(side, k)}" for side in sides}
    profiles = {titles[side]: [_profile(population, i) for i in some] for side, some in sides.items()}
    panels = plot_widths(profiles, place=population.place).panels
    return [
        Drawing(
            f"widths-{population.place}-{side}",
            f"Width of each block of {_count(side, k)} of {population.name}",
            Picture([panel]),
            "widths",
            {"place": population.place, "side": side},
            size="medium",
            shows=[population.place],
        )
        for side, panel in zip(sides, panels, strict=True)
    ]


def _count(side: str, k: int) -> str:
    return f"the {side} {k} networks" if k > 1 else f"the {side} network"


def _profile(population: Gathered, i: int) -> Profile:
    return Profile(block_widths(population.profiles[i]), _label(population, i))


def _label(population: Gathered, i: int) -> str:
    row = population.network(i)
    return f"#{row['index']} {row['id'][:8]}: error {row['error']:.2f} %"


def draw_top(populations: Sequence[Gathered], _: Options) -> list[Drawing]:
    """Draws the best few networks of each population, with what they cost and, of RegNets, their lines."""
    titled = len(populations) > 1
    drawings = [_top(each, titled) for each in populations if any(i in each.profiles for i in each.ranked)]
    return drawings or nothing(UNKNOWN)


def _top(population: Gathered, titled: bool) -> Drawing:
    best = [i for i in population.ranked if i in population.profiles][:TOP]
    return Drawing(
        f"top-{population.place}",
        f"Widths, complexity and error of the best networks of {population.name}",
        colored(plot_top_models([_whole_profile(population, i, titled) for i in best]), _two_places(population)),
        "top",
        {"place": population.place, "line": _line_names(population), "titled": population.name if titled else ""},
        shows=[population.place],
    )


def _line_names(population: Gathered) -> list[str]:
    """Gives the parameters of RegNets that are told beside a network; none of other populations."""
    names = ["depth", *LINE, "bottleneck_ratio", "group_width"] if population.is_line else []
    return [name for name in names if name in population.frame]


def _title(population: Gathered, i: int, titled: bool) -> str:
    """Names a network, with its population where there are several."""
    row = population.network(i)
    return f"{population.name} #{row['index']}" if titled else f"#{row['index']} {row['id'][:8]}"


def _whole_profile(population: Gathered, i: int, titled: bool) -> WidthProfile:
    row, stages = population.network(i), population.profiles[i]
    return WidthProfile(
        _title(population, i, titled),
        [depth for depth, _ in stages],
        [width for _, width in stages],
        {name: row[name] for name in _line_names(population)},
        row["error"],
        *(int(row[name]) if row[name] == row[name] else None for name in ("flops", "params", "acts")),  # NaN: unknown
    )


def draw_lines(populations: Sequence[Gathered], _: Options) -> list[Drawing]:
    """Draws the best networks of each population with the quantized line that fits each best."""
    drawings = [_lines(each, len(populations) > 1) for each in populations if each.lines]
    return drawings or nothing("it takes networks whose blocks are known and that are no quantized lines already")


def _lines(population: Gathered, titled: bool) -> Drawing:
    best = [i for i in population.ranked if i in population.lines][:TOP]
    fits = [_fit(population, i, titled) for i in best]
    return Drawing(
        f"lines-{population.place}",
        f"Widths of the best networks of {population.name} with the quantized lines that fit them best",
        colored(plot_line_fits(fits), _two_places(population)),
        "lines",
        {"place": population.place, "titled": population.name if titled else ""},
        shows=[population.place],
    )


def _fit(population: Gathered, i: int, titled: bool) -> LineFit:
    line = population.lines[i]
    return LineFit(
        _title(population, i, titled), block_widths(population.profiles[i]), line.widths.tolist(), line.error
    )


def _two_places(population: Gathered) -> list[int]:
    """Gives the colors of a network and of what is drawn over it."""
    return [population.place, 0 if population.place % len(theme.PALETTE) == 1 else 1]
