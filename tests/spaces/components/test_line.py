"""Lines make exactly the stages asked for."""

import numpy as np
import pytest

from netspace.random import stream
from netspace.spaces.components import QuantizedLine
from netspace.spaces.distributions import log_uniform


def line(num_stages: int) -> QuantizedLine:
    return QuantizedLine(
        log_uniform(num_stages, 63, 1),
        log_uniform(8, 248, 8),
        log_uniform(8, 255.9, 0.1),
        log_uniform(1.5, 3, 0.001),
        num_stages,
    )


@pytest.mark.parametrize("num_stages", [1, 3, 4])
def test_lines_agree_with_the_constructor(num_stages: int) -> None:
    """Valid draws are those whose per-block widths form that many stages with every exponent used."""
    from netspace.lines import quantized_linear_widths

    component = line(num_stages)
    drawn = component.parameters(stream(1, "test").random((3000, 4)))
    columns, valid = component.decide(drawn)
    assert 0 < valid.sum() < 3000
    for i in range(0, 3000, 7):
        d = int(drawn["depth"][i])
        args = [[drawn[k][i]] for k in ("depth", "initial_width", "slope", "width_multiplier")]
        w, s = quantized_linear_widths(*args)
        widths, depths = np.unique(w[0][:d], return_counts=True)
        assert valid[i] == (len(widths) == num_stages == s[0].max() + 1)
        if valid[i]:
            assert columns["width"][i].tolist() == widths.tolist()
            assert columns["depth"][i].tolist() == depths.tolist()
