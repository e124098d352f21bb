"""How wide each block of a network is: as the papers draw it (RegNet paper, Figures 15 and 16), and in a terminal."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import accumulate
from math import ceil
from pathlib import Path
from typing import TYPE_CHECKING

from netspace.errors import AnalysisError
from netspace.figures import theme
from netspace.figures.printing import check_picture

if TYPE_CHECKING:
    from matplotlib.axes import Axes

COLUMNS = 4
"""Networks side by side in one figure."""

NOTE = (
    "d: depth, w: width, e: top-1 error, f: flops (multiply-adds), p: parameters, a: activations; dotted: w_0 + w_a j"
)

_FEW_STAGES = 6
"""Up to so many stages are listed in a legend."""

_EIGHTHS = " ▁▂▃▄▅▆▇█"
_CELLS = 4
"""At most so many columns of a terminal for a block."""


@dataclass(frozen=True)
class WidthProfile:
    """One network to draw.

    Attributes:
        name: the title.
        depths: number of blocks of each stage.
        widths: output width of each stage's blocks, in channels.
        line: of a RegNet, its ``depth``, ``initial_width``, ``slope``, ``width_multiplier``, ``bottleneck_ratio`` and
            ``group_width``; empty: it is none.
        error: top-1 error in percent, where one is known.
        flops: multiply-adds.
        params: parameters.
        acts: activations.
    """

    name: str
    depths: Sequence[int]
    widths: Sequence[int]
    line: Mapping[str, float] = field(default_factory=dict)
    error: float | None = None
    flops: int | None = None
    params: int | None = None
    acts: int | None = None

    @property
    def block_widths(self) -> list[int]:
        """Output width of each block, in order."""
        return [width for depth, width in zip(self.depths, self.widths, strict=True) for _ in range(depth)]


def draw_widths(profiles: Sequence[WidthProfile], path: str | Path, *, width: float | None = None) -> Path:
    """Draws the width of each block of each network as a staircase into a file, up to four networks side by side.

    Circles mark the first block of each stage; of a RegNet, dots show the line w_0 + w_a j that its widths were
    quantized from. The axes are shared, widths are on a log axis.

    Args:
        profiles: the networks, in order.
        path: where to write; its suffix decides the format (``.png``, ``.svg``, ``.pdf``).
        width: of the figure, in inches; by default what its panels need.

    Returns:
        The path written.

    Raises:
        AnalysisError: no network is given, one has no blocks, or the suffix names no format.
    """
    _check_drawable(profiles)
    check_picture(path)
    from matplotlib.figure import Figure

    columns = min(COLUMNS, len(profiles))
    rows = ceil(len(profiles) / columns)
    inches = 3.4 * columns + (0.8 if columns == 1 else 0.0) if width is None else width
    figure = Figure(figsize=(inches, 0.74 * inches / columns * rows), layout="constrained")
    panels = figure.subplots(rows, columns, sharex=True, sharey=True, squeeze=False)
    for i, panel in enumerate(panels.flat):
        if i < len(profiles):
            _draw(panel, profiles[i])
            panel.set_ylabel(theme.label("width") if i % columns == 0 else "", fontsize=8)
            panel.set_xlabel("block" if i + columns >= len(profiles) else "", fontsize=8)
            panel.tick_params(labelbottom=i + columns >= len(profiles))
        else:
            panel.set_axis_off()
    panels[0, 0].set_xlim(0.2, max(len(profile.block_widths) for profile in profiles) + 0.8)
    figure.supxlabel(NOTE if columns > 1 else NOTE.replace(", f:", "\nf:"), fontsize=7)
    figure.savefig(path, dpi=200)
    return Path(path)


def _check_drawable(profiles: Sequence[WidthProfile]) -> None:
    if not profiles:
        raise AnalysisError("there is no network to draw: give at least one")
    empty = next((profile.name for profile in profiles if not profile.block_widths), None)
    if empty is not None:
        raise AnalysisError(f"{empty} has no blocks to draw: its widths are not known here")


def _draw(axes: "Axes", profile: WidthProfile) -> None:
    from matplotlib.ticker import MaxNLocator, NullLocator, ScalarFormatter

    widths, color = profile.block_widths, theme.PALETTE[0]
    blocks = range(1, len(widths) + 1)
    starts = list(accumulate(profile.depths, initial=0))[:-1]
    axes.step(blocks, widths, where="mid", color=color, linewidth=1.4)
    axes.plot(blocks, widths, "o", color=color, markersize=3)
    axes.plot([1 + start for start in starts], profile.widths, "o", color="black", fillstyle="none", markersize=5.5)
    if profile.line:
        line = [profile.line["initial_width"] + profile.line["slope"] * j for j in range(len(widths))]
        axes.plot(blocks, line, ":", color=color, linewidth=1.2)  # equation (2)
    axes.set_title(profile.name, fontsize=10, parse_math=False)
    axes.set_yscale("log", base=2)
    axes.yaxis.set_major_formatter(ScalarFormatter())
    axes.yaxis.set_minor_locator(NullLocator())
    axes.xaxis.set_major_locator(MaxNLocator(integer=True, nbins=6))
    axes.grid(visible=True, alpha=0.25, linewidth=0.6)
    axes.tick_params(labelsize=7)
    axes.spines[["top", "right"]].set_visible(False)
    axes.margins(y=0.08)
    axes.text(0.98, 0.03, "\n".join(legend(profile)), transform=axes.transAxes, ha="right", va="bottom", fontsize=6)


def legend(profile: WidthProfile) -> list[str]:
    """Gives the lines of a network's legend, as matplotlib's mathtext: what describes it, then what it costs.

    Example:
        >>> legend(WidthProfile("small", (1, 2), (16, 32), flops=5_000_000, params=40_000))
        ['$d_i$ = [1, 2]', '$w_i$ = [16, 32]', 'f = 5M, p = 40K']
    """
    lines = []
    if len(profile.depths) <= _FEW_STAGES:
        lines += [f"$d_i$ = {list(profile.depths)}", f"$w_i$ = {list(profile.widths)}"]
    else:
        lines += [f"$d$ = {sum(profile.depths)}, $w$ = {min(profile.widths)} to {max(profile.widths)}"]
    told = [f"${symbol}$ = {profile.line[name]:g}" for name, symbol in theme.SYMBOLS.items() if name in profile.line]
    lines += [", ".join(told[:4]), ", ".join(told[4:])]
    costs = (("f", profile.flops), ("p", profile.params), ("a", profile.acts))
    known = [f"{letter} = {_short(number)}" for letter, number in costs if number is not None]
    lines += [", ".join(([f"e = {profile.error:.1f}%"] if profile.error is not None else []) + known)]
    return [line for line in lines if line]


def _short(number: float) -> str:
    for suffix, scale in (("G", 1e9), ("M", 1e6), ("K", 1e3)):
        if number >= scale:
            return f"{number / scale:.3g}{suffix}"
    return f"{number:g}"


def text_widths(widths: Sequence[int], columns: int = 80, rows: int = 8, *, ascii_only: bool = False) -> str:
    """Draws the width of each block as bars of characters, with the widest block's channels at the axis.

    Args:
        widths: output width of each block, in channels.
        columns: of the terminal; a block has up to four, and where there are more blocks than columns, neighbors share
            one that shows the widest of them.
        rows: of the bars, each of eight steps.
        ascii_only: whether to draw with ``#``, for terminals without Unicode; a row has one step then.

    Raises:
        AnalysisError: there is no width, or too little room.

    Example:
        >>> print(text_widths([24, 56, 152, 152, 368], 21, 3, ascii_only=True))
        368 |            ###
            |            ###
          0 |###############
             1             5
    """
    label = len(str(max(widths, default=0)))
    room = columns - label - 3
    if not widths or room < 1 or rows < 1:
        raise AnalysisError(f"{len(widths)} blocks cannot be drawn in {columns} columns and {rows} rows")
    shared = ceil(len(widths) / room)
    bars = [max(widths[i : i + shared]) for i in range(0, len(widths), shared)]
    cells = max(1, min(_CELLS, room // len(bars)))
    draw = _ascii_rows if ascii_only else _eighth_rows
    names = [str(max(widths)), *[""] * (rows - 2), "0"] if rows > 1 else [str(max(widths))]
    edge = "|" if ascii_only else "│"
    lines = [
        f"{name:>{label}} {edge}{''.join(character * cells for character in row)}".rstrip()
        for name, row in zip(names, draw(bars, rows), strict=True)
    ]
    ends = f"1{len(widths):>{max(1, cells * len(bars) - 1)}}" if len(widths) > 1 else "1"
    return "\n".join([*lines, f"{'':>{label + 2}}{ends}"])


def _eighth_rows(bars: Sequence[int], rows: int) -> list[str]:
    """Gives the rows of bars from the top, each cell filled to an eighth."""
    heights = [max(1, round(8 * rows * bar / max(bars))) for bar in bars]
    return ["".join(_EIGHTHS[min(8, max(0, height - 8 * row))] for height in heights) for row in reversed(range(rows))]


def _ascii_rows(bars: Sequence[int], rows: int) -> list[str]:
    heights = [max(1, round(rows * bar / max(bars))) for bar in bars]
    return ["".join("#" if height > row else " " for height in heights) for row in reversed(range(rows))]
