"""Recipes: names, mappings, changes, messages."""

import pytest

from netspace.errors import RecipeError
from netspace.training.recipe import Recipe, get_recipe, list_recipes, network_recipe


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


def test_a_networks_own_values_replace_its_populations() -> None:
    own = {"learning_rate": 0.3, "epochs": 3.0, "depth": 13, "slope": 2.5, "seed": 4}
    recipe = network_recipe("quick", own)
    assert recipe == get_recipe("quick", learning_rate=0.3, epochs=3)
    assert isinstance(recipe.epochs, int)
    assert network_recipe({"base": "paper", "name": "mine"}, own).name == "mine"
    assert network_recipe("quick", {"depth": 13, "seed": 4}) == get_recipe("quick")


def test_a_network_that_could_differ_is_not_called_like_the_named_recipe() -> None:
    assert network_recipe("quick", {"epochs": 2}).name == "quick, changed"


@pytest.mark.parametrize(
    ("own", "message"),
    [
        ({"learning_rate": -1.0}, r"learning_rate = -1.0 is not allowed: input should be greater than 0"),
        ({"epochs": 1.5}, r"epochs = 1.5 is not allowed: .*integer"),
        ({"epochs": 2, "warmup_epochs": 2.0}, "warmup_epochs 2 must be less than epochs 2"),
        ({"momentum": 1.0}, r"momentum = 1.0 is not allowed: input should be less than 1"),
        ({"nesterov": 1}, "'nesterov' cannot differ between networks.*own epochs, batch_size, learning_rate"),
    ],
)
def test_a_networks_own_values_are_checked(own: dict[str, float], message: str) -> None:
    with pytest.raises(RecipeError, match=message):
        network_recipe("quick", own)
