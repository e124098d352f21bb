"""What a picture does not show is said in sentences."""

import pytest

from netspace.populations import Records
from netspace.reports.drawing import Drawing
from netspace.reports.gathering import Gathered, gather
from netspace.reports.kinds import KINDS
from netspace.reports.pictures import Options
from netspace.reports.remarks import call_errors, left_out, not_drawn
from tests.records_made import synthetic_population


@pytest.fixture(scope="module")
def three() -> list[Gathered]:
    return gather(
        [synthetic_population("anynetx_a", 20), Records.from_records("none", []), synthetic_population("regnetx", 20)]
    )


def drawn(kind: str, populations: list[Gathered], **options: object) -> list[Drawing]:
    return KINDS[kind].figures(populations, Options(**options))


@pytest.mark.parametrize("kind", ["edfs", "normalized", "search", "against", "top", "widths", "costs", "curves"])
def test_a_population_without_a_finished_network_is_left_out_of_all(kind: str, three: list[Gathered]) -> None:
    assert left_out(kind, three, drawn(kind, three)) == ["none is left out: it has no finished network."]


def test_reasons_are_those_of_the_kind(three: list[Gathered]) -> None:
    lines = left_out("lines", three, drawn("lines", three))
    assert lines[1] == "RegNetX is left out: its networks are quantized lines by construction."
    slope = left_out("against", three, drawn("against", three, parameters=("slope",)))
    assert slope[0] == "AnyNetX_A is left out: it has no numbers for this."
    one = gather([three[0].records, synthetic_population("regnetx", 1)])
    assert left_out("search", one, drawn("search", one)) == ["RegNetX is left out: it has 1 finished network."]


def test_few_networks_are_all_drawn(three: list[Gathered]) -> None:
    assert all(not_drawn(kind, three) == [] for kind in KINDS)
    (few,) = gather([three[0].records], fitted=8)
    assert not_drawn("e_fit", [few]) == ["8 of 20 networks of AnyNetX_A are drawn: the 5 best and an even choice."]


def test_errors_are_called_what_they_are(three: list[Gathered]) -> None:
    drawing = drawn("against", three, parameters=("depth",))[0]
    assert call_errors(drawing, "validation error") is drawing
    other = call_errors(drawing, "test error")
    assert (other.picture.panels[0].y.label, other.picture.panels[0].x.label) == ("test error (%)", "depth (blocks)")
    assert other.description.startswith("Test error against")
