"""Populations of trained networks: records, tables of them, and the store that keeps them."""

from typing import TYPE_CHECKING, Any

from netspace.populations.plan import Plan
from netspace.populations.record import Epoch, Failure, Origin, Outcome, Record
from netspace.populations.records import Records

if TYPE_CHECKING:
    from netspace.populations.store import Store
    from netspace.populations.summary import PopulationSummary

__all__ = [
    "Epoch",
    "Failure",
    "Origin",
    "Outcome",
    "Plan",
    "PopulationSummary",
    "Record",
    "Records",
    "Store",
]


def __getattr__(name: str) -> Any:
    """Imports the store on first use: workers and analyses do without a database."""
    if name == "Store":
        from netspace.populations.store import Store

        return Store
    if name == "PopulationSummary":
        from netspace.populations.summary import PopulationSummary

        return PopulationSummary
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
