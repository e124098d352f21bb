"""Data shared by processes: no copy, and nothing left behind."""

import os
import subprocess
import sys

import numpy as np
import pytest

from netspace.execution.memory import SharedData
from tests.data_made import prepared_stripes


def test_attached_data_is_the_data() -> None:
    data = {(8, 1): prepared_stripes(), (8, 3): prepared_stripes(channels=3)}
    shared = SharedData.put(data)
    again = shared.attach()
    shared.close()
    for key, prepared in data.items():
        for split in ("train", "validation", "test"):
            for kind in ("images", "labels"):
                expected, got = (getattr(getattr(each, split), kind) for each in (prepared, again[key]))
                np.testing.assert_array_equal(got, expected)
                assert got.dtype == expected.dtype
        assert again[key].facts == prepared.facts


def test_two_mappings_are_the_same_memory() -> None:
    shared = SharedData.put({"a": prepared_stripes()})
    one, two = shared.attach()["a"], shared.attach()["a"]
    shared.close()
    before = int(two.train.images[0, 0, 0, 0])
    one.train.images[0, 0, 0, 0] = 255 - before
    assert two.train.images[0, 0, 0, 0] == 255 - before


@pytest.mark.slow
def test_another_process_maps_it_through_the_descriptor() -> None:
    shared = SharedData.put({"a": prepared_stripes()})
    code = (
        "import sys, pickle; shared = pickle.load(sys.stdin.buffer); data = shared.attach()['a'];"
        "print(int(data.train.images.sum()))"
    )
    import pickle

    done = subprocess.run(
        [sys.executable, "-c", code],
        input=pickle.dumps(shared),
        capture_output=True,
        pass_fds=(shared.fd,),
        env=os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
        check=True,
    )
    assert int(done.stdout) == int(shared.attach()["a"].train.images.sum())
    shared.close()


def test_without_a_test_split() -> None:
    from dataclasses import replace

    shared = SharedData.put({"a": replace(prepared_stripes(), test=None)})
    assert shared.attach()["a"].test is None
    shared.close()
