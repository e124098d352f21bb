"""Design network design spaces: sample, train, compare and refine populations of convolutional networks.

    import netspace as ns

    space = ns.get_space("regnetx", image_size=32, stem="cifar", num_classes=10)
    study = ns.Study("sqlite:///study.db")
    records = study.train(space.sample(100, seed=0, flops=(4e6, 6e6)), name="regnetx")

Every public name is listed once, in the table below. Names load when they are first used: ``import netspace``
loads neither torch nor pandas.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

# The function `netspace.complexity` shares its name with the folder it lives in. Loading the folder would put the
# module in the function's place, so it is loaded here, once, and the function put over it.
from netspace.complexity import complexity as complexity
from netspace.version import __version__ as __version__

if TYPE_CHECKING:
    from netspace.architecture import Architecture as Architecture
    from netspace.architecture import Head as Head
    from netspace.architecture import Norm as Norm
    from netspace.architecture import SqueezeExcite as SqueezeExcite
    from netspace.architecture import Stage as Stage
    from netspace.architecture import Stem as Stem
    from netspace.comparison import Comparison as Comparison
    from netspace.comparison import compare as compare
    from netspace.complexity import Complexity as Complexity
    from netspace.errors import NetspaceError as NetspaceError
    from netspace.families import anynet as anynet
    from netspace.families import regnet as regnet
    from netspace.families import rexnet as rexnet
    from netspace.networks import Network as Network
    from netspace.networks import build as build
    from netspace.networks import create_model as create_model
    from netspace.networks import freeze_batch_norm as freeze_batch_norm
    from netspace.networks import get_architecture as get_architecture
    from netspace.networks import register_block as register_block
    from netspace.networks.checkpoints import load_checkpoint as load_checkpoint
    from netspace.networks.checkpoints import to_state_dict as to_state_dict
    from netspace.networks.hub import from_pretrained as from_pretrained
    from netspace.populations import Record as Record
    from netspace.populations import Records as Records
    from netspace.populations import Store as Store
    from netspace.populations.importing import import_population as import_population
    from netspace.refinement import refine as refine
    from netspace.reports import plot as plot
    from netspace.reports import write_report as write_report
    from netspace.spaces import DesignSpace as DesignSpace
    from netspace.spaces import Population as Population
    from netspace.spaces import choices as choices
    from netspace.spaces import get_space as get_space
    from netspace.spaces import list_spaces as list_spaces
    from netspace.spaces import log_uniform as log_uniform
    from netspace.spaces import uniform as uniform
    from netspace.spaces.files import read_space as read_space
    from netspace.study import Study as Study
    from netspace.training import Recipe as Recipe
    from netspace.training import get_recipe as get_recipe
    from netspace.training import list_recipes as list_recipes
    from netspace.training.data import Dataset as Dataset
    from netspace.training.data import list_datasets as list_datasets
    from netspace.training.data import load_dataset as load_dataset
    from netspace.zoo import list_models as list_models

_PUBLIC = {
    "netspace.architecture": ("Architecture", "Stage", "Stem", "Head", "SqueezeExcite", "Norm"),
    "netspace.families": ("anynet", "regnet", "rexnet"),
    "netspace.zoo": ("list_models",),
    "netspace.complexity": ("Complexity", "complexity"),
    "netspace.spaces": ("DesignSpace", "Population", "get_space", "list_spaces", "choices", "log_uniform", "uniform"),
    "netspace.spaces.files": ("read_space",),
    "netspace.networks": (
        "Network",
        "build",
        "create_model",
        "freeze_batch_norm",
        "get_architecture",
        "register_block",
    ),
    "netspace.networks.hub": ("from_pretrained",),
    "netspace.networks.checkpoints": ("load_checkpoint", "to_state_dict"),
    "netspace.training": ("Recipe", "get_recipe", "list_recipes"),
    "netspace.training.data": ("Dataset", "load_dataset", "list_datasets"),
    "netspace.study": ("Study",),
    "netspace.populations": ("Record", "Records", "Store"),
    "netspace.populations.importing": ("import_population",),
    "netspace.comparison": ("Comparison", "compare"),
    "netspace.refinement": ("refine",),
    "netspace.reports": ("plot", "write_report"),
    "netspace.errors": ("NetspaceError",),
    "netspace.version": ("__version__",),
}
_HOME = {name: module for module, names in _PUBLIC.items() for name in names}
__all__ = sorted(_HOME)  # noqa: PLE0605 (computed, so that no name is written twice)


def __getattr__(name: str) -> Any:
    """Loads a public name when it is first used."""
    if name not in _HOME:
        raise AttributeError(f"module 'netspace' has no attribute {name!r}: it has {', '.join(__all__)}")
    value = globals()[name] = getattr(import_module(_HOME[name]), name)
    return value


def __dir__() -> list[str]:
    """Lists the public names, loaded or not."""
    return list(__all__)
