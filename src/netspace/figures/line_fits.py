"""Networks beside the quantized lines that describe their widths best (RegNet paper, Figure 8)."""

from collections.abc import Sequence
from dataclasses import dataclass

from netspace.analysis import LineFits
from netspace.figures.picture import Panel, Picture
from netspace.figures.widths import Widths, block_axis, log_width_axis, staircase


@dataclass(frozen=True, eq=False)
class LineFit:
    """One network and its line.

    Attributes:
        name: the title.
        widths: output width of each of its blocks, in channels.
        fitted: those of the quantized line.
        error: e_fit: the mean of |log(fitted / width)| over the blocks.
    """

    name: str
    widths: Widths
    fitted: Widths
    error: float


def line_fits(names: Sequence[str], widths: Sequence[Widths], fits: LineFits) -> list[LineFit]:
    """Gives what `plot_line_fits` draws.

    Args:
        names: of the networks.
        widths: of each network the widths of its blocks.
        fits: `analysis.fit_lines` of these widths.

    Example:
        >>> from netspace.analysis import fit_lines
        >>> widths = [[24, 56, 152, 152, 152, 152, 368, 368], [8, 512, 8, 512]]
        >>> [list(fit.fitted) == fit.widths for fit in line_fits(["RegNetX", "zigzag"], widths, fit_lines(widths))]
        [True, False]
    """
    rows = zip(names, widths, fits.widths, fits.error.tolist(), strict=True)
    return [LineFit(name, own, line.tolist(), error) for name, own, line, error in rows]


def plot_line_fits(fits: Sequence[LineFit]) -> Picture:
    """Draws each network's widths and those of its quantized line as staircases (RegNet paper, Figure 8).

    Widths are on a log axis, on which e_fit is the mean distance of the two.

    Args:
        fits: the networks, a panel each; `line_fits` makes them.

    Example:
        >>> picture = plot_line_fits([LineFit("#3", [16, 24, 48], [16, 32, 48], 0.096)])
        >>> picture.panels[0].note, [line.name for line in picture.panels[0].marks]
        ('e_fit = 0.096', ['network', 'quantized line'])
    """
    everything = [widths for fit in fits for widths in (fit.widths, fit.fitted)]
    x, y = block_axis(everything), log_width_axis(everything)
    hover = "block %{x:.0f}: %{y} channels"
    panels = [
        Panel(
            x,
            y,
            [
                staircase(fit.widths, name="network", hover=f"{hover}"),
                staircase(fit.fitted, name="quantized line", color=1, dash=1, hover=f"line, {hover}"),
            ],
            fit.name,
            f"e_fit = {fit.error:.2g}",
        )
        for fit in fits
    ]
    return Picture(panels, shared="xy")
