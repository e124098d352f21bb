"""Blocks of one or two k x k convolutions: V, VR, ResNet's basic block and pycls's vanilla block.

Papers: "Designing Network Design Spaces" (arXiv 2003.13678), appendix D: V is one 3x3 convolution, VR is that with a
residual; "Deep Residual Learning" (arXiv 1512.03385), Figure 5 left: the basic block has two and a residual.
pycls's ``vanilla_block`` has two and no residual: it is not the paper's V.
"""

from torch import Tensor, nn

from netspace.architecture import BlockShape, Stage
from netspace.complexity.blocks import ungrouped
from netspace.networks.layers import ConvNorm, DropPath, activation, projection


class Plain(nn.Module):
    """k x k convolutions, each with batch norm and a nonlinearity; the last nonlinearity follows the sum, if any."""

    def __init__(self, stage: Stage, shape: BlockShape, *, convolutions: int, residual: bool) -> None:
        super().__init__()
        ungrouped(stage)
        k, act = shape.kernel, stage.activation
        first = shape.width if convolutions == 1 else shape.inner_width
        inside = act if convolutions == 2 else None
        self.a = ConvNorm(k, shape.input_width, first, stride=shape.stride, activation_name=inside)
        self.b = ConvNorm(k, first, shape.width) if convolutions == 2 else nn.Identity()
        self.has_residual = residual
        self.drop_path = DropPath() if residual else nn.Identity()
        self.shortcut = projection(shape) if residual else nn.Identity()
        self.act = activation(act)

    def forward(self, x_NCHW: Tensor) -> Tensor:
        """Gives the block's output, of ``width`` channels and 1 / stride the size."""
        y_NCHW: Tensor = self.b(self.a(x_NCHW))
        if self.has_residual:
            y_NCHW = self.shortcut(x_NCHW) + self.drop_path(y_NCHW)
        out_NCHW: Tensor = self.act(y_NCHW)
        return out_NCHW
