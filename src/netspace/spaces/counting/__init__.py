"""How many networks a space has: exactly, in bounds under a budget, or by an honest estimate."""

from netspace.spaces.counting.deciding import size
from netspace.spaces.counting.size import Published, Size

__all__ = ["Published", "Size", "size"]
