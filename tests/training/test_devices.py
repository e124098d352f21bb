"""Processors and layouts."""

import pytest
import torch

from netspace.errors import RecipeError
from netspace.training.devices import available_cores, choose_device, choose_layout, describe_device


def test_layout_goes_by_the_kind_of_device_alone() -> None:
    assert choose_layout("auto", "cpu") == "channels_last"
    assert choose_layout("auto", "cuda:1") == "contiguous"
    assert choose_layout("contiguous", "cpu") == "contiguous"


def test_devices_are_checked() -> None:
    assert choose_device("cpu") == "cpu"
    assert choose_device("auto") == ("cuda" if torch.cuda.is_available() else "cpu")
    for wrong in ("gpu", "cuda:99", "meta", None):
        with pytest.raises(RecipeError, match=repr(wrong)):
            choose_device(wrong)


def test_a_description_names_the_processor() -> None:
    described = describe_device("cpu", threads=1)
    assert described["type"] == "cpu"
    assert described["threads"] == 1
    assert described["name"]
    assert available_cores() >= 1
