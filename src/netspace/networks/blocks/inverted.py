"""The inverted bottleneck of MobileNetV2, EfficientNet's MBConv, and RegNetZ's linear bottleneck.

Papers: "MobileNetV2" (arXiv 1801.04381), Figure 4d; "EfficientNet" (1905.11946): with squeeze-and-excitation between
the depthwise convolution's nonlinearity and the projection; "Fast and Accurate Model Scaling" (2103.06877): RegNetZ,
whose inner width relates to the block's output instead of its input. The spatial convolution may have any groups:
one (full), or as many as channels (depthwise).
"""

from torch import Tensor, nn

from netspace.architecture import BlockShape, Stage
from netspace.networks.layers import ConvNorm, DropPath, squeeze_excite


class Inverted(nn.Module):
    """[1x1], k x k in groups, [SE], 1x1 without nonlinearity; a shortcut where nothing changes shape."""

    def __init__(self, stage: Stage, shape: BlockShape) -> None:
        super().__init__()
        act = stage.activation
        inner, spatial_act = shape.inner_width, stage.spatial_activation or act
        expands = stage.expansion != 1
        self.expand = ConvNorm(1, shape.input_width, inner, activation_name=act) if expands else nn.Identity()
        self.spatial = ConvNorm(
            shape.kernel, inner, inner, stride=shape.stride, groups=shape.groups, activation_name=spatial_act
        )
        self.se = squeeze_excite(stage.se, inner, shape.se_width, act)
        self.project = ConvNorm(1, inner, shape.width)
        self.has_shortcut = shape.stride == 1 and shape.input_width == shape.width
        self.drop_path = DropPath() if self.has_shortcut else nn.Identity()

    def forward(self, x_NCHW: Tensor) -> Tensor:
        """Gives the block's output, of ``width`` channels and 1 / stride the size."""
        y_NCHW: Tensor = self.project(self.se(self.spatial(self.expand(x_NCHW))))
        if self.has_shortcut:
            y_NCHW = x_NCHW + self.drop_path(y_NCHW)
        return y_NCHW
