"""Populations that others trained, as records: tables, pycls's sweeps, NDS, NAS-Bench-Macro and other studies."""

from netspace.populations.importing.making import Imported, import_population, read_population
from netspace.populations.importing.reading import FORMATS

__all__ = ["FORMATS", "Imported", "import_population", "read_population"]
