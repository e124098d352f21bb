"""The check on exported graphs finds what is wrong, and nothing else."""

import numpy as np
import pytest
import torch

from netspace.export.agreement import Agreement, as_tensors, compare_outputs, probe_images


def compare(change):
    """Compares a small function with a changed form of it."""

    def reference(x):
        return x.mean((2, 3))

    def exported(x):
        return [change(each.numpy()) for each in as_tensors(reference(x))]

    return compare_outputs(reference, exported, 3, 8)


def test_batches_are_of_1_2_and_5_and_finite() -> None:
    batches = list(probe_images(3, 8))
    assert {len(images) for _, images in batches} == {1, 2, 5}
    assert {name.split(" ")[0] for name, _ in batches} == {"random", "zeros", "up", "all", "tiny", "constant"}
    assert all(images.shape[1:] == (3, 8, 8) and torch.isfinite(images).all() for _, images in batches)


def test_the_same_agrees() -> None:
    assert all(each.absolute == each.relative == 0 and each.within(0) for each in compare(lambda y: y))


def test_a_small_difference_is_relative_to_the_largest_output() -> None:
    rows = [each for each in compare(lambda y: y * np.float32(1.001)) if each.absolute]
    assert len(rows) == 7  # all but zeros
    assert all(each.relative == pytest.approx(1e-3, rel=1e-2) for each in rows)
    assert not any(each.within(1e-4) for each in rows)
    assert all(each.within(2e-3) for each in rows)


@pytest.mark.parametrize(
    "change",
    [
        lambda y: y + np.float32(1e-2),
        lambda y: y[:, ::-1],
        lambda y: np.repeat(y[:1], len(y), axis=0),  # a batch taken for a constant
        lambda y: y * np.nan,
        lambda y: y[:, :2],
        np.zeros_like,
    ],
)
def test_wrong_graphs_do_not_agree(change) -> None:
    assert not all(each.within(1e-4) for each in compare(change))


def test_networks_with_tiny_outputs_are_checked_as_well() -> None:
    rows = compare_outputs(lambda x: 1e-20 * x.mean((2, 3)), lambda x: [np.zeros((len(x), 3), np.float32)], 3, 8)
    assert not all(each.within(1e-4) for each in rows)


def test_outputs_that_are_not_finite_have_to_be_so_in_both() -> None:
    infinite = Agreement("random", 1, 0.0, 0.0, finite=True)
    rows = compare_outputs(lambda x: x.mean((2, 3)) / 0, lambda x: [(x.mean((2, 3)) / 0).numpy()], 3, 8)
    assert infinite in rows
    rows = compare_outputs(lambda x: x.mean((2, 3)) / 0, lambda x: [x.mean((2, 3)).numpy()], 3, 8)
    assert not any(each.within(1.0) for each in rows if each.images == "random")


def test_outputs_are_tensors() -> None:
    assert len(as_tensors((torch.zeros(1), torch.zeros(1)))) == 2
    for wrong in ({}, {"out": torch.zeros(1)}, [1.0]):
        with pytest.raises(TypeError, match="not a tensor or a list"):
            as_tensors(wrong)
