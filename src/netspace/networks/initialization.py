"""The authors' initialization (pycls; the paper does not print it)."""

import math

from torch import nn


def initialize(network: nn.Module) -> None:
    """Draws convolutions from N(0, 2 / (k k w_out)), the classifier from N(0, 0.01^2); batch norm starts at 1 and 0.

    The fan-out is not divided by the number of groups, and convolutions with bias (squeeze-and-excitation) draw
    their weights so but keep torch's default bias, as in pycls.
    """
    for module in network.modules():
        if isinstance(module, nn.Conv2d):
            fan_out = module.kernel_size[0] * module.kernel_size[1] * module.out_channels
            nn.init.normal_(module.weight, 0.0, math.sqrt(2.0 / fan_out))
        elif isinstance(module, nn.BatchNorm2d):
            nn.init.ones_(module.weight)
            nn.init.zeros_(module.bias)
        elif isinstance(module, nn.Linear):
            nn.init.normal_(module.weight, 0.0, 0.01)
            nn.init.zeros_(module.bias)
