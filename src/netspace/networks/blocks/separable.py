"""MobileNetV1's depthwise separable block.

Paper: "MobileNets" (arXiv 1704.04861), Figure 3 right.
"""

from torch import Tensor, nn

from netspace.architecture import BlockShape, Stage
from netspace.complexity.blocks import depthwise_only
from netspace.networks.layers import ConvNorm


class Separable(nn.Module):
    """k x k on each channel, then 1x1, each with batch norm and a nonlinearity."""

    def __init__(self, stage: Stage, shape: BlockShape) -> None:
        super().__init__()
        depthwise_only(stage)
        width, act = shape.input_width, stage.activation
        spatial_act = stage.spatial_activation or act
        self.spatial = ConvNorm(
            shape.kernel, width, width, stride=shape.stride, groups=width, activation_name=spatial_act
        )
        self.point = ConvNorm(1, width, shape.width, activation_name=act)

    def forward(self, x_NCHW: Tensor) -> Tensor:
        """Gives the block's output, of ``width`` channels and 1 / stride the size."""
        y_NCHW: Tensor = self.point(self.spatial(x_NCHW))
        return y_NCHW
