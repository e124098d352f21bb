"""Calibration: networks far apart, timed in one setting; and, on this machine, a model that ranks them."""

import numpy as np
import pytest
from scipy.stats import spearmanr

from netspace.complexity import Complexity
from netspace.errors import LatencyError, SpaceError
from netspace.latency import calibrate, measure
from netspace.latency.calibration import spread, spread_networks, timings
from netspace.latency.progress import Progress
from netspace.random import stream
from netspace.spaces import get_space

SPACE = get_space("regnetx", image_size=32, stem="cifar", num_classes=10)
WINDOW = (4e6, 40e6)


def test_networks_are_far_apart() -> None:
    rng = stream(0, "cost")
    flops, acts = rng.lognormal(20, 1, 300), rng.lognormal(15, 0.5, 300)
    same = np.ones(300)
    chosen = spread(Complexity(flops, flops, acts), same, 12)
    assert len(set(chosen.tolist())) == 12
    for values in (flops, acts):
        assert {values[chosen].min(), values[chosen].max()} <= set(np.sort(values)[[*range(5), *range(-5, 0)]])

    def nearest(which: np.ndarray) -> float:
        x = np.log(np.stack([flops, acts], axis=1))[which]
        return min(np.linalg.norm(a - b) for i, a in enumerate(x) for b in x[:i])

    assert nearest(chosen) > 3 * nearest(np.arange(12))
    assert chosen[:5].tolist() == spread(Complexity(flops, flops, acts), same, 5).tolist()


def test_networks_are_far_apart_in_depth_too() -> None:
    cost, depth = np.full(50, 100), np.arange(50) + 1
    assert set(depth[spread(Complexity(cost, cost, cost), depth, 6)].tolist()) >= {1, 50}


def test_also_those_of_equal_cost_come_once() -> None:
    same = np.full(8, 100)
    assert sorted(spread(Complexity(same, same, same), same, 8).tolist()) == list(range(8))


def test_they_meet_the_budget_and_the_seed_decides() -> None:
    networks = spread_networks(SPACE, 8, {"flops": WINDOW}, 0)
    assert len(networks) == 8
    assert all(name.endswith(network.id[:8]) for name, network in networks.items())
    assert list(networks) == list(spread_networks(SPACE, 8, {"flops": WINDOW}, 0))
    assert list(networks) != list(spread_networks(SPACE, 8, {"flops": WINDOW}, 1))


def test_impossible_budgets_are_the_spaces() -> None:
    with pytest.raises(SpaceError, match="no network of RegNetX"):
        calibrate(SPACE, flops=(1, 2))


def test_networks_of_several_image_sizes_are_refused_before_they_are_timed(capsys) -> None:
    with pytest.raises(LatencyError, match=r"of 16, 32 px .* fix\(image_size=32\)"):
        calibrate(SPACE.vary(image_size=[16, 32]), n=6, flops=WINDOW, device="cpu")
    assert "networks" not in capsys.readouterr().err


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ({"n": 5}, "5 networks: give a whole number of at least 6"),
        ({"n": "many"}, "'many' networks"),
        ({"dtype": "int8"}, "choose auto or one of float32"),
        ({"layout": "NHWC"}, "choose one of contiguous"),
        ({"seconds": 0}, "seconds 0 is no time"),
    ],
)
def test_mistakes_are_said(options: dict[str, object], says: str) -> None:
    with pytest.raises(LatencyError, match=says):
        calibrate(SPACE, **{"flops": WINDOW, "device": "cpu", "progress": False} | options)


@pytest.mark.slow
def test_all_are_timed_as_the_first_that_runs(monkeypatch, capsys) -> None:
    """The first fails, the second chooses, the others follow."""
    asked = []

    def pretend(network, *, name, **options):
        asked.append((options["dtype"], options["layout"]))
        row = measure(network, name=name, **options | {"layout": "channels_last", "seconds": 1e-4})
        from dataclasses import replace

        return replace(row, median_ms=None, failure="no memory") if len(asked) == 1 else row

    monkeypatch.setattr("netspace.latency.calibration.measure", pretend)
    networks = spread_networks(SPACE, 4, {"flops": (4e6, 6e6)}, 0)
    options = {"device": "cpu", "dtype": "float32", "layout": None, "memory": False}
    rows = list(timings(networks, options, alike=True))
    assert [row.name for row in rows] == list(networks)
    assert rows[0].failure == "no memory"
    assert asked == [("float32", None)] * 2 + [("float32", "channels_last")] * 2
    said = capsys.readouterr().err.splitlines()
    assert said[0] == f"0/4 networks, {rows[0].name}"
    assert said[2].startswith(f"2/4 networks, {rows[2].name}, about 0:")


def test_progress_can_be_silent(capsys) -> None:
    with Progress(1, shown=False).showing() as progress, progress.timing("a"):
        assert progress.line() == "0/1 networks, a"
    assert progress.done == 1
    assert capsys.readouterr() == ("", "")


@pytest.mark.slow
def test_a_model_of_this_machine_ranks_networks() -> None:
    """Batches of 16, whose work outweighs the calls of their layers."""
    model, rows = calibrate(SPACE, n=8, flops=WINDOW, batch=16, device="cpu", threads=1, seconds=0.3, progress=False)
    assert model.n == len(rows) == 8
    assert all(row.failure is None and row.batch == 16 and row.image_size == 32 for row in rows)
    assert {(row.dtype, row.layout) for row in rows} == {("float32", rows[0].layout)}
    assert all(value >= 0 for value in model.coefficients.values())
    assert np.isfinite([model.median_error, model.p90_error, model.overrun]).all()
    flops, acts, depth = (np.array([getattr(row, name) for row in rows]) for name in ("flops", "acts", "depth"))
    predicted = model.predict(Complexity(flops, np.zeros_like(flops), acts), depth)
    assert spearmanr(predicted, [row.median_ms for row in rows]).statistic > 0.5
    limit = float(np.median(predicted))
    population = SPACE.sample(20, flops=WINDOW, latency=(None, limit), runtime=model)
    assert model.predict(population.complexity, population.depth).max() <= limit
