"""Design spaces: parameters with distributions, operations that refine them, and sampling under a budget."""

from netspace.spaces.distributions import (
    choices,
    log_normal,
    log_uniform,
    normal,
    powers_of_two,
    powers_of_two_then_log_uniform,
    uniform,
)
from netspace.spaces.population import Population
from netspace.spaces.published import describe_spaces, get_space, list_spaces
from netspace.spaces.pycls import Sweep, is_sweep, read_sweep
from netspace.spaces.space import DesignSpace

__all__ = [
    "DesignSpace",
    "Population",
    "Sweep",
    "choices",
    "describe_spaces",
    "get_space",
    "is_sweep",
    "list_spaces",
    "log_normal",
    "log_uniform",
    "normal",
    "powers_of_two",
    "powers_of_two_then_log_uniform",
    "read_sweep",
    "uniform",
]
