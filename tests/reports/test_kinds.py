"""Every kind of picture, from populations to numbers."""

import dataclasses

import numpy as np
import pytest

import netspace as ns
from netspace.analysis import (
    best_region,
    complexity_weights,
    fit_complexity,
    fit_lines,
    normalized_edf,
    search_efficiency,
)
from netspace.errors import AnalysisError
from netspace.figures.picture import Dots, Line, Picture, Region, Span
from netspace.populations import Records
from netspace.random import stream
from netspace.reports.drawing import Drawing
from netspace.reports.gathering import Gathered, gather
from netspace.reports.kinds import KINDS, find_kind
from netspace.reports.pictures import Options
from netspace.reports.pictures.costs import ENOUGH, find_regimes
from netspace.reports.remarks import left_out
from netspace.spaces import Population
from tests.populations.importing.files_made import write
from tests.records_made import finished, make_records, synthetic_population
from tests.reports.populations import wide_population, with_training_parameters


@pytest.fixture(scope="module")
def pair() -> list[Gathered]:
    return gather([synthetic_population("anynetx_a", 60, failed=3), synthetic_population("regnetx", 50, seed=1)])


@pytest.fixture(scope="module")
def wide() -> Gathered:
    return gather([wide_population(240)])[0]


def draw(kind: str, populations: list[Gathered], **options: object) -> list[Drawing]:
    return find_kind(kind).draw(populations, Options(**options))


def marks(picture: Picture, kind: type, panel: int = 0) -> list[object]:
    return [mark for mark in picture.panels[panel].marks if isinstance(mark, kind)]


def test_a_kind_is_found_by_its_name_and_near_ones_are_named() -> None:
    assert find_kind("e-fit") is KINDS["e_fit"]
    with pytest.raises(AnalysisError, match=r"'against_flops'.*did you mean against"):
        find_kind("against_flops")
    with pytest.raises(AnalysisError, match="choose one of edfs, normalized"):
        find_kind("zzz")


@pytest.mark.parametrize("kind", KINDS)
def test_what_has_nothing_to_draw_says_what_it_takes(kind: str) -> None:
    with pytest.raises(AnalysisError, match=r"nothing to draw: .*(it takes|no network|no validation)"):
        draw(kind, gather([Records.from_records("nothing", [])]))


def test_distributions_have_the_colors_of_their_places(pair: list[Gathered]) -> None:
    empty = Records.from_records("nothing", [])
    drawings = draw("edfs", gather([empty, pair[0].records, pair[1].records]))
    assert [line.color for line in marks(drawings[0].picture, Line)] == [1, 2]


def test_distributions_at_equal_complexity(pair: list[Gathered]) -> None:
    weights = complexity_weights(*(each.column("flops") for each in pair))
    (drawing,) = draw("normalized", pair)
    for i, line in enumerate(marks(drawing.picture, Line)):
        expected = normalized_edf(pair[i].errors, weights, i)
        assert np.asarray(line.y)[:-1].tolist() == expected.band.fraction.tolist()
    with pytest.raises(AnalysisError, match="two or more populations"):
        draw("normalized", pair[:1])


def test_random_search(pair: list[Gathered]) -> None:
    (drawing,) = draw("search", pair)
    lines = marks(drawing.picture, Line)
    assert np.asarray(lines[1].y).tolist() == search_efficiency(pair[1].errors).expected.tolist()


def test_random_search_of_many_is_drawn_at_some_numbers_of_networks(wide: Gathered) -> None:
    line = marks(draw("search", [wide])[0].picture, Line)[0]
    assert (line.x[0], line.x[-1]) == (1, 240)
    assert len(line.x) <= 200
    assert line.name.endswith(f"best {wide.errors.min():.1f}")


def test_one_parameter_is_drawn_where_it_is_asked_for(pair: list[Gathered]) -> None:
    (drawing,) = draw("against", pair, parameters=("slope",))
    assert drawing.key == "against-slope"
    assert [span.color for span in marks(drawing.picture, Span)] == [1]
    with pytest.raises(AnalysisError, match="no finished network has a number called 'slop': did you mean slope"):
        draw("against", pair, parameters=("slop",))


def test_two_parameters_with_the_region_of_the_best(pair: list[Gathered]) -> None:
    (drawing,) = draw("pairs", pair, x="slope", y="width_multiplier")
    (dots,), (region,) = marks(drawing.picture, Dots), marks(drawing.picture, Region)
    x, y, errors = pair[1].with_numbers("slope", "width_multiplier")
    pairs = best_region(x, y, errors).pairs
    for corner in np.column_stack([region.x, region.y]):
        assert np.isclose(pairs, corner).all(axis=1).any()
    assert dots.x.tolist() == x.tolist()
    assert drawing.picture.panels[0].note == "RegNetX: n = 50"


def test_two_parameters_are_chosen_that_tell_most(pair: list[Gathered]) -> None:
    (one,), (both,) = draw("pairs", pair[:1]), draw("pairs", pair)
    assert {one.given["x"], one.given["y"]} <= {"depth", *pair[0].records.parameters}
    assert "depth" in (both.given["x"], both.given["y"])  # as only depth and complexity are of both


def _of_options(n: int) -> Records:
    """Networks of three choices, and of what they cost."""
    sample = ns.get_space("regnetx", image_size=32, stem="cifar").sample(n, seed=0)
    codes = stream(0, "codes").integers(0, [3, 3, 2], (n, 3))
    parameters = {f"op_{i}": codes[:, i] for i in range(3)}
    chosen = Population(sample.networks, parameters, sample.complexity)
    return Records.from_records("choices", make_records("choices", chosen, [finished(20 + i % 7) for i in range(n)]))


def test_two_parameters_of_many_values_come_before_options() -> None:
    (drawing,) = draw("pairs", gather([_of_options(60)]))
    assert {drawing.given["x"], drawing.given["y"]} <= {"depth", "flops", "params", "acts"}


def test_dots_of_options_are_moved_aside_and_the_picture_says_so() -> None:
    records = _of_options(60)
    picture = ns.plot("pairs", records, x="op_0", y="op_1")
    (dots,) = marks(picture, Dots)
    codes = records.frame()
    assert len(np.unique(np.column_stack([dots.x, dots.y]), axis=0)) == 60
    assert np.abs(dots.x - codes["op_0"]).max() < 0.31
    assert "moved aside" in picture.note
    assert [axis.ticks for axis in (picture.panels[0].x, picture.panels[0].y)] == [[0, 1, 2]] * 2


def test_codes_of_options_have_no_trend(wide: Gathered) -> None:
    coded = [
        dataclasses.replace(record, parameters={**record.parameters, "op": record.index % 3}) for record in wide.records
    ]
    (drawing,) = draw("trends", gather([Records.from_records("wide", coded)]))
    assert "op" not in [panel.y.label for panel in drawing.picture.panels]
    assert len(drawing.picture.panels) > 1


def test_training_parameters_are_drawn_where_each_network_has_its_own(pair: list[Gathered]) -> None:
    population = gather([with_training_parameters(synthetic_population("regnetx", 40))])
    (drawing,) = draw("training", population)
    assert [panel.x.label for panel in drawing.picture.panels] == [
        "learning rate",
        "weight decay",
        "learning rate · weight decay",
    ]
    product = marks(drawing.picture, Dots, 2)[0].x
    assert product.tolist() == population[0].column("lr*wd").tolist()
    assert not any("learning_rate" in each.key for each in draw("against", population))


def test_e_fit_is_that_of_fitted_lines_and_not_of_regnets(pair: list[Gathered]) -> None:
    (drawing,) = draw("e_fit", pair)
    (dots,) = marks(drawing.picture, Dots)
    widths = [record.architecture.block_widths for record in pair[0].records if record.status == "complete"]
    assert np.asarray(dots.x) == pytest.approx(fit_lines(widths).error, abs=0.02)
    with pytest.raises(AnalysisError, match="not quantized lines by construction"):
        draw("e_fit", pair[1:])


def test_lines_are_fitted_to_the_best_and_an_even_choice() -> None:
    (some,) = gather([synthetic_population("anynetx_a", 40)], fitted=12)
    assert len(some.lines) == 12
    assert set(some.ranked[:5]) <= set(some.lines)
    assert np.isfinite(some.column("e_fit")).sum() == 12
    assert "the 5 best and an even choice" in KINDS["e_fit"].note([some])


def test_fitted_lines_of_the_best(pair: list[Gathered]) -> None:
    (drawing,) = draw("lines", pair)
    assert [panel.title for panel in drawing.picture.panels] == [f"AnyNetX_A #{i}" for i in pair[0].ranked[:4]]
    network = marks(drawing.picture, Line)[0]
    assert list(network.y)[1:-1] == list(pair[0].records[pair[0].ranked[0]].architecture.block_widths)


def test_the_best_networks_with_their_lines(pair: list[Gathered]) -> None:
    a, b = draw("top", pair)
    best = pair[1].records[pair[1].ranked[0]]
    assert f"e = {best.error:.1f}%" in b.picture.panels[0].note
    assert f"w₀ = {best.parameters['initial_width']}" in b.picture.panels[0].note
    assert "w₀" not in a.picture.panels[0].note
    assert [line.color for line in marks(a.picture, Line)] == [0]


def test_complexity_goes_with_flops(wide: Gathered) -> None:
    acts, params = draw("costs", [wide])
    trend = fit_complexity(wide.column("flops"), wide.column("acts"), "sqrt")
    curve = marks(acts.picture, Line)[0]
    assert np.asarray(curve.y) == pytest.approx(trend.at(curve.x))
    assert "F" in params.picture.panels[0].note


def test_trends_are_over_windows_of_one_population(wide: Gathered, pair: list[Gathered]) -> None:
    regimes = find_regimes([wide])
    assert len(regimes) >= 3
    assert all(len(rows) >= ENOUGH for _, rows in regimes)
    flops = wide.column("flops")
    assert all(flops[a].max() < flops[b].min() for (_, a), (_, b) in zip(regimes, regimes[1:], strict=False))
    (drawing,) = draw("trends", [wide])
    assert drawing.picture.panels[0].y.label == "depth (blocks)"
    assert "cut into" in KINDS["trends"].note([wide])
    with pytest.raises(AnalysisError, match="3 regimes of flops with 25 finished networks each"):
        draw("trends", pair)


def test_trends_are_over_populations_of_one_space_under_different_budgets() -> None:
    space = ns.get_space("regnetx", image_size=32, stem="cifar", num_classes=10)
    gathered = gather([_under(space, (low, 1.5 * low), f"at_{low:.0f}") for low in (8e6, 2e6, 4e6)])
    regimes = find_regimes(gathered)
    assert [population.name for population, _ in regimes] == ["at_2000000", "at_4000000", "at_8000000"]
    (drawing,) = draw("trends", gathered, parameters=("depth",))
    assert len(marks(drawing.picture, Dots)[0].x) == 3
    assert "under different budgets" in KINDS["trends"].note(gathered)


def test_of_populations_under_one_budget_the_largest_makes_the_regime() -> None:
    space = ns.get_space("regnetx", image_size=32, stem="cifar", num_classes=10)
    gathered = gather(
        [_under(space, (low, 1.5 * low), f"at_{low:.0f}_{n}", n) for low in (2e6, 4e6, 8e6) for n in (30, 40, 35)]
    )
    assert [population.name for population, _ in find_regimes(gathered)] == [
        "at_2000000_40",
        "at_4000000_40",
        "at_8000000_40",
    ]
    said = left_out("trends", gathered, draw("trends", gathered, parameters=("depth",)))
    assert len(said) == 6
    assert said[0] == (
        "at_2000000_30 is left out: no regime is made of its networks (of populations under one budget, the one of "
        "most networks makes it)."
    )


def _under(space: ns.DesignSpace, budget: tuple[float, float], name: str, n: int = 30) -> Records:
    from tests.records_made import model_errors

    sample = space.sample(n, flops=budget, seed=0)
    outcomes = [finished(float(error), 0, i) for i, error in enumerate(model_errors(sample, 0))]
    return Records.from_records(name, make_records(name, sample, outcomes))


def test_others_are_drawn_beside_the_networks_ahead(tmp_path, pair: list[Gathered]) -> None:
    rows = [
        {"network": f"{family}-{i}", "family": family, "error": 20 - i, "flops": 4e6 + i * 1e6}
        for family in ("ResNet", "Wide")
        for i in range(3)
    ]
    named = ns.import_population(write(tmp_path / "paper.json", rows), name="paper")
    gathered = gather([pair[1].records, named])
    (drawing,) = draw("others", gathered)
    ahead, *families = marks(drawing.picture, Dots)
    assert [dots.name for dots in families] == ["ResNet", "Wide"]
    assert list(families[0].labels) == ["ResNet-0", "ResNet-1", "ResNet-2"]
    assert min(ahead.y) == pair[1].errors.min()
    assert np.diff(ahead.y).max(initial=-1) < 0 < np.diff(ahead.x).min(initial=1)
    assert (ahead.written, families[0].written) == (False, True)
    with pytest.raises(AnalysisError, match="networks known by their names"):
        draw("others", pair)


def test_others_need_the_quantity_of_both_sides(tmp_path, pair: list[Gathered]) -> None:
    rows = [{"network": f"ResNet-{i}", "error": 20 - i, "flops": 4e6 + i * 1e6} for i in range(3)]
    named = ns.import_population(write(tmp_path / "paper.json", rows), name="paper")
    with pytest.raises(AnalysisError, match="no network of paper has a number called 'params'"):
        draw("others", gather([pair[1].records, named]), x="params")


def test_families_of_one_name_are_told_apart(tmp_path) -> None:
    rows = [{"network": f"n-{i}", "family": "ResNet", "error": 20 - i, "flops": 4e6 + i * 1e6} for i in range(3)]
    path = write(tmp_path / "paper.json", rows)
    (drawing,) = draw("others", gather([ns.import_population(path, name=name) for name in ("one", "two")]))
    assert [dots.name for dots in marks(drawing.picture, Dots)] == ["one: ResNet", "two: ResNet"]


def test_others_are_in_a_report_only_where_asked_for(tmp_path, pair: list[Gathered]) -> None:
    rows = [{"network": f"ResNet-{i}", "error": 20 - i, "flops": 4e6 + i * 1e6} for i in range(3)]
    both = [pair[1].records, ns.import_population(write(tmp_path / "paper.json", rows), name="paper")]
    key = 'data-figure="others-flops"'
    assert key not in ns.write_report(both, tmp_path / "a.html").read_text("utf-8")
    assert key in ns.write_report(both, tmp_path / "b.html", kinds=["edfs", "others"]).read_text("utf-8")
