"""Dots of few values are moved aside, no further than half way to the next value, and all others stay."""

import numpy as np

from netspace.figures.aside import are_stacked, move_aside, move_pairs
from netspace.figures.picture import Axis

X, LOG = Axis("x"), Axis("x", log=True)


def test_dots_are_moved_by_less_than_half_the_way_to_the_next_value() -> None:
    x, y = np.repeat([1, 2, 8], 20), np.tile([3.0, 6.0], 30)
    for axes in ((X, X), (LOG, LOG)):
        moved = move_pairs(x, y, axes)
        for values, now, axis in zip((x, y), moved, axes, strict=True):
            levels = np.unique(values)
            scale = np.log if axis.log else np.asarray
            nearest = np.abs(scale(now)[:, None] - scale(levels)).argmin(axis=1)
            assert (levels[nearest] == values).all()
        assert len(np.unique(np.column_stack(moved), axis=0)) == 60


def test_many_values_and_single_dots_stay() -> None:
    many = np.arange(40.0)
    assert [each.tolist() for each in move_pairs(many, many % 2, (X, X))] == [many.tolist(), (many % 2).tolist()]
    alike = np.repeat(many, 3)
    assert move_pairs(alike, alike % 2, (X, X))[0].tolist() == alike.tolist()


def test_stacked_is_half_as_many_pairs_as_dots() -> None:
    assert are_stacked([1, 1], [2, 2])
    assert not are_stacked([1, 1, 2], [2, 2, 2])
    assert not are_stacked([1], [1])


def test_steps_are_the_same_each_time() -> None:
    assert move_aside([5, 5], 0.1).tolist() == move_aside([5, 5], 0.1).tolist()
    assert np.abs(move_aside([5] * 100, 0.1) - 5).max() <= 0.1
