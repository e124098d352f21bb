"""How wide each block of a network is: as the papers draw it (RegNet paper, Figures 15 and 16), and in a terminal."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from math import ceil

import numpy as np

from netspace.errors import AnalysisError
from netspace.figures import theme
from netspace.figures.picture import Dots, Line, Mark, Panel, Picture
from netspace.figures.widths import block_axis, log_width_axis, staircase
from netspace.numbers import short

COLUMNS = 4
"""Networks side by side in one figure."""

NOTE = "d: depth, w: width, e: top-1 error, f: flops (multiply-adds), p: parameters, a: activations, j: block, from 0"

_SIGNS = {"d": "d", "w_0": "w₀", "w_a": "wₐ", "w_m": "wₘ", "b": "b", "g": "g"}
_DOTTED = 2

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


def plot_top_models(profiles: Sequence[WidthProfile]) -> Picture:
    """Draws the width of each block of each network as a staircase, up to four networks side by side.

    RegNet paper, Figures 15 and 16. Rings mark the first block of each stage; of a RegNet, the dotted line is the
    w_0 + w_a j that its widths were quantized from. The axes are shared, widths are on a log axis.

    Args:
        profiles: the networks, in order.

    Raises:
        AnalysisError: a network has no blocks.

    Example:
        >>> picture = plot_top_models([WidthProfile("small", (1, 2), (16, 32), error=31.1)])
        >>> print(picture.panels[0].note)
        dᵢ = [1, 2]
        wᵢ = [16, 32]
        e = 31.1%
    """
    empty = next((profile.name for profile in profiles if not profile.block_widths), None)
    if empty is not None:
        raise AnalysisError(f"{empty} has no blocks to draw: its widths are not known here")
    everything = [profile.block_widths for profile in profiles]
    axes = block_axis(everything), log_width_axis(everything)
    panels = [Panel(*axes, _marks(each), each.name, "\n".join(legend(each))) for each in profiles]
    return Picture(panels, note=NOTE, columns=COLUMNS, shared="xy")


def _marks(profile: WidthProfile) -> list[Mark]:
    widths = profile.block_widths
    blocks = np.arange(1, len(widths) + 1)
    first = np.cumsum([1, *profile.depths[:-1]])
    marks: list[Mark] = [
        staircase(widths, width=2),
        Dots(blocks, widths, size=5, opacity=1, hover="block %{x}: %{y} channels"),
        Dots(first, profile.widths, "first block of a stage", 1, size=9, opacity=1, rings=True),
    ]
    if profile.line:
        line = profile.line["initial_width"] + profile.line["slope"] * (blocks - 1)  # equation (2)
        marks.append(Line(blocks, line, "w₀ + wₐ j", dash=_DOTTED, width=1.8))
    return marks


def legend(profile: WidthProfile) -> list[str]:
    """Gives the lines beside a network: what describes it, then what it costs.

    Example:
        >>> legend(WidthProfile("small", (1, 2), (16, 32), flops=5_000_000, params=40_000))
        ['dᵢ = [1, 2]', 'wᵢ = [16, 32]', 'f = 5M, p = 40K']
    """
    lines = []
    if len(profile.depths) <= _FEW_STAGES:
        lines += [f"dᵢ = {list(profile.depths)}", f"wᵢ = {list(profile.widths)}"]
    else:
        lines += [f"d = {sum(profile.depths)}, w = {min(profile.widths)} to {max(profile.widths)}"]
    known = {_SIGNS[symbol]: profile.line[name] for name, symbol in theme.SYMBOLS.items() if name in profile.line}
    told = [f"{sign} = {value:g}" for sign, value in known.items()]
    lines += _in_pairs(told)
    costs = (("f", profile.flops), ("p", profile.params), ("a", profile.acts))
    error = [] if profile.error is None else [f"e = {profile.error:.1f}%"]
    return lines + _in_pairs([*error, *(f"{name} = {short(n)}" for name, n in costs if n is not None)])


def _in_pairs(words: Sequence[str]) -> list[str]:
    """Gives two words a line, as panels are narrow."""
    return [", ".join(words[i : i + 2]) for i in range(0, len(words), 2)]


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
