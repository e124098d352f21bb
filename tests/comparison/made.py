"""Small populations to compare."""

import dataclasses

from netspace.populations import Records
from netspace.spaces import get_space
from tests.records_made import broken, finished, make_records

ANY = [16.1, 15.2, 17.0, 16.4]
REG = [14.0, 14.9, 13.8, 14.5]
WIDE = [15.1, 17.2, 13.0, 18.2]
BEST = [12.1, 11.0, 13.0, 12.7]


def population(name: str, errors: list[float | None], space: str = "regnetx", **changes: object) -> Records:
    """Networks with these errors; ``None``: it failed."""
    sample = get_space(space, image_size=32, stem="cifar", num_classes=10).sample(max(1, len(errors)))
    outcomes = [broken() if error is None else finished(error) for error in errors]
    records = make_records(name, sample, outcomes)
    return Records.from_records(name, [dataclasses.replace(record, **changes) for record in records])
