"""The conformance suite: it passes what keeps its promises; of what does not, it names the promise and the draw."""

from dataclasses import dataclass, replace
from pathlib import Path
from types import MappingProxyType

import numpy as np
import pytest
import torch
from torch import nn

import netspace as ns
from netspace.errors import SpaceError
from netspace.spaces.components import PerStage, Single
from netspace.spaces.files import space_from_dict
from netspace.testing import CHECKS, ConformanceError, SpaceConformance, _Case, check_space

SMALL = {"image_size": 16, "stem": "cifar", "num_classes": 4}
FAST = ["anynetx_c"]
pytest_plugins = ["pytester"]
BUDGET = {"flops": (None, 20e6)}


def made(width: int, depth: int) -> ns.Architecture | None:
    return ns.anynet(depths=[depth], widths=[width], image_size=8, num_classes=3) if width > 8 else None


class TestFromStages(SpaceConformance):
    space = ns.DesignSpace.from_stages(
        "Tiny", num_stages=2, parameters={"depth": [1, 2], "width": ns.log_uniform(8, 64, 8), "kernel": [3, 5]}, **SMALL
    )


@pytest.mark.slow
class TestFromFunction(SpaceConformance):
    space = ns.DesignSpace.from_function("Made", made, {"width": ns.uniform(8, 256, 8), "depth": [1, 2, 3]})
    n = 8


@pytest.mark.slow
class TestFromAFile(SpaceConformance):
    n = 10
    budget = MappingProxyType({"params": (None, 1e5)})

    @property
    def space(self) -> ns.DesignSpace:
        steps = [{"share": ["bottleneck_ratio", "group_width"]}, {"vary": {"learning_rate": [0.05, 0.1]}}]
        steps += [{"restrict": "acts <= 1e5"}]
        return space_from_dict({"name": "Mine", "from": "anynetx_a", "network": SMALL, "steps": steps})


class TestOwnBlock(SpaceConformance):
    n = 4

    @property
    def space(self) -> ns.DesignSpace:
        @ns.register_block("tested", bottleneck_ratio=1, group_width=None)
        def tested(stage, shape):
            return nn.Conv2d(shape.input_width, shape.width, 3, shape.stride, 1)

        return ns.DesignSpace.from_stages("Own", num_stages=1, block="tested", parameters={"width": range(8, 72, 8)})


class TestTrainingOfOneNetwork(SpaceConformance):
    space = ns.DesignSpace.from_architecture("One", ns.anynet(depths=[1], widths=[8], image_size=8)).vary(
        learning_rate=ns.log_uniform(0.05, 0.5, 0.01), seed=[0, 1, 2]
    )


@pytest.mark.parametrize(
    "name", [pytest.param(n, marks=[] if n in FAST else pytest.mark.slow) for n in ns.list_spaces()]
)
def test_every_published_space_conforms(name: str) -> None:
    root_has_a_stem = not name.startswith("efficientnet")
    space = ns.get_space(name, image_size=32, num_classes=10, **({"stem": "cifar"} if root_has_a_stem else {}))
    assert set(check_space(space, n=4, budget=BUDGET)) == set(CHECKS)


def test_the_class_has_a_test_for_each_promise() -> None:
    assert {name for name in dir(SpaceConformance) if name.startswith("test_")} == {f"test_{name}" for name in CHECKS}


def test_a_suite_without_a_space_says_so() -> None:
    with pytest.raises(SpaceError, match=r"SpaceConformance\.space is None: give it a DesignSpace"):
        SpaceConformance().test_frame()


@pytest.mark.slow
def test_it_runs_in_pytest_as_the_page_says(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        """
        import netspace as ns
        from netspace.testing import SpaceConformance

        class TestMine(SpaceConformance):
            space = ns.get_space("anynetx_d", image_size=16, stem="cifar").narrow(depth=(1, 2))
            n = 4

            def test_sizes(self):
                raise AssertionError("a test of one's own")
        """
    )
    result = pytester.runpytest_inprocess("-p", "no:cacheprovider")
    result.assert_outcomes(passed=len(CHECKS), failed=1)


# ------------------------------------------------------------------------------------------------ promises broken


def broken_promises(space: ns.DesignSpace, *, n: int = 8, **options) -> str:
    with pytest.raises(ConformanceError) as error:
        check_space(space, n=n, **options)
    return str(error.value)


def test_chance_inside_a_space_is_found() -> None:
    random = np.random.default_rng(0)

    def by_chance(width: int) -> ns.Architecture:
        return ns.anynet(depths=[1], widths=[width + int(random.integers(64))], image_size=8)

    said = broken_promises(ns.DesignSpace.from_function("Chance", by_chance, {"width": [8, 16, 24, 32]}), n=3)
    assert "Chance: decodes: alone the draw gives another network" in said
    assert "The draw: width=" in said
    assert "Look at a decode that depends on the other draws, or on chance" in said
    assert "Chance: same seed same sample: the same seed" in said


@pytest.mark.parametrize("name", ["num_classes", "in_channels"])
def test_networks_of_different_data_are_found(name: str) -> None:
    def of_other_data(width: int) -> ns.Architecture:
        return ns.anynet(depths=[1], widths=[width], image_size=8, **{name: 3 if width < 32 else 4})

    said = broken_promises(ns.DesignSpace.from_function("Data", of_other_data, {"width": range(8, 72, 8)}), n=6)
    assert f"Data: fits one data set: a network has {name}=" in said
    assert "no data set fits both" in said
    assert "The draw: width=" in said


@pytest.mark.parametrize(("n", "several"), [(2, 2), (4, 3), (5, 3), (20, 11)])
def test_the_budget_of_the_check_has_several_networks(n: int, several: int) -> None:
    space = TestFromStages.space
    assert CHECKS["sample_meets_its_budget"](_Case(space, n)).startswith(f"{several} different networks inside")


def test_wrong_costs_are_found() -> None:
    def cost(stage, shape):
        return ns.Complexity(flops=shape.width, params=shape.width, acts=shape.width)

    ns.register_block("cheap", cost=cost)(
        lambda stage, shape: nn.Conv2d(shape.input_width, shape.width, 1, shape.stride)
    )
    space = ns.DesignSpace.from_stages("Cheap", num_stages=1, block="cheap", parameters={"width": range(8, 96, 8)})
    said = broken_promises(space, n=4)
    assert "Cheap: counts agree: the closed form is Complexity(flops=" in said
    assert "and a count on its module Complexity(" in said
    assert "Look at the cost=... that its block was registered with" in said
    assert '"block":"cheap"' in said
    assert "builds:" not in said


def test_modules_that_do_not_train_are_found() -> None:
    class Idle(nn.Conv2d):
        def __init__(self, stage, shape):
            super().__init__(shape.input_width, shape.width, 1, shape.stride)
            self.idle = nn.Parameter(torch.zeros(1))

    ns.register_block("idle")(Idle)
    space = ns.DesignSpace.from_stages(
        "Idle", num_stages=1, block="idle", parameters={"width": range(8, 96, 8)}, **SMALL
    )
    said = broken_promises(space, n=4)
    assert "Idle: builds: it has no gradient, or none that is a number, in ['stages.0.0.idle']" in said
    assert "layers that forward leaves out" in said


@dataclass(frozen=True)
class Stubborn(Single):
    """Never narrows, and draws what is not among its values."""

    def changed(self, name, change):
        changed = super().changed(name, change)
        return changed and replace(self, distribution=changed.distribution)

    def parameters(self, u):
        return {self.name: 16 + 8 * np.floor(u[:, 0] * 6).astype(np.int64)}


def test_components_that_do_not_narrow_are_found() -> None:
    space = ns.DesignSpace.from_stages("Sizes", parameters={"width": ns.log_uniform(8, 64, 8)}, stem="cifar")
    stubborn = Stubborn("image_size", ns.uniform(16, 56, 8))
    said = broken_promises(replace(space, components=(*space.components, stubborn)), n=4)
    assert "Sizes: narrow is a subset: narrow(image_size=(16, 32)) draws image_size = " in said
    assert "Sizes: fix is a subset: fix(image_size=" in said


@dataclass(frozen=True)
class Crossed(PerStage):
    """Decides by the draw before."""

    def decide(self, parameters):
        columns, valid = super().decide(parameters)
        return {name: np.roll(column, 1, axis=0) for name, column in columns.items()}, valid


def test_decodes_that_mix_networks_are_found() -> None:
    space = ns.DesignSpace.from_stages("Mixed", num_stages=1, parameters={"width": range(8, 264, 8)}, **SMALL)
    mixed = Crossed("width", space.components[0].each)
    assert "Mixed: decodes: alone the draw gives another" in broken_promises(replace(space, components=(mixed,)))


def test_names_that_clash_are_found() -> None:
    space = ns.DesignSpace.from_function("Clash", lambda params: made(params, 1), {"params": range(16, 264, 8)})
    assert "Clash: frame: a parameter is called ['params'], as what a network costs is" in broken_promises(space)


def test_a_user_s_exception_is_told_with_its_promise() -> None:
    def fails(width: int) -> ns.Architecture:
        if width > 100:
            raise ValueError("no such luck")
        return made(width, 1)

    space = ns.DesignSpace.from_function("Fails", fails, {"width": range(16, 108, 4)})
    said = broken_promises(space)
    assert "Fails: decodes: make of the space 'Fails' fails with {'width': 104}: ValueError: no such luck" in said


def test_too_few_networks_are_told(monkeypatch, tmp_path: Path) -> None:
    from netspace.spaces import sampling

    monkeypatch.setattr(sampling, "PATIENCE", 1000)
    space = ns.DesignSpace.from_stages("Few", num_stages=1, parameters={"width": [8, 16]}, **SMALL)
    assert "Ask for at most 2" in broken_promises(space, n=4)
    assert check_space(space, n=2)["frame"] == "2 rows of 4 columns"
