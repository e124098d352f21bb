"""The report's sections: which kinds of figures stand under which heading."""

from collections.abc import Sequence
from dataclasses import dataclass

from netspace.errors import AnalysisError
from netspace.reports.drawing import Drawing
from netspace.reports.gathering import Gathered
from netspace.reports.kinds import KINDS, find_kind
from netspace.reports.pictures import Options
from netspace.reports.remarks import left_out
from netspace.reports.text import join_names

OUTLINE = (
    ("distributions", "Distributions", "Error distributions", ("edfs", "normalized", "search")),
    ("best", "Where the best lie", "Where the best networks lie", ("against", "pairs", "training")),
    ("widths", "Widths", "Widths of the networks", ("top", "widths", "e_fit", "lines")),
    ("complexity", "Complexity", "Complexity", ("costs", "trends", "others")),
    ("curves", "Learning curves", "Learning curves", ("curves",)),
)
"""Id, short name, heading and kinds of each section, in the order of the page."""

UNASKED = tuple(kind for kind in KINDS if kind != "others")
"""The kinds of a report that is asked for none in particular."""


@dataclass(frozen=True)
class Block:
    """The figures of one kind: a heading unless it is the section's, what is said of them, and groups side by side."""

    name: str
    heading: str
    note: str
    kept: str
    groups: list[tuple[str, list[Drawing]]]

    @property
    def places(self) -> set[int]:
        """The places of the populations that its figures show."""
        return {place for _, drawings in self.groups for drawing in drawings for place in drawing.places}


@dataclass(frozen=True)
class Section:
    """A section with at least one figure."""

    id: str
    short: str
    heading: str
    blocks: list[Block]

    @property
    def drawings(self) -> list[Drawing]:
        """Its figures, in the order of the page."""
        return [drawing for block in self.blocks for _, drawings in block.groups for drawing in drawings]


def make_sections(populations: Sequence[Gathered], kinds: Sequence[str] | None = None) -> list[Section]:
    """Gives the sections for which the populations have numbers.

    Args:
        populations: what is reported on.
        kinds: which kinds of figures; ``None``: all but those that are only drawn where asked for.

    Raises:
        AnalysisError: there is no such kind, or nothing to draw of those that were asked for.
    """
    wanted = UNASKED if kinds is None else [find_kind(kind).name for kind in kinds]
    found = [
        Section(id_, short, heading, [block for name in names if name in wanted for block in _block(name, populations)])
        for id_, short, heading, names in OUTLINE
    ]
    sections = [section for section in found if section.blocks]
    if kinds is not None and not sections:
        raise AnalysisError(_reasons(wanted, populations))
    return sections


def _block(name: str, populations: Sequence[Gathered]) -> list[Block]:
    """Gives the block of a kind; none where there is nothing to draw."""
    kind = KINDS[name]
    try:
        drawings = kind.figures(populations, Options(page=True))
    except AnalysisError:
        return []
    note = " ".join([kind.note(populations), *left_out(name, populations, drawings)])
    return [Block(name, kind.heading, note, kind.kept, _grouped(drawings))]


def _reasons(kinds: Sequence[str], populations: Sequence[Gathered]) -> str:
    """Says why there is nothing to draw, of each kind that was asked for."""
    names = join_names([each.name for each in populations])
    reasons = [f"{name}: {_reason(name, populations)}" for name in kinds]
    return "\n  ".join([f"a report of {names} would have no figure", *(reasons or ["no kind is given"])])


def _reason(name: str, populations: Sequence[Gathered]) -> str:
    try:
        KINDS[name].draw(populations, Options(page=True))
    except AnalysisError as error:
        return str(error)
    return ""


def _grouped(drawings: Sequence[Drawing]) -> list[tuple[str, list[Drawing]]]:
    """Puts figures of one group together; the heading of a group is said once."""
    groups: dict[str, list[Drawing]] = {}
    for drawing in drawings:
        groups.setdefault(drawing.group, []).append(drawing)
    said: set[str] = set()
    named = []
    for group, some in groups.items():
        heading = group.partition("/")[0]
        named.append(("" if heading in said else heading, some))
        said.add(heading)
    return named
