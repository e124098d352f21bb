"""The loop: it learns, repeats itself, and turns every failure into an outcome."""

import pytest
import torch

import netspace as ns
from netspace.architecture import Architecture, Stage
from netspace.errors import RecipeError
from netspace.networks.layers import ACTIVATIONS
from netspace.populations.record import Outcome
from netspace.training.loop import explain, network_seed, train_network
from netspace.training.recipe import Recipe
from tests.data_made import prepared_stripes

RECIPE = Recipe(epochs=4, batch_size=16, learning_rate=0.05, crop_padding=1, flip=True)


def tiny(**options) -> Architecture:
    fields = {"depths": [1, 1], "widths": [8, 16], "group_widths": 4, "stem": "cifar", "stem_width": 8}
    return ns.anynet(**(fields | {"image_size": 8, "in_channels": 1, "num_classes": 2} | options))


def without_times(outcome: Outcome) -> tuple:
    rows = [(e.epoch, e.learning_rate, e.train_loss, e.train_error, e.validation_error) for e in outcome.curve]
    return outcome.error, outcome.test_error, rows


def test_a_tiny_network_learns_and_the_outcome_says_everything() -> None:
    heard = []
    outcome = train_network(tiny(), RECIPE, prepared_stripes(), seed=1, on_epoch=heard.append)
    assert outcome.status == "complete"
    assert outcome.error == outcome.curve[-1].validation_error
    assert outcome.error < 10
    assert outcome.test_error < 15
    assert tuple(heard) == outcome.curve
    assert [e.epoch for e in outcome.curve] == [1, 2, 3, 4]
    assert outcome.images_per_second > 0
    assert outcome.seconds > 0
    assert outcome.device["layout"] == "channels_last"
    assert outcome.versions["torch"] == torch.__version__
    assert outcome.started_at.endswith("+00:00")


def test_same_seed_same_outcome_other_seed_another() -> None:
    data = prepared_stripes()
    one, two, three = (train_network(tiny(), RECIPE, data, seed=seed) for seed in (1, 1, 2))
    assert without_times(one) == without_times(two) != without_times(three)


def test_the_test_split_is_optional_and_never_decides() -> None:
    data = prepared_stripes()
    spoiled = prepared_stripes()
    spoiled.test.labels[:] = 1 - spoiled.test.labels
    a, b = (train_network(tiny(), RECIPE, d, seed=1) for d in (data, spoiled))
    assert without_times(a)[2] == without_times(b)[2]
    assert a.error == b.error
    assert a.test_error == pytest.approx(100 - b.test_error)


def test_a_network_that_diverges_is_a_failed_outcome() -> None:
    recipe = Recipe(epochs=3, batch_size=16, learning_rate=1e18)
    outcome = train_network(tiny(), recipe, prepared_stripes(), seed=1)
    assert outcome.status == "failed"
    assert outcome.failure.reason == "diverged"
    assert "epoch" in outcome.failure.message
    assert outcome.error is None


def test_a_network_that_raises_is_a_failed_outcome() -> None:
    def explode() -> torch.nn.Module:
        raise ValueError("no such thing")

    ACTIVATIONS["exploding"] = explode
    try:
        architecture = Architecture((Stage(8, activation="exploding"),), image_size=8, in_channels=1, num_classes=2)
        outcome = train_network(architecture, RECIPE, prepared_stripes(), seed=1)
    finally:
        del ACTIVATIONS["exploding"]
    assert outcome.failure.reason == "exception"
    assert outcome.failure.message == "ValueError: no such thing"
    assert "explode" in outcome.failure.traceback


def test_a_network_that_wants_more_memory_than_there_is_fails_alone() -> None:
    huge = tiny(widths=[8, 4_000_000], group_widths=1, bottleneck_ratios=1)
    outcome = train_network(huge, RECIPE, prepared_stripes(), seed=1)
    assert outcome.failure.reason == "out_of_memory"


@pytest.mark.parametrize(
    ("exception", "reason"),
    [
        (MemoryError(), "out_of_memory"),
        (torch.OutOfMemoryError("CUDA out of memory"), "out_of_memory"),
        (RuntimeError("DefaultCPUAllocator: can't allocate memory"), "out_of_memory"),
        (RuntimeError("size mismatch"), "exception"),
    ],
)
def test_reasons(exception: Exception, reason: str) -> None:
    assert explain(exception).reason == reason


def test_seeds_belong_to_the_architecture() -> None:
    assert network_seed(0, tiny()) == network_seed(0, tiny())
    assert len({network_seed(0, tiny()), network_seed(1, tiny()), network_seed(0, tiny(stem_width=4))}) == 3


def test_a_networks_own_seed_is_added_and_nothing_else_of_it_matters() -> None:
    assert (
        network_seed(0, tiny(), {"learning_rate": 0.1})
        == network_seed(0, tiny(), {"seed": 0})
        == network_seed(0, tiny())
    )
    assert network_seed(1, tiny(), {"seed": 2.0}) == network_seed(3, tiny())
    with pytest.raises(RecipeError, match=r"seed = 1.5 is not allowed: it should be a whole number"):
        network_seed(0, tiny(), {"seed": 1.5})


def test_layouts_agree_up_to_rounding_and_the_recipe_may_choose() -> None:
    data = prepared_stripes()
    recipe = RECIPE.model_copy(update={"epochs": 1})
    losses = [
        train_network(tiny(), recipe, data, seed=1, layout=layout).curve[0].train_loss
        for layout in ("channels_last", "contiguous")
    ]
    assert losses[0] == pytest.approx(losses[1], rel=1e-3)


def test_what_layers_draw_depends_on_the_seed_alone() -> None:
    """Dropout draws from torch's global generator, which must not remember what was trained before."""
    from dataclasses import replace

    from netspace.architecture import Head

    network, data = replace(tiny(), head=Head(dropout=0.5)), prepared_stripes()
    first = train_network(network, RECIPE, data, seed=1)
    torch.rand(100)
    assert without_times(train_network(network, RECIPE, data, seed=1)) == without_times(first)


def test_read_only_arrays_train() -> None:
    data = prepared_stripes()
    for split in (data.train, data.validation, data.test):
        split.images.flags.writeable = False
    assert train_network(tiny(), RECIPE, data, seed=1).status == "complete"
