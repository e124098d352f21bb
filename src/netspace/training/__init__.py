"""Training: a network, a recipe and data in; an outcome out."""

from netspace.training.recipe import Recipe, get_recipe, list_recipes, network_recipe

__all__ = ["Recipe", "get_recipe", "list_recipes", "network_recipe"]
