"""One picture of populations, to be saved for a paper or shown in a notebook."""

from collections.abc import Sequence
from dataclasses import replace

from netspace.errors import AnalysisError
from netspace.figures.picture import Picture
from netspace.populations.records import Records
from netspace.reports.drawing import Drawing
from netspace.reports.gathering import Gathered, gather
from netspace.reports.kinds import Kind, find_kind
from netspace.reports.pictures import Options
from netspace.reports.remarks import left_out, not_drawn
from netspace.reports.text import join_names

FITTED = 1000
"""Networks of a population to which lines are fitted for a picture."""


def plot(
    kind: str,
    *populations: Records,
    parameters: str | Sequence[str] = (),
    x: str = "",
    y: str = "",
    title: str = "",
) -> Picture:
    """Draws one kind of picture of populations, as the report has it.

    Kinds: ``edfs``, ``normalized``, ``search``, ``against``, ``pairs``, ``training``, ``top``, ``widths``, ``e_fit``,
    ``lines``, ``costs``, ``trends``, ``others``, ``curves``; ``netspace plot --list`` says what each shows.

    Args:
        kind: what to draw.
        populations: one or more; their order is that of the colors.
        parameters: of ``against`` and ``trends``: which parameters, or ``flops``, ``params``, ``acts``, ``depth``; by
            default all that differ between networks.
        x: of ``pairs`` the quantity on the axis below, of ``others`` the complexity.
        y: of ``pairs`` the quantity on the axis at the left.
        title: a line above the picture.

    Returns:
        The picture; `Picture.save` writes it as PDF, SVG, PNG or an interactive page. A note below it names populations
        that are left out, and says of how many networks some are drawn.

    Raises:
        AnalysisError: there is no such kind, it does not take an option given, or the populations have nothing to draw.

    Example:
        >>> import netspace as ns
        >>> study = ns.Study("sqlite:///study.db")                                           # doctest: +SKIP
        >>> ns.plot("edfs", study["anynetx_a"], study["regnetx"]).save("edfs.pdf")           # doctest: +SKIP
    """
    return plot_and_tell(kind, *populations, parameters=parameters, x=x, y=y, title=title)[0]


def plot_and_tell(
    kind: str,
    *populations: Records,
    parameters: str | Sequence[str] = (),
    x: str = "",
    y: str = "",
    title: str = "",
) -> tuple[Picture, list[str]]:
    """Draws as `plot` does, and gives a sentence for each population that the picture leaves out."""
    found = find_kind(kind)
    options = Options((parameters,) if isinstance(parameters, str) and parameters else tuple(parameters), x, y)
    _check(found, populations, options)
    gathered = gather(populations, FITTED)
    drawings = _drawn(found, gathered, options)
    pictures = [drawing.picture for drawing in drawings]
    whole = pictures[0] if len(pictures) == 1 else _joined(pictures)
    missing = left_out(found.name, gathered, drawings)
    note = "\n".join(filter(None, [whole.note, *not_drawn(found.name, gathered), *missing]))
    return replace(whole, title=title or whole.title, note=note), missing


def _drawn(kind: Kind, gathered: Sequence[Gathered], options: Options) -> list[Drawing]:
    try:
        return kind.figures(gathered, options)
    except AnalysisError as error:
        raise AnalysisError(f"{kind.name} of {join_names([each.name for each in gathered])}: {error}") from None


def _check(kind: Kind, populations: Sequence[Records], options: Options) -> None:
    if not populations:
        raise AnalysisError(f"a picture of kind {kind.name} needs at least one population: given none")
    wrong = next((each for each in populations if not isinstance(each, Records)), None)
    if wrong is not None:
        raise AnalysisError(f"populations are records, such as study['regnetx']: given a {type(wrong).__name__}")
    unknown = sorted(set(options.given()) - kind.takes)
    if unknown:
        takes = f"it takes {', '.join(sorted(kind.takes))}" if kind.takes else "it takes none"
        raise AnalysisError(f"a picture of kind {kind.name} takes no {', '.join(unknown)}: {takes}")


def _joined(pictures: Sequence[Picture]) -> Picture:
    """Puts the panels of several pictures into one."""
    panels = [panel for picture in pictures for panel in picture.panels]
    notes = dict.fromkeys(picture.note for picture in pictures if picture.note)
    columns = max((picture.columns or 0 for picture in pictures), default=0)
    return Picture(panels, note="\n".join(notes), columns=columns or None)
