"""Small networks put together as pycls and clovaai put theirs together: the same names, the same arithmetic.

Neither library can be installed as a package. These follow their sources (pycls/models/anynet.py, effnet.py;
rexnetv1.py, rexnetv1_lite.py), and know nothing of ours.
"""

from collections import OrderedDict

from torch import Tensor, nn


def named(**layers: nn.Module | None) -> nn.Sequential:
    return nn.Sequential(OrderedDict((name, layer) for name, layer in layers.items() if layer is not None))


def conv(width_in: int, width: int, kernel: int = 1, stride: int = 1, groups: int = 1, bias: bool = False) -> nn.Conv2d:
    return nn.Conv2d(width_in, width, kernel, stride, kernel // 2, groups=groups, bias=bias)


class Gate(nn.Module):
    """Squeeze-and-excitation, ``layers`` under the name that the library gives them."""

    def __init__(self, name: str, *layers: nn.Module) -> None:
        super().__init__()
        self.name = name
        self.add_module("avg_pool", nn.AdaptiveAvgPool2d(1))
        self.add_module(name, nn.Sequential(*layers, nn.Sigmoid()))

    def forward(self, x: Tensor) -> Tensor:
        return x * getattr(self, self.name)(self.avg_pool(x))


class PyclsBlock(nn.Module):
    """``res_bottleneck_block``, and with ``linear`` RegNetZ's ``res_bottleneck_linear_block``."""

    def __init__(self, width_in, width, stride, groups, se, inner, linear):
        super().__init__()
        act = nn.SiLU if linear else nn.ReLU
        self.linear, self.skips = linear, stride == 1 and width_in == width
        if not linear and not self.skips:
            self.proj, self.bn = conv(width_in, width, stride=stride), nn.BatchNorm2d(width)
        self.f = named(
            a=conv(width_in, inner),
            a_bn=nn.BatchNorm2d(inner),
            a_af=act(),
            b=conv(inner, inner, 3, stride, groups),
            b_bn=nn.BatchNorm2d(inner),
            b_af=act(),
            se=Gate("f_ex", conv(inner, se, bias=True), act(), conv(se, inner, bias=True)) if se else None,
            c=conv(inner, width),
            c_bn=nn.BatchNorm2d(width),
        )

    def forward(self, x: Tensor) -> Tensor:
        if self.linear:
            return x + self.f(x) if self.skips else self.f(x)
        return (self.bn(self.proj(x)) if hasattr(self, "proj") else x).add(self.f(x)).relu()


class PyclsHead(nn.Module):
    def __init__(self, width: int, head: int, classes: int) -> None:
        super().__init__()
        self.before = bool(head)
        if head:
            self.conv, self.bn = conv(width, head), nn.BatchNorm2d(head)
        self.fc = nn.Linear(head or width, classes)

    def forward(self, x: Tensor) -> Tensor:
        x = nn.functional.silu(self.bn(self.conv(x))) if self.before else x
        return self.fc(x.mean((2, 3)))


def pycls_regnet(stem, depths, widths, group_width, ratio=1, se=False, linear=False, head=0, classes=1000) -> nn.Module:
    """A RegNetX; with ``se`` a RegNetY; with ``linear`` a RegNetZ, whose inner width is ``ratio`` times the outer."""
    layers = {"stem": named(conv=conv(3, stem, 3, 2), bn=nn.BatchNorm2d(stem), af=nn.SiLU() if linear else nn.ReLU())}
    before = stem
    for i, (depth, width) in enumerate(zip(depths, widths, strict=True)):
        blocks = {}
        for j in range(depth):
            inner = width * ratio
            squeezed = round(before / 4) if se else 0
            blocks[f"b{j + 1}"] = PyclsBlock(
                before, width, 2 if j == 0 else 1, inner // group_width, squeezed, inner, linear
            )
            before = width
        layers[f"s{i + 1}"] = named(**blocks)
    return named(**layers, head=PyclsHead(before, head, classes))


class ClovaaiBlock(nn.Module):
    def __init__(self, width_in, width, expansion, stride, se, lite):
        super().__init__()
        inner = width_in * expansion
        act = nn.ReLU6 if lite else nn.SiLU
        self.shared = width_in if stride == 1 and width_in <= width else 0
        layers: list[nn.Module] = []
        if expansion != 1:
            layers += [conv(width_in, inner), nn.BatchNorm2d(inner), act()]
        layers += [conv(inner, inner, 3, stride, inner), nn.BatchNorm2d(inner)]
        if se:
            k = inner // 12
            layers += [Gate("fc", conv(inner, k, bias=True), nn.BatchNorm2d(k), nn.ReLU(), conv(k, inner, bias=True))]
        layers += [nn.ReLU6(), conv(inner, width), nn.BatchNorm2d(width)]
        self.out = nn.Sequential(*layers)

    def forward(self, x: Tensor) -> Tensor:
        y = self.out(x)
        if self.shared:
            y[:, : self.shared] += x
        return y


class ClovaaiReXNet(nn.Module):
    """ReXNet, or with ``lite`` ReXNet-lite, of the given widths."""

    def __init__(self, stem: int, widths: list[int], last: int, lite: bool = False, classes: int = 1000) -> None:
        super().__init__()
        act = nn.ReLU6 if lite else nn.SiLU
        strides = [1, 2, 1, 2, 1, 2, 1, 1, 1, 1, 1, 2, 1, 1, 1, 1]
        layers: list[nn.Module] = [conv(3, stem, 3, 2), nn.BatchNorm2d(stem), act()]
        before = stem
        for i, (width, stride) in enumerate(zip(widths, strides, strict=True)):
            layers.append(ClovaaiBlock(before, width, 6 if i else 1, stride, i > 2 and not lite, lite))
            before = width
        layers += [conv(before, last), nn.BatchNorm2d(last), act()]
        self.features = nn.Sequential(*layers, nn.AdaptiveAvgPool2d(1))
        hidden = [conv(last, 1024, bias=True), nn.BatchNorm2d(1024), nn.ReLU6()] if lite else []
        classifier = conv(1024 if lite else last, classes, bias=True)
        self.output = nn.Sequential(*hidden, nn.Dropout(0.2), classifier)

    def forward(self, x: Tensor) -> Tensor:
        return self.output(self.features(x)).flatten(1)
