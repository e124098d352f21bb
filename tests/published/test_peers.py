"""Our networks against timm's and torchvision's, with the same weights: outputs, features, gradients, statistics.

bench/parity.py prints the differences.
"""

import pytest
import torch
from torch import nn

from netspace.networks.checkpoints import to_state_dict
from netspace.networks.network import Network
from tests.peers import Pair, build_pair, difference, images, output_differences, pairs

QUICK = 0.5e9
TRAINED = [
    Pair("RegNetX-200MF", "timm", "regnetx_002"),
    Pair("RegNetX-400MF", "timm", "regnetx_004"),
    Pair("RegNetY-400MF", "timm", "regnety_004"),
    Pair("ReXNet-x1.0", "timm", "rexnet_100"),
    Pair("ReXNet-x1.3", "timm", "rexnet_130"),
    Pair("ReXNet-R-x1.0", "timm", "rexnetr_100"),
    Pair("RegNetX-400MF-TV", "torchvision", "regnet_x_400mf"),
    Pair("RegNetX-800MF", "torchvision", "regnet_x_800mf"),
    Pair("RegNetY-400MF", "torchvision", "regnet_y_400mf"),
]


def marked(pair: Pair) -> object:
    return pytest.param(pair, id=str(pair), marks=[pytest.mark.slow] if pair.flops > QUICK else [])


@pytest.mark.slow
@pytest.mark.parametrize("pair", [marked(pair) for pair in pairs()])
def test_outputs_and_features_are_theirs(pair: Pair) -> None:
    """Random weights and batch-norm statistics; an odd size, so that padding shows."""
    differences = output_differences(pair, size=75)
    assert len(differences) > 4
    assert max(differences.values()) < 1e-5, differences


def test_a_weight_that_differs_shows() -> None:
    ours, theirs = build_pair(TRAINED[0])
    theirs.load_state_dict({name: tensor.clone() for name, tensor in theirs.state_dict().items()}, assign=True)
    x_NCHW = images(75)
    assert difference(ours.eval()(x_NCHW), theirs.eval()(x_NCHW)) < 1e-5
    ours.stem.conv.weight.data[0, 0, 0, 0] += 0.01
    assert difference(ours(x_NCHW), theirs(x_NCHW)) > 1e-5


@pytest.mark.slow
@pytest.mark.parametrize("pair", TRAINED, ids=str)
def test_gradients_and_statistics_are_theirs(pair: Pair) -> None:
    """After one forward and backward pass in training mode, in float64, so that rounding cannot hide a difference."""
    ours, theirs = build_pair(pair, dtype=torch.float64)
    theirs.load_state_dict({name: tensor.clone() for name, tensor in theirs.state_dict().items()}, assign=True)
    labels = torch.tensor([1, 2, 3, 4])
    for network in (ours.train(), theirs.train()):
        nn.functional.cross_entropy(network(images(64, count=4, dtype=torch.float64)), labels).backward()
    gradients = [(p.grad, theirs.get_parameter(name).grad) for name, p in named_alike(ours, pair)]
    assert len(gradients) == len(list(theirs.parameters()))
    assert all(mine is not None and other.abs().max() > 0 for mine, other in gradients)
    largest = max(other.abs().max().item() for _, other in gradients)
    for mine, other in gradients:  # before a batch norm, a bias has none but rounding
        torch.testing.assert_close(mine, other, rtol=1e-4, atol=1e-12 * largest)
    after, buffers = to_state_dict(ours, pair.library), dict(theirs.named_buffers())
    assert buffers.keys() < after.keys()
    for name, statistic in buffers.items():
        torch.testing.assert_close(after[name], statistic, rtol=1e-4, atol=1e-4, msg=name)


def named_alike(ours: Network, pair: Pair) -> list[tuple[str, nn.Parameter]]:
    """Gives our parameters by their names."""
    parameters = dict(ours.named_parameters())
    names = zip(to_state_dict(ours, pair.library), ours.state_dict(), strict=True)
    return [(their_name, parameters[our_name]) for their_name, our_name in names if our_name in parameters]
