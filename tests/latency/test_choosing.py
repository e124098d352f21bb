"""The choice of a precision by timing, and what happens to those that do not run."""

import time

import pytest
import torch
from torch import nn

from netspace.latency.choosing import choose
from netspace.latency.setting import make_setting


class Preferring(nn.Module):
    """Is much faster with one dtype and layout, and does not know another dtype at all."""

    def __init__(self, dtype: torch.dtype, layout: torch.memory_format, refused: torch.dtype | None = None) -> None:
        super().__init__()
        self.layer, self.dtype, self.layout, self.refused = nn.Conv2d(3, 4, 1), dtype, layout, refused

    def forward(self, x):
        if x.dtype == self.refused:
            raise NotImplementedError("not implemented for this dtype")
        is_preferred = x.dtype == self.dtype and x.is_contiguous(memory_format=self.layout)
        time.sleep(0.001 if is_preferred else 0.004)
        return self.layer(x)


IMAGES = torch.randn(2, 3, 8, 8)


@pytest.mark.parametrize("dtype", ["float32", "bfloat16"])
@pytest.mark.parametrize("layout", ["contiguous", "channels_last"])
def test_the_faster_is_chosen(dtype: str, layout: str) -> None:
    formats = {"contiguous": torch.contiguous_format, "channels_last": torch.channels_last}
    network = Preferring(getattr(torch, dtype), formats[layout])
    chosen = choose(network, IMAGES, make_setting(device="cpu", dtype="auto"), 0.05)
    assert (chosen.dtype, chosen.layout) == (dtype, layout)


def test_what_does_not_run_is_left_out() -> None:
    network = Preferring(torch.bfloat16, torch.channels_last, refused=torch.bfloat16)
    assert choose(network, IMAGES, make_setting(device="cpu", dtype="auto"), 0.05).dtype == "float32"


def test_what_runs_in_no_way_says_why() -> None:
    network = Preferring(torch.bfloat16, torch.channels_last, refused=torch.float32)
    with pytest.raises(NotImplementedError, match="this dtype"):
        choose(network, IMAGES, make_setting(device="cpu", dtype="float32"), 0.05)


def test_one_choice_is_not_timed() -> None:
    setting = make_setting(device="cpu", dtype="float32", layout="contiguous")
    assert choose(nn.Identity(), IMAGES, setting, 1e9) == setting.precisions[0]


def test_cpus_do_not_try_float16() -> None:
    assert {each.dtype for each in make_setting(device="cpu", dtype="auto").precisions} == {"float32", "bfloat16"}
    assert len(make_setting(device="cpu", dtype="float16").precisions) == 2
