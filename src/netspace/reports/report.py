"""Writing the report: records in, one self-contained HTML file out."""

from collections.abc import Sequence
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from netspace.comparison import Comparison
from netspace.errors import AnalysisError, ReportError
from netspace.files import try_place, whole_file
from netspace.populations.records import Records
from netspace.reports.gathering import Gathered, gather
from netspace.reports.provenance import list_failures, tell_facts
from netspace.reports.sections import Section, make_sections
from netspace.reports.table import network_table
from netspace.reports.text import FILTERS, island, join_names
from netspace.reports.verdicts import tell_verdicts
from netspace.version import __version__

SUFFIXES = (".html", ".htm")

SCRIPTS = ("margins.js", "statistics.js", "networks.js", "filter.js", "redraw.js", "figures.js", "table.js", "page.js")
"""The page's scripts, in their order."""


def write_report(
    populations: Sequence[Records],
    path: str | Path,
    *,
    title: str | None = None,
    verdicts: Sequence[str | Comparison] | None = None,
    kinds: str | Sequence[str] | None = None,
) -> Path:
    """Writes one HTML page on populations: which is better, where the best networks lie, and all networks.

    The page holds everything it needs, plotly.js included, and asks no network for anything. The same records give
    the same page, byte for byte. Statistics and drawings use validation errors only; test errors stand in the table
    of networks, as the final word. The file appears at once and whole, or not at all.

    Args:
        populations: the records to report on; their order is that of colors and comparisons.
        path: the file to write, ``.html`` or ``.htm``; its folder is made if need be.
        title: the page's heading; names of the populations if not given.
        verdicts: sentences or comparisons to put first, in place of each population against the next.
        kinds: which kinds of figures, as for `netspace.plot`; by default all for which there are numbers, but
            ``others``.

    Returns:
        The path written.

    Raises:
        AnalysisError: no population is given, there is no such kind of figure, or nothing to draw of those asked for.
        ReportError: the file's name ends in something else, or it cannot be written.

    Example:
        >>> import netspace as ns
        >>> study = ns.Study("sqlite:///study.db")                                           # doctest: +SKIP
        >>> ns.write_report([study["anynetx_a"], study["regnetx"]], "report.html")           # doctest: +SKIP
    """
    given = [populations] if isinstance(populations, Records) else list(populations)
    target = Path(path)
    _check_suffix(target)
    if not given:
        raise AnalysisError("a report needs at least one population: the list given is empty")
    wanted = [kinds] if isinstance(kinds, str) else kinds
    gathered = gather(given)
    heading = title or join_names([each.name for each in gathered])
    page = _render(heading, gathered, verdicts, make_sections(gathered, wanted))
    check_writable(target)
    with whole_file(target, ReportError) as file:
        file.write_text(page, encoding="utf-8", newline="\n")
    return target


def check_writable(path: str | Path) -> None:
    """Makes the folder of a report to be, and makes sure that a file can be written there.

    Raises:
        ReportError: it cannot.
    """
    target = Path(path)
    _check_suffix(target)
    try:
        try_place(target)
    except OSError as error:
        raise ReportError(f"cannot write a report to {str(path)!r}: {error.strerror}. Give another path.") from None


def _check_suffix(target: Path) -> None:
    if target.is_dir():
        raise ReportError(f"cannot write a report to {str(target)!r}: it is a folder. Give a file, such as report.html")
    if target.suffix.lower() not in SUFFIXES:
        raise ReportError(
            f"cannot write a report to {str(target)!r}: it is an HTML page, so its name has to end in .html or .htm."
            "\n  netspace plot and netspace.plot write pictures as PDF, SVG and PNG."
        )


def _render(
    title: str,
    gathered: Sequence[Gathered],
    verdicts: Sequence[str | Comparison] | None,
    sections: Sequence[Section],
) -> str:
    shipped = {drawing.key: drawing.shipped() for section in sections for drawing in section.drawings}
    told = tell_verdicts(gathered, verdicts)
    page: str = _template().render(
        title=title,
        populations=gathered,
        verdicts=told,
        compared=max((verdict.compared for verdict in told), default=0),
        sections=sections,
        figures={key: island(figure) for key, figure in shipped.items()},
        heights={key: figure["layout"].get("height") for key, figure in shipped.items()},
        table=island(network_table(gathered)),
        failures=list_failures(gathered),
        facts=tell_facts(gathered),
        style=_resource("report.css"),
        script="\n".join(map(_resource, SCRIPTS)),
        plotly=_plotly(),
        version=__version__,
    )
    return page


def _plotly() -> str:
    """Gives plotly.js, without loading plotly's Python, which takes longer than a whole report."""
    found = find_spec("plotly")
    if found is None or not found.submodule_search_locations:
        raise ReportError("a report needs plotly.js, which comes with the package plotly: pip install plotly")
    return (Path(found.submodule_search_locations[0]) / "package_data" / "plotly.min.js").read_text(encoding="utf-8")


@cache
def _template() -> Any:
    from jinja2 import Environment, PackageLoader, StrictUndefined

    loader = PackageLoader("netspace.reports", "template")
    environment = Environment(
        loader=loader, autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    environment.filters.update(FILTERS)
    return environment.get_template("report.html")


def _resource(name: str) -> str:
    return (Path(__file__).parent / "template" / name).read_text(encoding="utf-8")
