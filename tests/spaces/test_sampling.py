"""Sampling under a budget: exact, the same however it is done, distinct, streamed; strategies; and what is said when
nothing fits."""

import subprocess
import sys
from collections.abc import Callable

import numpy as np
import pytest
from scipy import stats

import netspace as ns
from netspace.errors import SpaceError
from netspace.random import stream
from netspace.spaces import sampling, strategies
from netspace.spaces.picking import Picker
from tests.spaces import plain_rejection

SMALL = {"image_size": 32, "stem": "cifar", "num_classes": 10}
WINDOW = (360e6, 400e6)
LEVEL = 0.001


def columns(population: ns.Population) -> dict[str, np.ndarray]:
    frame = population.frame()
    return {name: frame[name].to_numpy() for name in frame}


class TestExactness:
    """Each marginal, and the cost, is that of plain rejection written apart (`plain_rejection`)."""

    @pytest.mark.parametrize(
        ("name", "n", "network", "flops"),
        [
            ("anynetx_a", 6000, {}, WINDOW),
            pytest.param("anynetx_a", 4000, {}, (396e6, 400e6), marks=pytest.mark.slow),
            pytest.param("anynetx_c", 6000, {}, WINDOW, marks=pytest.mark.slow),
            ("anynetx_e", 6000, {"num_stages": 3}, (100e6, 400e6)),
            pytest.param("regnetx", 3000, {}, WINDOW, marks=pytest.mark.slow),
        ],
    )
    def test_equals_plain_rejection(self, name: str, n: int, network: dict, flops: tuple[float, float]) -> None:
        space = ns.get_space(name, **network)
        ours = columns(space.sample(n, flops=flops, seed=11))
        p_values = plain_rejection.compare(ours, plain_rejection.sample(name, space.outline, n, flops, 12))
        assert set(p_values) == set(ours)
        assert min(p_values.values()) * len(p_values) > LEVEL

    @pytest.mark.slow
    @pytest.mark.parametrize("name", ["anynetx_a", "anynetx_c"])
    def test_a_tilt_of_two_percent_would_be_seen(self, name: str) -> None:
        """With n = 100,000 nothing is seen in our sample, and a tilt of 2 % in any one column would be."""
        space, n = ns.get_space(name), 100_000
        ours = columns(space.sample(n, flops=WINDOW, seed=1))
        plain = plain_rejection.sample(name, space.outline, n, WINDOW, 2)
        p_values = plain_rejection.compare(ours, plain)
        assert min(p_values.values()) * len(p_values) > LEVEL
        seen = {
            key: plain_rejection.p_value(table[key], plain[key].astype(float)) * len(plain) < 0.05
            for key, table in plain_rejection.tilted(ours, 0.02, 3)
        }
        assert np.mean(list(seen.values())) >= 0.9

    def test_restrictions_and_order_leave_the_rest_alone(self) -> None:
        """A restricted sample is the unrestricted one without what is refused."""
        space = ns.get_space("anynetx_b", **SMALL)
        plain = columns(space.sample(600, flops=(4e6, 6e6), seed=3))
        ours = columns(space.restrict("params < 60000").sample(100, flops=(4e6, 6e6), seed=3))
        kept = plain["params"] < 60000
        assert kept.sum() >= 100
        for name, column in plain.items():
            np.testing.assert_array_equal(ours[name], column[kept][:100])

    @pytest.mark.parametrize("total", [1.0, 0.3, 17.0])
    def test_picking_by_table_is_binary_search(self, total: float) -> None:
        rng = np.random.default_rng(0)
        for size in (1, 3, 50, 5000):
            weights = rng.random(size) ** 8
            cumulative = np.cumsum(weights / weights.sum()) * total
            numbers = np.concatenate([rng.random(20_000) * cumulative[-1], cumulative[:-1], np.zeros(1)])
            expected = np.minimum(np.searchsorted(cumulative, numbers, side="right"), size - 1)
            np.testing.assert_array_equal(Picker(cumulative)(numbers), expected)


class TestReproducibility:
    @pytest.mark.parametrize("strategy", ["random", "quasi", "stratified", "grid"])
    def test_the_same_with_any_number_of_workers(self, strategy: str) -> None:
        space = ns.get_space("regnetx", **SMALL)
        samples = [
            space.sample(300, flops=(4e6, 20e6), seed=4, strategy=strategy, workers=workers) for workers in (1, 2, 5)
        ]
        ids = [[network.id for network in sample] for sample in samples]
        assert ids[0] == ids[1] == ids[2]
        assert len(set(ids[0])) == 300

    def test_the_same_in_another_process(self) -> None:
        code = (
            "import netspace as ns; s = ns.get_space('anynetx_d', image_size=32, stem='cifar', num_classes=10);"
            "print([n.id for n in s.sample(5, flops=(4e6, 6e6), seed=9)])"
        )
        out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
        ours = ns.get_space("anynetx_d", **SMALL).sample(5, flops=(4e6, 6e6), seed=9)
        assert out.strip() == str([network.id for network in ours])

    def test_the_same_however_many_are_looked_at_together(self, monkeypatch) -> None:
        make = ns.DesignSpace.from_function("r", ns.rexnet, {"width": ns.uniform(0.5, 3, 0.01), "image_size": [32, 64]})
        one = [network.id for network in make.sample(40, seed=1)]
        monkeypatch.setattr(sampling, "COUNTED_SLICE", 37)
        assert [network.id for network in make.sample(40, seed=1)] == one

    def test_a_stream_is_the_sample_in_pieces(self) -> None:
        space = ns.get_space("anynetx_c", **SMALL)
        pieces = list(space.stream(20_000, flops=(None, 50e6), seed=2))
        whole = space.sample(20_000, flops=(None, 50e6), seed=2)
        assert len(pieces) > 1
        for name, column in columns(whole).items():
            np.testing.assert_array_equal(np.concatenate([columns(piece)[name] for piece in pieces]), column)


class TestDistinct:
    def test_by_architecture_not_by_parameters(self) -> None:
        """g = 1, ..., 32 give the same network where the width inside is 1; it comes once."""
        space = ns.DesignSpace.from_stages(
            "narrow", num_stages=1, parameters={"width": [1, 2], "group_width": [1, 2, 4, 8], "depth": [1, 2]}, **SMALL
        )
        population = space.sample(6)  # of 16 settings: w = 1: g = 1; w = 2: g = 1, 2; each with two depths
        assert len({network.id for network in population}) == 6
        with pytest.raises(SpaceError, match="only 6 different networks"):
            space.sample(7)

    def test_hundreds_of_thousands_are(self) -> None:
        space = ns.get_space("anynetx_a", **SMALL)
        seen: set[bytes] = set()
        for piece in space.stream(150_000, workers=2):
            seen |= {row.tobytes() for row in piece.networks.table()}
        assert len(seen) == 150_000

    @pytest.mark.slow
    def test_a_million_take_bounded_memory(self) -> None:
        code = """
import resource, netspace as ns
space = ns.get_space("anynetx_a")
count = sum(len(piece) for piece in space.stream(50_000))
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
count = sum(len(piece) for piece in space.stream(1_000_000))
print(count, (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024)
"""
        out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
        count, megabytes = out.split()
        assert int(count) == 1_000_000
        assert float(megabytes) < 150


@pytest.mark.parametrize(
    "given",
    [{"n": 0}, {"n": 2.0}, {"n": True}, {"seed": None}, {"seed": 0.5}, {"seed": "a"}, {"workers": 0}, {"workers": "2"}],
)
def test_numbers_that_are_none_are_refused(given) -> None:
    with pytest.raises(SpaceError, match=f"cannot sample with {next(iter(given))}=.*whole number"):
        ns.get_space("regnetx").sample(**({"n": 2} | given))


class TestStrategies:
    space = ns.get_space("anynetx_b", **SMALL)

    def test_strata_hold_equally_many(self) -> None:
        flops = self.space.sample(95, flops=(2e6, 80e6), strategy="stratified", seed=1).complexity.flops
        counts = np.histogram(flops, np.geomspace(2e6, 80e6, strategies.STRATA + 1))[0]
        assert sorted(counts) == [9] * 5 + [10] * 5
        free = self.space.sample(50, strategy="stratified", seed=1).complexity.flops
        assert free.max() / free.min() > 100

    def test_strata_reach_as_far_as_the_budget_lets_them(self) -> None:
        space = ns.get_space("anynetx_d", image_size=16, stem="cifar", num_classes=10)
        population = space.sample(20, params=(None, 1e5), strategy="stratified")
        assert (population.complexity.params <= 1e5).all()
        flops = population.complexity.flops
        assert flops.max() / flops.min() > 5

    @pytest.mark.parametrize("flops", [(0, 6e6), (1e5, 6e6), (1e3, 400e9)])
    def test_ends_that_nothing_reaches_are_open(self, flops: tuple[float, float]) -> None:
        found = self.space.sample(50, flops=flops, strategy="stratified", seed=1).complexity.flops
        near = self.space.sample(50, flops=(None, flops[1]), strategy="stratified", seed=1).complexity.flops
        assert found.tolist() == near.tolist()

    def test_few_networks_are_spread_over_the_range(self) -> None:
        flops = self.space.sample(2, flops=(4e6, 64e6), strategy="stratified").complexity.flops
        assert (np.sort(flops) > 16e6).tolist() == [False, True]

    def test_strata_without_networks_are_said(self, monkeypatch) -> None:
        monkeypatch.setattr(sampling, "PATIENCE", 100_000)
        space = self.space.fix(depth=1, bottleneck_ratio=1, group_width=1).narrow(width=(8, 16))
        with pytest.raises(SpaceError, match=r"for 16 in strata: .* gave \d of \d networks"):
            space.sample(16, strategy="stratified")
        with pytest.raises(
            SpaceError, match="for 1 in strata"
        ):  # the cheapest is there, in a stratum that is not asked
            space.sample(1, strategy="stratified", flops=(None, float(space.sample(16).complexity.flops.min()) + 0.5))

    def test_a_sobol_sequence_covers_more_evenly(self) -> None:
        """Depths and widths of 256 quasi-random networks lie nearer to the distribution than random ones do."""
        distribution = next(c for c in self.space.components if c.attributes == ("width",)).each[0]

        def distance(strategy: str, seed: int) -> float:
            drawn = np.sort(columns(self.space.sample(256, strategy=strategy, seed=seed))["width_2"])
            share = np.searchsorted(drawn, distribution.table, side="right") / 256
            return float(np.abs(share - distribution.cumulative).max())

        quasi, random = ([distance(s, seed) for seed in range(8)] for s in ("quasi", "random"))
        assert np.mean(quasi) < 0.6 * np.mean(random)

    @pytest.mark.slow
    def test_a_grid_is_regular(self) -> None:
        space = ns.DesignSpace.from_stages(
            "two", num_stages=1, parameters={"width": ns.uniform(8, 64, 8), "depth": [1, 2, 3, 4]}, **SMALL
        )
        frame = space.sample(16, strategy="grid").frame()
        points = sorted(map(tuple, frame[["width_1", "depth_1"]].to_numpy().tolist()))
        assert points == [(w, d) for w in (16, 32, 48, 64) for d in (1, 2, 3, 4)]
        few = space.sample(5, strategy="grid", flops=(None, 3e6)).frame()
        assert (few["flops"] <= 3e6).all()
        with pytest.raises(SpaceError, match="no grid has 100000 networks"):
            self.space.sample(100_000, flops=(2e6, 2.1e6), strategy="grid")

    def test_a_grid_of_a_single_parameter_ends(self) -> None:
        space = ns.DesignSpace.from_stages("one", num_stages=1, parameters={"width": [8, 16, 24]}, **SMALL)
        assert len(space.sample(3, strategy="grid")) == 3
        with pytest.raises(SpaceError, match=r"no grid has 4 networks of one .*: the best had 3"):
            space.sample(4, strategy="grid")

    def test_a_grid_out_of_reach_is_answered_as_other_strategies_are(self) -> None:
        with pytest.raises(SpaceError, match=r"no network of AnyNetX_B has at most 1 KF(.|\n)*is part of it"):
            self.space.sample(3, strategy="grid", flops=(None, 1e3))

    def test_a_grid_of_one_point_is_the_middle(self) -> None:
        network = self.space.sample(1, strategy="grid")[0]
        middle = self.space.evaluate(np.full((1, self.space.draws), 0.5)).networks[0]
        assert network == middle

    def test_an_unknown_strategy_is_refused(self) -> None:
        with pytest.raises(SpaceError, match="choose 'random'"):
            self.space.sample(3, strategy="sobol")


class TestBudgets:
    def test_latency_by_a_function(self) -> None:
        space = ns.get_space("regnetx", **SMALL)

        def runtime(cost: ns.Complexity) -> np.ndarray:
            return 0.1 + cost.flops / 1e7 + cost.acts / 1e6

        population = space.sample(30, latency=(None, 1.0), flops=(1e6, None), runtime=runtime, seed=1)
        assert (runtime(population.complexity) <= 1.0).all()
        assert population.origin.budget == {"flops": (1e6, None), "latency": (None, 1.0)}
        with pytest.raises(SpaceError, match="needs what predicts it"):
            space.sample(3, latency=(None, 1.0))
        with pytest.raises(SpaceError, match=r"no network of RegNetX with at most 0\.05 ms .* was found in"):
            space.sample(3, latency=(None, 0.05), runtime=runtime)
        with pytest.raises(SpaceError, match=r"shape \(\)"):
            space.sample(3, latency=(None, 1), runtime=lambda _: 3.0)
        with pytest.raises(SpaceError, match="fails: ZeroDivisionError"):
            space.sample(3, latency=(None, 1), runtime=lambda _: 1 / 0)

    def test_all_bounds_at_once(self) -> None:
        space = ns.get_space("anynetx_e", **SMALL)
        cost = space.sample(20, flops=(4e6, 8e6), params=(1e4, 2e5), acts=(5e4, 4e5), seed=1).complexity
        for value, low, high in ((cost.flops, 4e6, 8e6), (cost.params, 1e4, 2e5), (cost.acts, 5e4, 4e5)):
            assert (low <= value).all()
            assert (value <= high).all()

    def test_progress_is_told(self) -> None:
        told: list[tuple[int, int]] = []
        ns.get_space("regnetx").sample(50, flops=WINDOW, progress=lambda found, n: told.append((found, n)))
        assert told[-1] == (50, 50)
        assert [found for found, _ in told] == sorted(found for found, _ in told)


class TestOutOfReach:
    """An impossible budget is answered by what is reachable, and by what stands in the way."""

    space = ns.get_space("anynetx_a")

    def refused(self, space: ns.DesignSpace, **budget: tuple[float | None, float | None]) -> str:
        with pytest.raises(SpaceError) as error:
            space.sample(3, **budget)
        return str(error.value)

    def test_a_range_that_is_too_high_is_named(self) -> None:
        said = self.refused(self.space.narrow(width=(512, None)), flops=(1e6, 2e7))
        assert "no network of AnyNetX_A.narrow(width=512 to 1024) has 1 MF to 20 MF at 224 px" in said
        assert "reach flops from 931.4 MF" in said
        assert "width, which is 512 to 1024, is part of it: at half of that, the nearest network would have" in said
        assert "MF, which is nearer, but not inside the budget" in said
        assert "stands in the way" not in said
        smallest = ns.anynet(depths=[1] * 4, widths=[512] * 4, bottleneck_ratios=4, group_widths=1)
        assert f"{ns.complexity(smallest).flops / 1e6:.4g}" == "931.4"

    def test_what_the_parameters_cannot_mend_is_the_input_size(self) -> None:
        said = self.refused(self.space, flops=(1e6, 4e6))
        assert "The input size, which is 224 px, stands in the way: at 112 px the nearest network would have" in said
        assert "which meets the budget" in said

    def test_bounds_that_exclude_each_other(self) -> None:
        said = self.refused(self.space, flops=(None, 2e7), params=(5e7, None))
        assert "not all at once: with at least 50 M params flops go from" in said
        assert "with at most 20 MF params go from" in said

    def test_a_restriction_that_refuses_all(self) -> None:
        space = ns.get_space("regnetx").restrict("width_1 > 0").restrict("width_4 > 2000")
        assert "none keeps restrict(width_4 > 2000)" in self.refused(space, flops=WINDOW)

    def test_an_empty_restriction_without_a_budget(self) -> None:
        assert "no network of" in self.refused(self.space.restrict("flops < 0"))

    def test_what_a_first_look_misses_is_found(self) -> None:
        """Lines of so few multiply-adds are one of some thousands, and not among the corners."""
        assert (ns.get_space("regnetx").sample(2, flops=(None, 13.4e6)).complexity.flops <= 13.4e6).all()

    def test_the_rare_network_of_a_function_is_found(self) -> None:
        def make(width: int) -> ns.Architecture:
            return ns.anynet(depths=[1], widths=[64 if width == 501 else 72], block="r", **SMALL)

        space = ns.DesignSpace.from_function("rare", make, {"width": ns.uniform(1, 1000)})
        assert space.sample(1, params=(None, 50e3)).parameters["width"].tolist() == [501]  # not among the first 512

    @pytest.mark.slow
    def test_rules_of_the_users_are_asked_of_what_meets_the_budget(self) -> None:
        asked: list[int] = []

        def keeps(network: ns.Architecture) -> bool:
            asked.append(ns.complexity(network).flops)
            return False

        space = ns.get_space("anynetx_a", **SMALL).restrict(keeps, architectures=True)
        asked.clear()
        assert "no network of" in self.refused(space, flops=(4e6, 4.01e6))
        assert all(4e6 <= flops <= 4.01e6 for flops in asked)
        assert 0 < len(asked) < 1000

    def test_an_input_size_that_is_a_parameter_is_said_as_one(self) -> None:
        assert " at 160 to 224 px: " in self.refused(self.space.vary(image_size=[160, 224]), flops=(None, 1e3))

    def test_no_ranges_at_all(self) -> None:
        space = ns.get_space("regnetx").fix(initial_width=8, slope=248, width_multiplier=3, depth=40)
        assert "draws of its lines gave 7 stages, and 4 are needed: a lesser slope" in self.refused(space)
        space = ns.DesignSpace.from_function(
            "none", lambda width: ns.rexnet(width) if width == 512 else None, {"width": range(1, 513)}
        ).narrow(width=(1, 511))
        assert "Its ranges or rules seem to exclude each other" in self.refused(space)

    def test_lines_of_other_numbers_of_stages_are_counted(self) -> None:
        line = {"depth": 16, "initial_width": 16, "width_multiplier": 2}
        flat = self.refused(self.space.quantized_linear(**line, slope=0))
        assert "gave 1 stage, and 4 are needed: a greater slope" in flat
        three = ns.get_space("anynetx_a", num_stages=3)
        assert "gave 5 stages, and 3 are needed" in self.refused(three.quantized_linear(**line, slope=16))
        leaving_out = three.quantized_linear(depth=4, initial_width=8, slope=24, width_multiplier=1.5)
        assert "to 5 stages, and 3 are needed" not in self.refused(leaving_out)

    @pytest.mark.slow
    def test_what_is_only_not_found_is_not_said_to_be_none(self) -> None:
        line = ns.get_space("regnetx", **SMALL)
        with pytest.raises(SpaceError) as error:
            line.sample(2, flops=(4e6, 4.00002e6))
        said = str(error.value)
        assert "only 1 different network of RegNetX with 4 MF to 4.00002 MF at 32 px was found in" in said
        assert "rarer ones may be there" in said
        said = self.refused(ns.get_space("anynetx_a", **SMALL), flops=(4_000_001, 4_000_002))
        assert "with 4.000001 MF to 4.000002 MF at 32 px was found in 1," in said
        assert "none within" in said

    @pytest.mark.slow
    def test_rare_networks_are_looked_for_longer_once_one_is_found(self, monkeypatch) -> None:
        line = ns.get_space("regnetx", **SMALL)
        found = line.sample(2, flops=(4e6, 4.0001e6))
        assert found[0].id != found[1].id
        monkeypatch.setattr(sampling, "RARE", 0)
        with pytest.raises(SpaceError, match="only 1 different network"):
            line.sample(2, flops=(4e6, 4.0001e6))

    @pytest.mark.slow
    def test_a_rule_that_nothing_keeps_is_named_without_a_budget(self) -> None:
        said = self.refused(self.space.restrict("depth <= 3"))
        assert "none keeps restrict(depth <= 3). depth is all blocks together: did you mean depth_1, ..., dep" in said
        assert "complexity" not in said
        both = self.space.restrict("depth_1 > 8").restrict("depth_1 < 8")
        assert "none keeps all of restrict(depth_1 > 8), restrict(depth_1 < 8)" in self.refused(both)

    def test_a_last_stage_free_of_a_falling_order_has_its_own_corner(self) -> None:
        from netspace.spaces.reach import corners

        space = ns.get_space("anynetx_a", **SMALL).order("width", "decreasing", last=False)
        widths = space.evaluate(corners(space)).networks.columns["width"]
        assert (widths == 8).all(axis=1).any()

    def test_functions_give_up_sooner(self) -> None:
        calls: list[float] = []

        def make(width: float) -> ns.Architecture:
            calls.append(width)
            return ns.rexnet(width, image_size=32)

        space = ns.DesignSpace.from_function("r", make, {"width": ns.uniform(0.5, 3, 0.001)})
        assert "no network of r with at most 1 KF was found in" in self.refused(space, flops=(None, 1e3))
        assert len(calls) < 20_000

    @pytest.mark.parametrize("change", [lambda s: s, lambda s: s.share("width").order("depth")])
    def test_corners_are_the_ends(self, change: Callable[[ns.DesignSpace], ns.DesignSpace]) -> None:
        from netspace.spaces.reach import corners

        space = change(ns.get_space("anynetx_c", **SMALL))
        at_corners = space.evaluate(corners(space)).complexity
        drawn = space.evaluate(stream(0, "x").random((20_000, space.draws))).complexity
        for name in ("flops", "params", "acts"):
            assert getattr(at_corners, name).min() <= getattr(drawn, name).min()
            assert getattr(at_corners, name).max() >= getattr(drawn, name).max()


def test_log_uniform_marginals_are_log_linear() -> None:
    """Without a budget every parameter follows its range: the CDF is a line over the logarithm, at every value."""
    space = ns.get_space("anynetx_a")
    table = space.parameters(stream(5, "marginals").random((100_000, space.draws)))
    for component in space.components:
        for name, distribution in component.distributions.items():
            counts = np.array([(table[name] == value).sum() for value in distribution.values])
            expected = distribution.probabilities * len(table[name])
            assert stats.chisquare(counts, expected).pvalue > LEVEL / 16
