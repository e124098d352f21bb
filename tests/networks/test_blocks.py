"""Each block against its formula written out in torch, with the same weights."""

import pytest
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from netspace.architecture import BlockShape, SqueezeExcite, Stage, block_shape
from netspace.families import block_fields
from netspace.networks.blocks import BLOCKS
from netspace.networks.layers import ConvNorm, DropPath


def make(name: str, input_width: int, width: int, stride: int = 1, **fields: object) -> tuple[nn.Module, BlockShape]:
    """Makes a block whose batch norms have statistics and scales that show."""
    torch.manual_seed(0)
    stage = Stage(**({"width": width, "stride": stride} | block_fields(name) | fields))
    shape = block_shape(stage, input_width, stride, 8)
    block = BLOCKS[stage.block](stage, shape)
    for module in block.modules():
        if isinstance(module, nn.BatchNorm2d):
            nn.init.normal_(module.running_mean)
            nn.init.uniform_(module.running_var, 0.5, 2)
            nn.init.normal_(module.weight)
            nn.init.normal_(module.bias)
    return block.eval(), shape


def conv_norm(layer: ConvNorm, x: Tensor, stride: int = 1, groups: int = 1) -> Tensor:
    weight, bn = layer.conv.weight, layer.bn
    y = F.conv2d(x, weight, None, stride, weight.shape[-1] // 2, 1, groups)
    return F.batch_norm(y, bn.running_mean, bn.running_var, bn.weight, bn.bias, False, 0.0, 1e-5)


def squeeze_excite(layer: nn.Module, x: Tensor, act) -> Tensor:
    means = layer.squeeze(x.mean((2, 3), keepdim=True))
    if not isinstance(layer.norm, nn.Identity):
        bn = layer.norm
        means = F.batch_norm(means, bn.running_mean, bn.running_var, bn.weight, bn.bias, False, 0.0, 1e-5)
    return x * torch.sigmoid(layer.excite(act(means)))


def image(channels: int) -> Tensor:
    return torch.randn(2, channels, 8, 8, generator=torch.Generator().manual_seed(1))


@pytest.mark.parametrize("stride", [1, 2])
@pytest.mark.parametrize(("name", "residual", "two"), [("v", 0, 0), ("vr", 1, 0), ("vanilla", 0, 1), ("basic", 1, 1)])
def test_plain_blocks(name: str, residual: int, two: int, stride: int) -> None:
    block, _ = make(name, 8, 12, stride)
    x = image(8)
    y = conv_norm(block.a, x, stride)
    if two:
        y = conv_norm(block.b, F.relu(y))
    if residual:
        y = y + conv_norm(block.shortcut, x, stride)
    torch.testing.assert_close(block(x), F.relu(y))


def test_plain_blocks_that_keep_shape_add_their_input() -> None:
    block, _ = make("vr", 8, 8)
    x = image(8)
    torch.testing.assert_close(block(x), F.relu(x + conv_norm(block.a, x)))


@pytest.mark.parametrize(("stride", "width"), [(1, 8), (2, 8), (1, 12)])
def test_z_block_has_no_nonlinearity_at_its_end_and_no_projection(stride: int, width: int) -> None:
    block, shape = make("z", 8, width, stride, bottleneck_ratio=0.25, group_width=4)
    assert shape.inner_width == 4 * width
    assert shape.se_width == 2
    x = image(8)
    y = F.silu(conv_norm(block.spatial, F.silu(conv_norm(block.expand, x)), stride, shape.groups))
    y = conv_norm(block.project, squeeze_excite(block.se, y, F.silu))
    torch.testing.assert_close(block(x), x + y if stride == 1 and width == 8 else y)


@pytest.mark.parametrize("group_width", [None, 1])
@pytest.mark.parametrize("kernel", [3, 5])
def test_inverted_bottleneck_full_and_depthwise(kernel: int, group_width: int | None) -> None:
    block, shape = make("inverted", 8, 8, expansion=6, kernel=kernel, group_width=group_width, activation="relu6")
    assert block.spatial.conv.groups == (48 if group_width else 1)
    x = image(8)
    y = F.relu6(conv_norm(block.spatial, F.relu6(conv_norm(block.expand, x)), 1, shape.groups))
    torch.testing.assert_close(block(x), x + conv_norm(block.project, y))


def test_mbconv_squeezes_after_the_nonlinearity() -> None:
    block, shape = make("mbconv", 16, 24, 2, expansion=6, kernel=5, group_width=1)
    x = image(16)
    y = F.silu(conv_norm(block.spatial, F.silu(conv_norm(block.expand, x)), 2, shape.groups))
    torch.testing.assert_close(block(x), conv_norm(block.project, squeeze_excite(block.se, y, F.silu)))


def test_an_expansion_of_one_has_no_first_convolution() -> None:
    block, _ = make("inverted", 8, 8, expansion=1, group_width=1)
    assert isinstance(block.expand, nn.Identity)
    assert not any(key.startswith("expand") for key in block.state_dict())


def test_separable_block() -> None:
    block, _ = make("separable", 8, 12, 2)
    x = image(8)
    y = F.relu(conv_norm(block.point, F.relu(conv_norm(block.spatial, x, 2, 8))))
    torch.testing.assert_close(block(x), y)


def test_rexnet_block_adds_its_input_to_its_first_channels() -> None:
    se = SqueezeExcite(1 / 12, of="inner", rounding="floor", norm=True, activation="relu")
    block, shape = make("rexnet", 8, 11, expansion=6, group_width=1, se=se)
    assert shape.se_width == 4
    x = image(8)
    y = conv_norm(block.spatial, F.silu(conv_norm(block.expand, x)), 1, 48)
    y = conv_norm(block.project, F.relu6(squeeze_excite(block.se, y, F.relu)))
    y[:, :8] += x
    kept = x.clone()
    torch.testing.assert_close(block(x), y)
    assert torch.equal(x, kept)


@pytest.mark.parametrize(("width", "stride"), [(6, 1), (11, 2)])
def test_rexnet_block_that_shrinks_or_strides_has_no_shortcut(width: int, stride: int) -> None:
    block, _ = make("rexnet", 8, width, stride, expansion=6, group_width=1)
    assert block.shared == 0
    assert not any(isinstance(module, DropPath) for module in block.modules())


@pytest.mark.parametrize("name", ["x", "y", "vr", "basic", "z", "mbconv", "rexnet"])
def test_dropping_every_path_leaves_the_shortcut(name: str) -> None:
    ratio = {"z": 0.25}.get(name, 1)
    expansion = {"mbconv": 6, "rexnet": 6}.get(name)
    groups = {} if name in ("vr", "basic") else {"group_width": 1}
    block, _ = make(name, 8, 8, **({"bottleneck_ratio": ratio, "expansion": expansion} | groups))
    drop = next(module for module in block.modules() if isinstance(module, DropPath))
    x = F.relu(image(8))
    drop.train().rate = 1 - 1e-12
    torch.testing.assert_close(block(x), x)
    drop.eval()
    assert not torch.equal(block(x), x)


def test_drop_path_keeps_the_mean() -> None:
    drop = DropPath().train()
    drop.rate = 0.25
    torch.manual_seed(0)
    y = drop(torch.ones(4000, 1, 1, 1))
    assert y.unique().tolist() == pytest.approx([0.0, 4 / 3])
    assert y.mean().item() == pytest.approx(1, abs=0.04)
