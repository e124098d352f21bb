"""The tables of a store. SQLite and PostgreSQL hold the same.

A network's scalars, its long texts and what repeats are kept apart: ``outcomes`` has short rows, so that reading a
whole population's errors touches little of the disk; curves and tracebacks lie in ``details``; the device and the
versions, the same for thousands of networks, are rows of ``environments``.
"""

from sqlalchemy import (
    BigInteger,
    Column,
    Double,
    ForeignKey,
    ForeignKeyConstraint,
    Integer,
    MetaData,
    Table,
    Text,
)

SCHEMA_VERSION = 1
"""Raised with every change to the tables below; a store of another version is refused."""

metadata = MetaData()

meta = Table(
    "meta",
    metadata,
    Column("schema_version", Integer, nullable=False),
    Column("created_by", Text, nullable=False, comment="version of netspace"),
)

populations = Table(
    "populations",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("name", Text, nullable=False, unique=True),
    Column("origin", Text, nullable=False, comment="JSON: space, lineage, budget, seed of the sample"),
    Column("parameters", Text, nullable=False, comment="JSON: names of the space's parameters"),
    Column("planned", Integer, nullable=False, comment="number of networks"),
    Column("training", Text, comment="JSON: recipe, data, seed; NULL: not known yet"),
    Column("created_at", Text, nullable=False, comment="UTC, ISO 8601"),
)

networks = Table(
    "networks",
    metadata,
    Column("population_id", ForeignKey(populations.c.id, ondelete="CASCADE"), primary_key=True),
    Column("index", Integer, primary_key=True),
    Column("architecture_id", Text, nullable=False),
    Column("flops", BigInteger, nullable=False, comment="multiply-adds; this and the next two: -1 where not known"),
    Column("params", BigInteger, nullable=False),
    Column("acts", BigInteger, nullable=False),
    Column("depth", Integer, nullable=False, comment="blocks"),
    Column("parameters", Text, nullable=False, comment="JSON: values in the order of populations.parameters"),
    Column("architecture", Text, nullable=False, comment="JSON"),
)

environments = Table(
    "environments",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("digest", Text, nullable=False, unique=True, comment="SHA-256 of content"),
    Column("content", Text, nullable=False, comment="JSON: device, versions"),
)

outcomes = Table(
    "outcomes",
    metadata,
    Column("population_id", Integer, primary_key=True),
    Column("index", Integer, primary_key=True),
    Column("status", Text, nullable=False),
    Column("error", Double, comment="top-1 on validation, percent"),
    Column("test_error", Double, comment="top-1 on test, percent"),
    Column("seconds", Double, nullable=False),
    Column("images_per_second", Double),
    Column("attempts", Integer, nullable=False),
    Column("reason", Text),
    Column("started_at", Text, nullable=False, comment="UTC, ISO 8601"),
    Column("written_at", Text, nullable=False, comment="UTC, ISO 8601"),
    Column("environment_id", ForeignKey(environments.c.id), nullable=False),
    ForeignKeyConstraint(["population_id", "index"], ["networks.population_id", "networks.index"], ondelete="CASCADE"),
    sqlite_with_rowid=False,
)

details = Table(
    "details",
    metadata,
    Column("population_id", Integer, primary_key=True),
    Column("index", Integer, primary_key=True),
    Column("curve", Text, nullable=False, comment="JSON: a list for each field of an epoch"),
    Column("failure", Text, comment="JSON: reason, message, traceback"),
    ForeignKeyConstraint(["population_id", "index"], ["outcomes.population_id", "outcomes.index"], ondelete="CASCADE"),
)
