"""The zoo: every network of the two papers and of their comparison tables, as rows of data."""

from netspace.zoo.catalog import find, get_architecture, list_models
from netspace.zoo.model import Model, Published, Weights

__all__ = ["Model", "Published", "Weights", "find", "get_architecture", "list_models"]
