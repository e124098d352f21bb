"""ReXNet's inverted bottleneck: SiLU after the expansion, ReLU6 after squeeze-and-excitation, a partial shortcut.

Paper: "Rethinking Channel Dimensions for Efficient Model Design" (arXiv 2007.00992), sections 3 and 4.3.
Original: https://github.com/clovaai/rexnet, MIT licence. Its shortcut adds in place, which breaks export; this one
joins the two parts anew, with the same numbers.
"""

import torch
from torch import Tensor, nn

from netspace.architecture import BlockShape, Stage
from netspace.networks.layers import ConvNorm, DropPath, activation, squeeze_excite


class ReXNetBlock(nn.Module):
    """[1x1], k x k in groups, [SE], nonlinearity, 1x1; the input is added to the first channels of the output."""

    def __init__(self, stage: Stage, shape: BlockShape) -> None:
        super().__init__()
        act, inner = stage.activation, shape.inner_width
        expands = stage.expansion != 1
        self.expand = ConvNorm(1, shape.input_width, inner, activation_name=act) if expands else nn.Identity()
        self.spatial = ConvNorm(shape.kernel, inner, inner, stride=shape.stride, groups=shape.groups)
        self.se = squeeze_excite(stage.se, inner, shape.se_width, act)
        self.act = activation(stage.spatial_activation or act)
        self.project = ConvNorm(1, inner, shape.width)
        self.shared = shape.input_width if shape.stride == 1 and shape.input_width <= shape.width else 0
        self.drop_path = DropPath() if self.shared else nn.Identity()

    def forward(self, x_NCHW: Tensor) -> Tensor:
        """Gives the block's output, of ``width`` channels and 1 / stride the size."""
        y_NCHW: Tensor = self.project(self.act(self.se(self.spatial(self.expand(x_NCHW)))))
        if self.shared > 0:
            y_NCHW = self.drop_path(y_NCHW)
            y_NCHW = torch.cat([y_NCHW[:, : self.shared] + x_NCHW, y_NCHW[:, self.shared :]], dim=1)
        return y_NCHW
