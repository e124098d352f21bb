"""Training parameters: their names are those of the recipe's fields, and they clash with nothing."""

from netspace.populations.plan import COLUMNS
from netspace.spaces.training import TRAINING_PARAMETERS, recipe_values
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
