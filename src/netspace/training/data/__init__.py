"""Data: a name, a path or arrays in; uint8 splits at a network's size out. Numpy and Pillow, no torch."""

from netspace.training.data.catalog import list_datasets, load_dataset
from netspace.training.data.dataset import Dataset, Split
from netspace.training.data.preparation import PreparedData, prepare

__all__ = ["Dataset", "PreparedData", "Split", "list_datasets", "load_dataset", "prepare"]
