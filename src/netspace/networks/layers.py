"""Layers that several blocks share.

Shapes are noted as N batch, C channels, H height, W width.
"""

from collections.abc import Callable

from torch import Tensor, nn

from netspace.architecture import BlockShape, SqueezeExcite
from netspace.errors import ArchitectureError

ACTIVATIONS: dict[str, Callable[[], nn.Module]] = {
    "relu": lambda: nn.ReLU(inplace=True),
    "relu6": lambda: nn.ReLU6(inplace=True),
    "leaky_relu": lambda: nn.LeakyReLU(inplace=True),
    "elu": lambda: nn.ELU(inplace=True),
    "softplus": nn.Softplus,
    "hardswish": lambda: nn.Hardswish(inplace=True),
    "silu": lambda: nn.SiLU(inplace=True),
    "gelu": nn.GELU,
}
"""Nonlinearities by the name that an `Architecture` holds."""


def activation(name: str) -> nn.Module:
    """Makes the nonlinearity called ``name``.

    Raises:
        ArchitectureError: the name is unknown.
    """
    if name not in ACTIVATIONS:
        raise ArchitectureError(f"activation {name!r} is unknown: choose one of {', '.join(ACTIVATIONS)}")
    return ACTIVATIONS[name]()


def convolution(
    kernel: int, input_width: int, width: int, *, stride: int = 1, groups: int = 1, bias: bool = False
) -> nn.Conv2d:
    """Makes a convolution with padding (k-1)/2."""
    return nn.Conv2d(input_width, width, kernel, stride, (kernel - 1) // 2, groups=groups, bias=bias)


class ConvNorm(nn.Sequential):
    """A convolution, its batch norm, and a nonlinearity if one is named."""

    def __init__(
        self,
        kernel: int,
        input_width: int,
        width: int,
        *,
        stride: int = 1,
        groups: int = 1,
        activation_name: str | None = None,
        bias: bool = False,
    ) -> None:
        super().__init__()
        self.conv = convolution(kernel, input_width, width, stride=stride, groups=groups, bias=bias)
        self.bn = nn.BatchNorm2d(width)
        if activation_name is not None:
            self.act = activation(activation_name)


def projection(shape: BlockShape) -> nn.Module:
    """Makes the shortcut of a residual block: the identity, or a 1x1 convolution and its norm where shapes differ."""
    if shape.input_width == shape.width and shape.stride == 1:
        return nn.Identity()
    return ConvNorm(1, shape.input_width, shape.width, stride=shape.stride)


class DropPath(nn.Module):
    """Stochastic depth (Huang et al. 2016): while training, drops a block's residual for a share of the images.

    ``rate`` is that share, in [0, 1); what stays is scaled by 1 / (1 - rate).
    """

    def __init__(self, rate: float = 0.0) -> None:
        super().__init__()
        self.rate = rate

    def forward(self, x_NCHW: Tensor) -> Tensor:
        """Gives ``x``, with zeros for the images that are dropped."""
        if not self.training or self.rate == 0:
            return x_NCHW
        kept_N111 = x_NCHW.new_empty((x_NCHW.shape[0], 1, 1, 1)).bernoulli_(1 - self.rate)
        return x_NCHW * kept_N111 / (1 - self.rate)

    def extra_repr(self) -> str:
        """Shows the rate when printed."""
        return f"rate={self.rate:g}"


class SqueezeExciteLayer(nn.Module):
    """Squeeze-and-excitation: scales each channel by a gate computed from all channels' means."""

    def __init__(self, width: int, se_width: int, activation_name: str, *, norm: bool = False) -> None:
        super().__init__()
        self.pool = nn.AdaptiveAvgPool2d(1)
        self.squeeze = nn.Conv2d(width, se_width, 1)
        self.norm = nn.BatchNorm2d(se_width) if norm else nn.Identity()
        self.act = activation(activation_name)
        self.excite = nn.Conv2d(se_width, width, 1)
        self.gate = nn.Sigmoid()

    def forward(self, x_NCHW: Tensor) -> Tensor:
        """Gives ``x`` with each channel scaled by a number in (0, 1)."""
        gate_NC11 = self.excite(self.act(self.norm(self.squeeze(self.pool(x_NCHW)))))
        scaled: Tensor = x_NCHW * self.gate(gate_NC11)
        return scaled


def squeeze_excite(se: SqueezeExcite | None, width: int, se_width: int, activation_name: str) -> nn.Module:
    """Makes the squeeze-and-excitation of a block whose nonlinearity is ``activation_name``; none: the identity."""
    if se is None:
        return nn.Identity()
    return SqueezeExciteLayer(width, se_width, se.activation or activation_name, norm=se.norm)
