"""Recipes: names, mappings, changes, messages."""

import pytest

from netspace.errors import RecipeError
from netspace.training.recipe import Recipe, get_recipe, list_recipes


@pytest.mark.parametrize("name", list_recipes())
def test_named_recipes_say_what_they_are_for(name: str) -> None:
    recipe = get_recipe(name)
    assert recipe.name == name
    assert len(recipe.purpose) > 20


def test_paper_recipe_is_the_papers() -> None:
    recipe = get_recipe("paper")
    assert (recipe.epochs, recipe.batch_size, recipe.learning_rate, recipe.weight_decay) == (10, 128, 0.05, 5e-5)
    assert (recipe.momentum, recipe.nesterov, recipe.warmup_epochs) == (0.9, True, 0)


def test_changes_and_bases() -> None:
    assert get_recipe("quick", epochs=5).epochs == 5
    assert get_recipe({"base": "paper", "epochs": 3}).learning_rate == 0.05
    recipe = Recipe(epochs=1)
    assert get_recipe(recipe) == recipe
    assert get_recipe(recipe.to_dict()) == recipe


def test_a_changed_recipe_does_not_keep_the_name_as_if_it_were_the_same() -> None:
    assert get_recipe("quick", epochs=2).name == "quick"
    assert get_recipe({"base": "quick", "epochs": 9}).name == "quick, changed"
    assert get_recipe("quick", epochs=9, name="mine").name == "mine"
    assert get_recipe({"epochs": 9}).name == "custom"


def test_recipes_are_frozen() -> None:
    with pytest.raises(ValueError, match="frozen"):
        get_recipe("quick").epochs = 3


@pytest.mark.parametrize(
    ("recipe", "changes", "message"),
    [
        ("quik", {}, "did you mean quick"),
        ("quick", {"epoch": 3}, "did you mean epochs"),
        ("quick", {"colour": 3}, "no field 'colour'"),
        ("quick", {"epochs": 0}, "epochs = 0"),
        ("quick", {"learning_rate": float("nan")}, "learning_rate"),
        ("quick", {"validation": 1}, "validation"),
        ("quick", {"warmup_epochs": 9}, "warmup_epochs 9 must be less than epochs 2"),
        ("quick", {"recipe": "x"}, "no field 'recipe'"),
        ({1: 2}, {}, "no field '1'"),
        ({"base": ["quick"]}, {}, "no recipe is called"),
        ({"base": "none"}, {}, "no recipe is called 'none'"),
        (3, {}, "not 3"),
    ],
)
def test_mistakes_are_named(recipe, changes, message) -> None:
    with pytest.raises(RecipeError, match=message):
        get_recipe(recipe, **changes)
