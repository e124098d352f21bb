import dataclasses
import gzip
import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import netspace as ns
from netspace.analysis import fit_lines
from netspace.errors import AnalysisError, SpaceError
from netspace.populations import Records
from netspace.refinement import Column, Refinement, confirm, refine_arrays
from netspace.refinement.reading import read_problem
from tests.records_made import finished, make_records, synthetic_population
from tests.refinement.spaces_made import additive, null

NAS = Path(__file__).parents[3] / "shared/data/populations/nas_bench_macro_cifar10.json.gz"
BUDGET = (4e6, 6e6)


@pytest.fixture(scope="module")
def found() -> Refinement:
    columns, x, errors = additive()
    return refine_arrays(columns, x[:100], errors[:100], x)


def space(name: str = "anynetx_c") -> ns.DesignSpace:
    return ns.get_space(name, image_size=32, stem="cifar", num_classes=10)


def widths_records(n: int = 80, shape: Sequence[float] = (0.0, 0.0, 0.0, -1.5)) -> Records:
    """Gives records whose error depends on the logarithms of the stages' drawn widths."""
    sample = space().sample(n, flops=BUDGET, seed=3)
    logs = np.column_stack([np.log2(sample.parameters[f"width_{i}"]) for i in (1, 2, 3, 4)])
    errors = 40 + logs @ np.array(shape) + np.random.default_rng(0).normal(0, 0.2, n)
    return Records.from_records("widths", make_records("widths", sample, [finished(float(e)) for e in errors]))


def test_what_matters_is_found_and_promised(found: Refinement) -> None:
    columns, x, errors = additive()
    inside = found.keeps(x)
    assert {str(step.move) for step in found.steps} >= {"drop x_1 = 2", "drop x_2 = 1", "drop x_2 = 2"}
    true = errors.mean() - errors[inside].mean()
    assert found.promise.low < true < found.promise.high
    assert found.dimensions >= 1
    assert found.share == pytest.approx(inside.mean())
    assert found.orders == pytest.approx(-np.log10(inside.mean()))


def test_steps_and_moves_have_their_effects(found: Refinement) -> None:
    assert sum(step.effect for step in found.steps) == pytest.approx(found.promise.improvement, abs=0.3)
    alone = {str(move.move): move for move in found.moves}
    bad = alone["drop x_1 = 2"]
    assert bad.low < 2 / 3 < bad.high
    assert bad.share == pytest.approx(2 / 3, abs=0.05)
    assert bad.orders == pytest.approx(-np.log10(bad.share))
    assert alone["drop x_3 = 0"].low < 0 < alone["drop x_3 = 0"].high
    assert min(move.share for move in found.moves) >= found.floor
    assert [m.effect for m in found.moves] == sorted((m.effect for m in found.moves), reverse=True)


def test_pictures_show_the_evidence_of_the_moves_taken(found: Refinement) -> None:
    assert [panel.title for panel in found.figure().panels[::2]] == [str(step) for step in found.steps]
    left, right = found.steps[0].figure().panels
    assert sum(len(dots.x) for dots in left.marks) == 100
    assert "kept: n = " in right.note


def test_a_step_is_drawn_on_the_networks_that_those_before_it_left(found: Refinement) -> None:
    picture, left = found.figure(), np.ones(100, bool)
    assert "the raw means of few networks may differ" in picture.note
    for step, panel in zip(found.steps, picture.panels[::2], strict=True):
        n, inside = int(left.sum()), left & step.move.keeps(found.problem.table)
        assert sum(len(dots.x) for dots in panel.marks) == n == len(step.evidence.errors)
        assert panel.note == ("" if n == 100 else f"{n} of 100 networks: those that the steps before left")
        assert step.evidence.kept.n == inside.sum()
        left = inside
    assert n < 100
    alone = next(each for each in found.moves if each.move == found.steps[-1].move)
    assert len(alone.evidence.errors) == 100
    assert "the raw means of few networks may differ" in alone.figure().note


def test_a_step_after_which_no_network_is_left_has_an_empty_picture(tmp_path: Path) -> None:
    columns, x, errors = additive(n=3000)
    sample = ~((x[:, 0] == 0) & (x[:, 1] == 0))
    whole = refine_arrays(columns, x[sample][:60], errors[sample][:60], x)
    last = whole.take("drop x_1 = 1", "drop x_1 = 2", "drop x_2 = 1", "drop x_2 = 2", "drop x_3 = 0")
    assert len(last.steps[-1].evidence.errors) == 0
    assert last.figure().panels[-2].note == "0 of 60 networks: those that the steps before left"
    assert last.figure().save(tmp_path / "why.svg").exists()


def test_that_no_move_was_taken_is_told_from_that_none_is_sure(found: Refinement) -> None:
    none = found.take()
    assert none.summary() == "no move is taken, n = 100: the space stays as it is"
    assert none.figure().title == "no move is taken; the 5 that gain most, each alone"
    columns, x, errors = null(3)
    unsure = refine_arrays(columns, x[:60], errors[:60], x[:1000])
    assert not unsure.picked
    tried = len(unsure.candidates)
    assert unsure.summary() == f"no move of {tried} gains enough to be sure of it, n = 60: the space stays as it is"
    assert unsure.figure().title.startswith(f"no move of {tried} gains enough")


def test_evidence_is_what_a_picture_needs(found: Refinement) -> None:
    evidence = found.steps[0].evidence
    assert len(evidence.x) == len(evidence.errors) == len(evidence.inside) == 100
    assert evidence.kept is not None
    assert evidence.dropped is not None
    assert evidence.kept.n + evidence.dropped.n == 100
    assert evidence.kept.mean < evidence.dropped.mean


def test_summary_says_it_in_a_few_lines(found: Refinement) -> None:
    lines = found.summary().splitlines()
    assert lines[0].startswith("mean error falls by ")
    assert "n = 100" in lines[0]
    assert len(lines) == 1 + len(found.steps)


def test_taking_moves_of_ones_own(found: Refinement) -> None:
    one = found.take("drop x_1 = 2")
    assert one.promise.low < 2 / 3 < one.promise.high
    assert one.promise.improvement < found.promise.improvement
    assert found.take(*found.steps).promise.improvement == pytest.approx(found.promise.improvement)
    assert len(found.take("drop x_1 = 2", "drop x_1 = 2").steps) == 1
    assert found.take().promise.improvement == 0
    assert "stays as it is" in found.take().summary()
    with pytest.raises(AnalysisError, match=r"no move 'drop x_9 = 2' was tried: near are drop x_"):
        found.take("drop x_9 = 2")
    with pytest.raises(AnalysisError, match="leave 0 networks"):
        found.take("drop x_1 = 0", "drop x_1 = 1", "drop x_1 = 2")


def test_where_nothing_matters_nothing_is_claimed() -> None:
    claims = made = 0
    for seed in range(30):
        columns, x, errors = null(seed)
        found = refine_arrays(columns, x[:60], errors[:60], x[:1000])
        claims += found.promise.low > 0
        made += bool(found.picked)
    assert claims <= 1
    assert made <= 12


def test_errors_of_zero_and_below_change_nothing_but_the_anchor() -> None:
    columns, x, errors = additive()
    low = refine_arrays(columns, x[:100], errors[:100] - 20, x)
    assert low.promise.low < 1.5 < low.promise.high + 1
    assert "drop x_1 = 2" in {str(step.move) for step in low.steps}


@pytest.mark.parametrize(
    ("n", "spread", "message"), [(19, 1, "at least 20 finished networks: given 19"), (50, 0, "without a spread")]
)
def test_too_little_to_go_by(n: int, spread: float, message: str) -> None:
    columns, x, errors = additive()
    with pytest.raises(AnalysisError, match=message):
        refine_arrays(columns, x[:n], 20 + spread * (errors[:n] - 20), x)


def test_large_tables_are_looked_at_in_part() -> None:
    columns, x, errors = additive(n=1200)
    rows = {column.name: x[:, j] for j, column in enumerate(columns)}
    problem = read_problem(pd.DataFrame(rows), rows | {"error": errors}, pool=100, seed=0)
    assert len(problem.errors) == 1000
    assert problem.notes == ("1,000 of 1,200 networks are looked at, drawn at random",)


def test_options_out_of_range_are_refused() -> None:
    columns, x, errors = additive()
    with pytest.raises(AnalysisError, match="pool must be a whole number of at least 100"):
        ns.refine({"op": ["conv", "pool", "skip"]}, table(), pool=10)
    with pytest.raises(AnalysisError, match="sure must be between 0 and 1"):
        refine_arrays(columns, x[:50], errors[:50], x, sure=1.5)


def table(n: int = 80) -> dict[str, np.ndarray]:
    r = np.random.default_rng(5)
    op, rate = r.choice(["conv", "pool", "skip"], n), np.exp(r.uniform(np.log(0.01), 0, n))
    return {"op": op, "rate": rate, "error": 20 + 3 * (op == "skip") + np.abs(np.log(rate / 0.1)) + r.normal(0, 0.3, n)}


def test_imported_table_with_distributions() -> None:
    rows = table()
    rows["error"] = np.where(np.arange(80) < 5, np.nan, rows["error"])
    found = ns.refine({"op": ["conv", "pool", "skip"], "rate": ns.log_uniform(0.01, 1, 0.01)}, rows)
    assert found.problem.failed == 5
    assert found.promise.n == 75
    assert "failed: 5, not counted" in found.summary()
    assert "drop op = skip" in {str(step.move) for step in found.steps}
    assert found.space is None
    inside = found.contains(pd.DataFrame(rows))
    assert not (rows["op"][inside] == "skip").any()


def test_imported_table_with_a_pool() -> None:
    rows, pool = pd.DataFrame(table()), pd.DataFrame(table(1500)).drop(columns="error")
    found = ns.refine(pool, rows)
    assert found.share == pytest.approx(found.contains(pool).mean())
    assert found.picked


def test_names_of_networks_are_no_parameter() -> None:
    rows = table(100) | {"net": np.array([f"net {i}" for i in range(100)])}
    found = ns.refine(pd.DataFrame(rows), rows)
    assert [column.name for column in found.problem.columns] == ["op", "rate"]
    assert "Note: net is left out: it has more than 64 options" in found.summary()


def test_space_of_one_network_is_refused() -> None:
    with pytest.raises(AnalysisError, match="no column of the space varies"):
        ns.refine({"op": ["conv"]}, table() | {"op": np.full(80, "conv")})


def test_tables_that_do_not_fit_are_refused() -> None:
    columns, x, errors = additive()
    with pytest.raises(AnalysisError, match=r"need a table of shape \(50, 4\)"):
        refine_arrays(columns, x[:40], errors[:50], x)
    with pytest.raises(AnalysisError, match="no column 'error'"):
        ns.refine({"op": ["a", "b"]}, {"op": ["a", "b"]})
    with pytest.raises(AnalysisError, match="no column 'kernel': it has op, rate, error"):
        ns.refine({"kernel": [3, 5]}, table())
    with pytest.raises(AnalysisError, match="none of the space's columns"):
        ns.refine(pd.DataFrame({"kernel": [3, 5]}), table())
    with pytest.raises(SpaceError, match="given a str"):
        ns.refine("regnetx", table())
    with pytest.raises(SpaceError, match="column 'rate'"):
        ns.refine({"rate": "fast"}, table())


def test_refined_space_keeps_only_what_contains_says() -> None:
    found = ns.refine(space(), widths_records(), line=False, pool=1000)
    assert found.picked
    assert found.space is not None
    fresh = found.space.sample(60, flops=BUDGET, seed=1)
    assert found.contains(fresh).all()
    assert found.space.lineage.startswith(space().lineage + " > ")
    assert found.promise.low > 0


def test_budget_of_a_table_is_given() -> None:
    rows = widths_records(40).frame()
    found = ns.refine(space(), rows, budget={"flops": BUDGET}, pool=200)
    flops = found.problem.pool[:, [column.name for column in found.problem.columns].index("flops")]
    assert ((BUDGET[0] <= flops) & (flops <= BUDGET[1])).all()
    with pytest.raises(SpaceError, match="budget on latency"):
        ns.refine(space(), rows, budget={"latency": (None, 5)})


def test_sample_of_another_space_gets_a_note() -> None:
    found = ns.refine(space("anynetx_d"), widths_records(40), line=False, pool=200)
    assert "Note: the population was sampled from AnyNetX_A > " in found.summary()


def test_moves_become_the_operations_of_the_space() -> None:
    found = ns.refine(space("anynetx_a"), synthetic_population("anynetx_a", 60), line=False, pool=3000)
    texts = [move.text for move in found.candidates]
    cut = [text for text in texts if text.startswith("depth_2 <=")][-1]
    limit = [text for text in texts if text.startswith("acts <=")][-1]
    share = "share bottleneck_ratio"
    picked = found.take(share, "width never falls", cut, limit)
    assert picked.space is not None
    steps = picked.space.lineage.split(" > ")[1:]
    assert steps[0] == "share(bottleneck_ratio)"
    assert steps[1] == "order(width)"
    assert steps[2].startswith("narrow(depth_2=1 to ")
    assert steps[3].startswith("restrict(acts <= ")
    assert picked.dimensions == 3
    assert picked.original is not None
    assert picked.original.dimensions - picked.space.dimensions == 3


def of_options(op_1: int, op_2: int, depth: int) -> ns.Architecture:
    line = {"initial_width": 24, "slope": 24.0, "width_multiplier": 2.5, "group_width": 8 * (1 + op_1)}
    return ns.regnet(depth=depth, image_size=64 + 32 * op_2, **line)


def test_what_is_not_equally_likely_is_restricted_to_be_equal() -> None:
    found = ns.refine(space("anynetx_e"), synthetic_population("anynetx_e", 60), line=False, pool=1000)
    shared = found.take("share depth")
    assert shared.space is not None
    assert shared.space.lineage.endswith("restrict(depth_1 == depth_2 and depth_2 == depth_3 and depth_3 == depth_4)")
    assert shared.contains(shared.space.sample(20, flops=BUDGET)).all()


def test_counts_become_formulas_of_a_space_with_fewer_networks_than_the_pool() -> None:
    options = {"op_1": [0, 1, 2], "op_2": [0, 1, 2], "depth": [13, 14, 15, 16]}
    parts = ns.DesignSpace.from_function("Ops", of_options, options)
    sample = parts.sample(30)
    errors = 20 + (sample.parameters["op_1"] == 1) + np.random.default_rng(0).random(30)
    records = Records.from_records("ops", make_records("ops", sample, [finished(float(e)) for e in errors]))
    found = ns.refine(parts, records).take("at least 1 op = 2", "drop op_1 = 1")
    assert found.space is not None
    fresh = found.space.sample(10)
    assert found.contains(fresh).all()
    assert (fresh.parameters["op_1"] != 1).all()


def test_distance_from_a_line_is_a_column_where_stages_are_free() -> None:
    found = ns.refine(space(), widths_records(30), pool=100)
    cut = next(
        move for move in found.candidates if move.kind == "at_most" and move.names == ("e_fit",) and move.value > 0.3
    )
    smaller = found.take(cut).space
    assert smaller is not None
    assert "restrict(e_fit <= " in smaller.lineage
    fresh = smaller.sample(4, flops=BUDGET)
    assert (fit_lines([net.block_widths for net in fresh]).error <= cut.value).all()
    assert found.take(cut).contains(fresh).all()
    assert found.take(cut).contains(widths_records(30)).sum() < 30


def test_fresh_networks_confirm_or_not(found: Refinement) -> None:
    columns, x, errors = additive()
    fresh = errors[100:][found.keeps(x[100:])][:30]
    held = confirm(found, fresh)
    assert held.held
    assert held.summary().startswith("the promise held: promised ")
    assert held.improvement == pytest.approx(errors[:100].mean() - fresh.mean())
    short = confirm(found, [*(errors[:30]), np.nan])
    assert not short.held
    assert short.failed == 1
    assert "did not hold" in short.summary()
    with pytest.raises(AnalysisError, match="at least 2 fresh networks: given 1"):
        confirm(found, [20.0, np.nan])
    with pytest.raises(AnalysisError, match="are percentages, from 0 to 100: given 120"):
        confirm(found, [20.0, 120.0])
    with pytest.raises(AnalysisError, match="fresh errors must be a list of numbers, not of words"):
        confirm(found, ["20", "21"])


def test_few_fresh_networks_do_not_say_that_a_promise_held(found: Refinement) -> None:
    columns, x, errors = additive()
    fresh = errors[100:][found.keeps(x[100:])][:8]
    assert "the promise held: " in confirm(found, fresh).summary()
    few = confirm(found, fresh[:7]).summary()
    assert few.startswith("nothing speaks against the promise so far: promised ")
    assert few.endswith("n = 100 + 7; the interval rests on few fresh networks: train at least 8")
    assert confirm(found, errors[:7] + 5).summary().startswith("the promise did not hold")


def test_networks_of_a_space_that_shares_lie_in_it() -> None:
    found = ns.refine(space("anynetx_a"), synthetic_population("anynetx_a", 60), line=False, pool=1000)
    shared = found.take("share bottleneck_ratio")
    assert shared.space is not None
    assert shared.contains(shared.space.sample(20, flops=BUDGET)).all()


def test_networks_of_another_space_are_none_of_the_refined_one() -> None:
    found = ns.refine(space("regnetx"), synthetic_population("regnetx", 60), pool=1000)
    cut = next(move for move in found.candidates if move.names == ("slope",))
    with pytest.raises(AnalysisError, match="none of the refined space: its moves look at slope, and they have index"):
        found.take(cut).contains(synthetic_population("anynetx_a", 5))


@pytest.mark.parametrize(
    ("error", "says"),
    [(-1.0, "from 0 to 100: given -1"), (120.0, "given 120"), ("20", "not of words")],
)
def test_errors_that_no_network_has_are_refused(error: object, says: str) -> None:
    rows = table()
    with pytest.raises(AnalysisError, match=f"errors of the population .*{says}"):
        ns.refine({"op": ["conv", "pool", "skip"]}, rows | {"error": [error, *rows["error"][1:].tolist()]})
    with pytest.raises(AnalysisError, match="errors of the population must be a list of numbers, not of booleans"):
        ns.refine({"op": ["conv", "pool", "skip"]}, rows | {"error": [True, False] * 40})


@pytest.mark.slow
@pytest.mark.skipif(not NAS.exists(), reason=f"needs NAS-Bench-Macro at {NAS}")
def test_promise_holds_on_a_space_whose_every_network_is_trained() -> None:
    data = json.loads(gzip.decompress(NAS.read_bytes()))
    x = np.array([[int(code) for code in key] for key in data], float)
    errors = 100 - np.array([each["mean_acc"] for each in data.values()])
    columns = [Column(f"layer_{j}", "choice", "layer") for j in range(1, 9)]
    r, covered, falls = np.random.default_rng(0), 0, []
    for _ in range(20):
        sample = r.choice(len(x), 100, replace=False)
        found = refine_arrays(columns, x[sample], errors[sample], x[r.choice(len(x), 4096, replace=False)])
        falls.append(errors.mean() - errors[found.keeps(x)].mean())
        covered += found.promise.low <= falls[-1] <= found.promise.high
    assert min(falls) > 0
    assert np.mean(falls) > 2.3
    assert covered >= 17


def test_pictures_call_errors_by_the_split_that_is_known(tmp_path: Path) -> None:
    pd.DataFrame(table(80)).to_csv(tmp_path / "table.csv", index=False)
    columns = {"op": ["conv", "pool", "skip"], "rate": ns.log_uniform(0.01, 1, 0.01)}
    read = ns.import_population(tmp_path / "table.csv", name="read")
    tested = [dataclasses.replace(record, data={**record.data, "split": "test"}) for record in read]
    for population, label in (
        (table(80), "validation error (%)"),
        (read, "error (%)"),
        (Records.from_records("tested", tested), "test error (%)"),
    ):
        found = ns.refine(columns, population)
        for picture in (found.figure(), found.moves[0].figure()):
            assert [picture.panels[0].y.label, picture.panels[1].x.label] == [label, label]
