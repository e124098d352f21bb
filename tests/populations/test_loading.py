"""Networks come out of a store as they went in, whether their checks are left out or not."""

import hashlib
import json
import sqlite3

import pytest

import netspace as ns
from netspace.architecture import Architecture
from netspace.errors import ArchitectureError
from netspace.populations import Plan, Store
from netspace.populations.loading import _architecture
from tests.populations.samples import TRAINING, complete, plan

SPACES = ("anynetx_a", "regnetx", "regnety", "rexnet_9", "mobilenetv2_9")


def written(architecture: Architecture) -> tuple[str, str]:
    return architecture.to_json(), architecture.id


@pytest.mark.parametrize("space", SPACES)
def test_networks_of_spaces_are_read_as_they_were(space: str) -> None:
    for network in ns.get_space(space).sample(20):
        read = _architecture(*written(network))
        assert read == network == Architecture.from_json(network.to_json())
        assert (read.id, hash(read), read.block_widths) == (network.id, hash(network), network.block_widths)
        assert list(read.blocks()) == list(network.blocks())


@pytest.mark.parametrize("name", ["regnety_040", "efficientnet_b0", "mobilenetv2_100", "rexnet_100"])
def test_networks_of_the_zoo_are_read_as_they_were(name: str) -> None:
    network = ns.get_architecture(name)
    assert _architecture(*written(network)) == network


def test_networks_that_others_build_are_read_as_they_were() -> None:
    network = Architecture(stages=(), foreign="timm:mobilenetv3_large_100", head=ns.Head(width=8, dropout=0.2))
    assert _architecture(*written(network)) == network


def change(path: str, change_of: dict[str, object], *, renamed: bool) -> None:
    """Writes something else in the place of a store's first network, with or without its id."""
    with sqlite3.connect(path) as connection:
        (text,) = connection.execute('SELECT architecture FROM networks WHERE "index" = 0').fetchone()
        changed = json.dumps(json.loads(text) | change_of, sort_keys=True, separators=(",", ":"))
        connection.execute('UPDATE networks SET architecture = ? WHERE "index" = 0', (changed,))
        if renamed:
            id_ = hashlib.sha256(changed.encode()).hexdigest()[:16]
            connection.execute('UPDATE networks SET architecture_id = ? WHERE "index" = 0', (id_,))
    connection.close()


@pytest.fixture
def store(tmp_path):
    with Store(tmp_path / "study.db") as made:
        made.create(Plan("a", *_two_networks()))
        made.assign("a", **TRAINING)
        made.add("a", 0, complete())
        yield made


def _two_networks():
    few = plan("a", 2)
    return few.architectures, few.parameters, few.complexity, few.origin


def test_a_changed_network_is_checked_again(store, tmp_path) -> None:
    change(str(tmp_path / "study.db"), {"stages": [{"width": 20, "group_width": 8}]}, renamed=False)
    with pytest.raises(ArchitectureError, match="no whole number of groups of width 8"):
        store.records("a")[0]


def test_a_changed_network_that_is_one_is_read(store, tmp_path) -> None:
    change(str(tmp_path / "study.db"), {"image_size": 64}, renamed=False)
    assert store.records("a")[0].architecture.image_size == 64


def test_a_field_that_is_not_known_is_named(store, tmp_path) -> None:
    change(str(tmp_path / "study.db"), {"moods": 3}, renamed=True)
    with pytest.raises(ArchitectureError, match=r"no field 'moods'"):
        store.records("a")[0]
