"""The X block, with squeeze-and-excitation the Y block, without groups the R block and ResNet's bottleneck.

Paper: "Designing Network Design Spaces" (arXiv 2003.13678), section 3.2, Figure 4 and appendix D.
Original: https://github.com/facebookresearch/pycls (``res_bottleneck_block``), MIT licence. The stride is on the
3x3 convolution, as there; squeeze-and-excitation sits between the 3x3 and the last 1x1.
"""

from torch import Tensor, nn

from netspace.architecture import BlockShape, Stage
from netspace.networks.layers import ConvNorm, DropPath, activation, projection, squeeze_excite


class Bottleneck(nn.Module):
    """1x1, k x k in groups, [SE], 1x1, each with batch norm; a 1x1 shortcut where shapes differ; ReLU after the sum."""

    def __init__(self, stage: Stage, shape: BlockShape) -> None:
        super().__init__()
        act = stage.activation
        spatial_act = stage.spatial_activation or act
        inner, stride = shape.inner_width, shape.stride
        self.a = ConvNorm(1, shape.input_width, inner, activation_name=act)
        self.b = ConvNorm(shape.kernel, inner, inner, stride=stride, groups=shape.groups, activation_name=spatial_act)
        self.se = squeeze_excite(stage.se, inner, shape.se_width, act)
        self.c = ConvNorm(1, inner, shape.width)
        self.drop_path = DropPath()
        self.shortcut = projection(shape)
        self.act = activation(act)

    def forward(self, x_NCHW: Tensor) -> Tensor:
        """Gives the block's output, of ``width`` channels and 1 / stride the size."""
        residual = self.drop_path(self.c(self.se(self.b(self.a(x_NCHW)))))
        y_NCHW: Tensor = self.act(self.shortcut(x_NCHW) + residual)
        return y_NCHW
