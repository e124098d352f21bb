"""TensorFlow's "same" padding, for networks whose weights were trained with it."""

import torch.nn.functional as F
from torch import Tensor, nn


class SamePadConv2d(nn.Conv2d):
    """A strided convolution that pads no more than its stride needs, and the odd pixel at the right and the bottom."""

    def forward(self, input: Tensor) -> Tensor:  # noqa: A002 (torch's name)
        """Gives an output of height ceil(H / stride) for an input of height H."""
        kernel, stride = (self.kernel_size[0] - 1) * self.dilation[0] + 1, self.stride[0]
        down = kernel - stride + (-input.shape[-2]) % stride
        right = kernel - stride + (-input.shape[-1]) % stride
        if stride > kernel:  # elsewhere neither is negative, and a tracer need not decide it
            down, right = max(0, down), max(0, right)
        padded = F.pad(input, (right // 2, right - right // 2, down // 2, down - down // 2))
        return F.conv2d(padded, self.weight, self.bias, self.stride, 0, self.dilation, self.groups)


def pad_as_tensorflow(network: nn.Module) -> None:
    """Makes every strided convolution of ``network`` pad as TensorFlow does; others pad alike in both."""
    for module in network.modules():
        if type(module) is nn.Conv2d and module.stride[0] > 1 and module.kernel_size[0] > 1:
            module.__class__ = SamePadConv2d
