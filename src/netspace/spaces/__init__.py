"""Design spaces: parameters with distributions, operations that refine them, and sampling under a budget."""

from netspace.spaces.distributions import choices, log_uniform, uniform
from netspace.spaces.population import Population
from netspace.spaces.published import get_space, list_spaces
from netspace.spaces.space import DesignSpace

__all__ = ["DesignSpace", "Population", "choices", "get_space", "list_spaces", "log_uniform", "uniform"]
