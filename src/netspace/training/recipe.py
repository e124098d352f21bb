"""Training recipes: frozen, validated, by name or as a mapping."""

from collections.abc import Mapping
from difflib import get_close_matches
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from netspace.errors import RecipeError
from netspace.spaces.training import TRAINING_PARAMETERS, recipe_values


class Recipe(BaseModel):
    """How every network of a population is trained, where the network has no parameters for it of its own.

    SGD with momentum, the learning rate falling from its peak to 0 along half a cosine, set anew at every step,
    after a linear warm-up; random crops of the zero-padded image and random horizontal flips.

    Attributes:
        name: what it is called in reports.
        purpose: what it is for, in a sentence.
        epochs: passes over the training data.
        batch_size: images a step; a last, smaller batch is left out.
        learning_rate: its peak, for this batch size.
        momentum: of SGD, in [0, 1).
        nesterov: whether the momentum is Nesterov's.
        weight_decay: L2, on every parameter, as in the papers.
        warmup_epochs: epochs over which the rate rises linearly from 0.
        label_smoothing: in [0, 1).
        crop_padding: pixels of zeros on each side before a random crop; 0: no random crop.
        flip: whether half of the images are mirrored.
        validation: fraction of the training data held out, of every class alike, on which errors are measured.
        layout: how images lie in memory; ``"auto"``: the faster one on the device's kind.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    name: str = "custom"
    purpose: str = ""
    epochs: int = Field(10, ge=1)
    batch_size: int = Field(128, ge=1)
    learning_rate: float = Field(0.05, gt=0)
    momentum: float = Field(0.9, ge=0, lt=1)
    nesterov: bool = True
    weight_decay: float = Field(5e-5, ge=0)
    warmup_epochs: float = Field(0.0, ge=0)
    label_smoothing: float = Field(0.0, ge=0, lt=1)
    crop_padding: int = Field(4, ge=0)
    flip: bool = True
    validation: float = Field(0.2, gt=0, lt=1)
    layout: Literal["auto", "channels_last", "contiguous"] = "auto"

    @model_validator(mode="after")
    def _check_warmup(self) -> "Recipe":
        if self.warmup_epochs >= self.epochs:
            raise ValueError(f"warmup_epochs {self.warmup_epochs:g} must be less than epochs {self.epochs}")
        return self

    def to_dict(self) -> dict[str, Any]:
        """Gives every field as plain values, as records keep them."""
        return self.model_dump()


RECIPES = {
    recipe.name: recipe
    for recipe in (
        Recipe(
            name="quick",
            purpose="tells spaces of small networks apart in core-seconds a network; not a final accuracy",
            epochs=2,
            batch_size=128,
            learning_rate=0.2,
            weight_decay=5e-4,
            warmup_epochs=0.5,
            crop_padding=2,
        ),
        Recipe(
            name="paper",
            purpose="the low-compute regime in which the RegNet paper designs its spaces (section 3, footnote 5)",
            epochs=10,
            batch_size=128,
            learning_rate=0.05,
            weight_decay=5e-5,
        ),
    )
}


def list_recipes() -> list[str]:
    """Lists the names that `get_recipe` knows.

    Example:
        >>> list_recipes()
        ['quick', 'paper']
    """
    return list(RECIPES)


def get_recipe(recipe: "str | Mapping[str, Any] | Recipe", /, **changes: Any) -> Recipe:
    """Gives a recipe by name, from a mapping of its fields, or as it is; with some fields changed.

    Args:
        recipe: a name of `list_recipes`; a mapping, whose ``"base"`` may name the recipe that it changes; a `Recipe`.
        **changes: fields to replace.

    Raises:
        RecipeError: an unknown name or field, or a value out of range.

    Example:
        >>> get_recipe("quick", epochs=5).epochs
        5
    """
    if isinstance(recipe, Recipe):
        base = recipe
    elif isinstance(recipe, str):
        base = _named(recipe)
    elif isinstance(recipe, Mapping):
        changes = {str(key): value for key, value in recipe.items()} | changes
        named = changes.pop("base", None)
        base = Recipe() if named is None else _named(named)
    else:
        raise RecipeError(f"a recipe is a name, a mapping or a Recipe, not {recipe!r}")
    return _changed(base, changes)


def network_recipe(recipe: "str | Mapping[str, Any] | Recipe", parameters: Mapping[str, Any]) -> Recipe:
    """Gives the recipe of one network: that of its population, with the network's own values of some fields.

    Args:
        recipe: of the population, as `get_recipe` takes it.
        parameters: of the network, as `Record.parameters` has them. Those in `TRAINING_PARAMETERS`, but ``seed``, are
            its own values of fields.

    Raises:
        RecipeError: a value out of range, or a parameter called like a field that all networks have in common.

    Example:
        >>> network_recipe("quick", {"depth": 13, "learning_rate": 0.1}).learning_rate
        0.1
    """
    base, own = get_recipe(recipe), recipe_values(parameters)
    common = [name for name in parameters if name in Recipe.model_fields and name not in own]
    if common:
        raise RecipeError(
            f"parameter {common[0]!r} cannot differ between networks: a population's recipe sets it for all of them; "
            f"each network may have its own {', '.join(TRAINING_PARAMETERS)}"
        )
    return get_recipe(base, **({"name": _name_of_changed(base)} | own)) if own else base


def _changed(base: Recipe, changes: Mapping[str, Any]) -> Recipe:
    """Replaces fields; a recipe that is no longer the one of its name says so."""
    try:
        recipe = Recipe(**{**base.to_dict(), **changes})
    except ValidationError as error:
        raise RecipeError(_explain(error)) from None
    if recipe == base or "name" in changes:
        return recipe
    return recipe.model_copy(update={"name": _name_of_changed(recipe)})


def _name_of_changed(recipe: Recipe) -> str:
    return f"{recipe.name}, changed" if recipe.name in RECIPES else recipe.name


def _named(name: Any) -> Recipe:
    if not isinstance(name, str) or name not in RECIPES:
        near = get_close_matches(str(name), RECIPES, n=1)
        hint = f"did you mean {near[0]}? " if near else ""
        raise RecipeError(f"no recipe is called {name!r}: {hint}known are {', '.join(RECIPES)}")
    return RECIPES[name]


def _explain(error: ValidationError) -> str:
    lines = []
    for problem in error.errors():
        field = ".".join(str(part) for part in problem["loc"])
        if not field:
            lines.append(f"recipe: {problem['msg'].removeprefix('Value error, ')}")
        elif problem["type"] == "extra_forbidden":
            near = get_close_matches(field, Recipe.model_fields, n=1)
            hint = f"; did you mean {near[0]}?" if near else f"; allowed are {', '.join(Recipe.model_fields)}"
            lines.append(f"recipe has no field {field!r}{hint}")
        else:
            lines.append(f"recipe field {field} = {problem['input']!r} is not allowed: {problem['msg'].lower()}")
    return "\n  ".join(lines)
