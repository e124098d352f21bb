"""Training parameters: their names and ranges are those of the recipe's fields, and they clash with nothing."""

import pytest
from pydantic import ValidationError

import netspace as ns
from netspace.errors import RecipeError
from netspace.populations.plan import COLUMNS
from netspace.spaces.training import TRAINING_PARAMETERS, recipe_values
from netspace.training.loop import network_seed
from netspace.training.recipe import Recipe


def test_each_but_the_seed_is_a_field_of_a_recipe() -> None:
    assert set(TRAINING_PARAMETERS) - {"seed"} < set(Recipe.model_fields)
    assert "seed" not in Recipe.model_fields


def test_none_is_a_column_of_every_population() -> None:
    assert not set(TRAINING_PARAMETERS) & set(COLUMNS)


def test_a_recipes_values_are_those_of_its_fields() -> None:
    assert recipe_values({"depth": 3, "weight_decay": 0.0, "epochs": 4, "seed": 1}) == {
        "weight_decay": 0.0,
        "epochs": 4,
    }
    assert recipe_values({"depth": 3}) == {}


@pytest.mark.parametrize("value", [-1e9, -1, -0.5, 0, 0.25, 0.999, 1, 1.5, 2, 7])
@pytest.mark.parametrize("name", [name for name in TRAINING_PARAMETERS if name != "seed"])
def test_what_is_allowed_is_what_a_recipe_allows(name: str, value: float) -> None:
    try:
        Recipe(**({"epochs": 100} | {name: value}))
        allowed = True
    except ValidationError:
        allowed = False
    assert (value in TRAINING_PARAMETERS[name]) == allowed


@pytest.mark.parametrize("value", [-3, 0, 0.5, 2])
def test_a_seed_is_what_a_network_can_be_seeded_with(value: float) -> None:
    architecture = ns.anynet(depths=[1], widths=[8])
    try:
        network_seed(1, architecture, {"seed": value})
        allowed = True
    except RecipeError:
        allowed = False
    assert (value in TRAINING_PARAMETERS["seed"]) == allowed
