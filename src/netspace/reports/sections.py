"""The report's sections: which kinds of figures stand under which heading."""

from collections.abc import Sequence
from dataclasses import dataclass

from netspace.errors import AnalysisError
from netspace.reports.drawing import Drawing
from netspace.reports.gathering import Gathered
from netspace.reports.kinds import KINDS, find_kind
from netspace.reports.pictures import Options

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
        AnalysisError: there is no such kind.
    """
    wanted = UNASKED if kinds is None else [find_kind(kind).name for kind in kinds]
    found = [
        Section(id_, short, heading, [block for name in names if name in wanted for block in _block(name, populations)])
        for id_, short, heading, names in OUTLINE
    ]
    return [section for section in found if section.blocks]


def _block(name: str, populations: Sequence[Gathered]) -> list[Block]:
    """Gives the block of a kind; none where there is nothing to draw."""
    kind = KINDS[name]
    try:
        drawings = kind.draw(populations, Options(page=True))
    except AnalysisError:
        return []
    return [Block(name, kind.heading, kind.note(populations), kind.kept, _grouped(drawings))]


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
