"""One picture of populations, as users ask for it."""

import numpy as np
import pytest

import netspace as ns
from netspace.errors import AnalysisError
from netspace.figures import Dots
from tests.records_made import synthetic_population


@pytest.fixture(scope="module")
def pair() -> list[ns.Records]:
    return [synthetic_population("anynetx_a", 30), synthetic_population("regnetx", 30, seed=1)]


def test_a_picture_has_the_panels_of_all_its_figures(pair) -> None:
    assert len(ns.plot("against", *pair).panels) == 4 + 5 + 16
    assert len(ns.plot("top", *pair).panels) == 8
    assert len(ns.plot("widths", pair[0]).panels) == 2


def test_options_are_passed_on(pair) -> None:
    picture = ns.plot("against", *pair, parameters=["depth", "flops"], title="Depth and flops")
    assert [panel.x.label for panel in picture.panels] == ["depth (blocks)", "flops (multiply-adds)"]
    assert picture.title == "Depth and flops"
    assert len(ns.plot("against", *pair, parameters="depth").panels) == 1
    panel = ns.plot("pairs", pair[0], x="depth", y="width_4").panels[0]
    assert (panel.x.label, panel.y.label) == ("depth (blocks)", "width (channels), stage 4")


@pytest.mark.parametrize("suffix", ["pdf", "svg", "png", "html"])
def test_it_is_saved_in_every_format(pair, suffix: str, tmp_path) -> None:
    path = ns.plot("edfs", *pair).save(tmp_path / f"edfs.{suffix}")
    assert path.stat().st_size > 5000


def test_it_is_of_all_networks_that_finished(pair) -> None:
    line = ns.plot("edfs", pair[0]).panels[0].marks[0]
    assert np.asarray(line.x)[1:-1].tolist() == np.sort(pair[0].errors).tolist()


def test_a_note_names_populations_that_are_left_out(pair) -> None:
    nothing = ns.Records.from_records("nothing", [])
    picture = ns.plot("e_fit", pair[0], nothing, pair[1])
    assert picture.note.splitlines() == [
        "nothing is left out: it has no finished network.",
        "RegNetX is left out: its networks are quantized lines by construction.",
    ]
    assert ns.plot("edfs", *pair).note == ""
    slope = ns.plot("against", *pair, parameters="slope").note
    assert slope == "AnyNetX_A is left out: it has no numbers for this."


@pytest.mark.slow
def test_a_note_says_how_many_networks_are_drawn_and_the_worst_is_among_them() -> None:
    many = synthetic_population("regnetx", 1300)
    for kind in ("against", "pairs"):
        picture = ns.plot(kind, many)
        assert picture.note.startswith("1,000 of 1,300 networks of RegNetX are drawn: the 100 best, the worst")
        dots = next(mark for mark in picture.panels[0].marks if isinstance(mark, Dots))
        errors = dots.y if kind == "against" else dots.heat
        assert (np.max(errors), np.min(errors)) == (many.errors.max(), many.errors.min())
    assert "200 of 1,300 curves" in ns.plot("curves", many).note


@pytest.mark.parametrize(
    ("kind", "options", "says"),
    [
        ("edsf", {}, "did you mean edfs"),
        ("edfs", {"x": "depth"}, "edfs takes no x: it takes none"),
        ("pairs", {"parameters": ["depth"]}, "pairs takes no parameters: it takes x, y"),
        ("pairs", {"x": "dept"}, "pairs of AnyNetX_A and RegNetX: .* 'dept': did you mean depth"),
        ("training", {}, "training of AnyNetX_A and RegNetX: nothing to draw: it takes networks"),
        ("trends", {}, "nothing to draw: it takes 3 regimes"),
    ],
)
def test_mistakes_are_told(pair, kind: str, options: dict[str, object], says: str) -> None:
    with pytest.raises(AnalysisError, match=says):
        ns.plot(kind, *pair, **options)


def test_populations_are_needed_and_are_records(pair) -> None:
    with pytest.raises(AnalysisError, match="at least one population: given none"):
        ns.plot("edfs")
    with pytest.raises(AnalysisError, match=r"study\['regnetx'\]: given a list"):
        ns.plot("edfs", [12.0, 13.0])
