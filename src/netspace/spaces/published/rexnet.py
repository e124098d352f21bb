"""The channel space of the ReXNet paper, and the conventional one inside it.

Source: Han et al., "Rethinking Channel Dimensions for Efficient Model Design", CVPR 2021 (arXiv 2007.00992), section 4,
Table 3, Figures 2 and 4. No code of the search is public.

Said by the paper: CIFAR images, a 3x3 stem of 16 channels with BN and ReLU, inverted bottlenecks of expansion 6, a
large layer before the pool, widths c_i = a f(i) + b that never decrease; 5, 9 and 13 blocks.

Chosen here, because it is not said, as that which gives Table 3's networks the cost that its caption gives:

* the layer before the pool has MobileNetV2's 1280 channels, and the paper's "params" leave out the classifier (128,100
  for 100 classes, which a budget of `sample` counts: add them to it);
* the stem has stride 1, and blocks work on 32, 16 and 8 px, a third of them on each: sizes change at blocks
  floor(d / 3) and floor(2 d / 3), counted from 0. Of all rules of two such shares, this is the one whose largest
  deviation from the printed flops is least, 11 % (5 blocks alone would fit better with sizes changing at blocks 1 and
  2: 28.2 and 29.3 MF);
* the first block has expansion 6 too (with 1, flops are 2 to 16 % less).

| blocks | network of Table 3                       | params here, printed | flops here, printed |
|--------|------------------------------------------|----------------------|---------------------|
| 5      | 34-34-45-55-66 (best)                    | 0.204 M, 0.2         | 32.7 MF, 30 +- 1    |
| 5      | 36-36-36-36-83 (worst)                   | 0.200 M, 0.2         | 32.7 MF, 30 +- 1    |
| 9      | 24-33-42-50-59-68-77-85-94 (best)        | 0.513 M, 0.5         | 96.4 MF, 101 +- 5   |
| 9      | 39x7-87-158 (worst)                      | 0.508 M, 0.5         | 97.7 MF, 97 +- 8    |
| 9      | 30-45-59-74-88-103-117-132-146 (best)    | 1.040 M, 1.0         | 187.5 MF, 210 +- 15 |
| 9      | 47-47-70x6-364 (worst)                   | 1.054 M, 1.0         | 199.8 MF, 200 +- 15 |
| 13     | 34-34-34-40-64-88-...-232-256 (best)     | 3.075 M, 3.0         | 346.9 MF, 351 +- 5  |
| 13     | 52x9-115-263-263-412 (worst)             | 3.095 M, 3.0         | 347.8 MF, 351 +- 6  |

Three worst networks are printed with fewer widths than blocks (8 of 9, 8 of 9, 11 of 13): here the run of equal widths
is as much longer. Params of the networks with 13 blocks are 3 % above those printed.

"Depth 18 and 30" (section 6, Figure 4) are layers: 5 and 9 blocks of three convolutions, with the stem, the layer
before the pool and the classifier. The paper's 18-layer models of 30 MF are those of its search with 5 blocks.

The distribution of f is our choice (`netspace.spaces.components.PiecewiseLinear`), and so are the ranges of a and b:
first widths 8 to 64, log-uniform, and slopes 0 to 64, uniform by 0.01, which all of Table 3's networks lie well inside.
The conventional space has one width for each image size, log-uniform, never decreasing.
"""

from functools import partial

from netspace.architecture import Architecture, Head, Stage, Stem
from netspace.spaces.components import PerStage
from netspace.spaces.distributions import log_uniform, uniform
from netspace.spaces.published.step import Network, Root, Step
from netspace.spaces.space import DesignSpace

BLOCKS = (5, 9, 13)

EXPANSION, STEM_WIDTH, HEAD_WIDTH = 6, 16, 1280

FIRST_WIDTH, SLOPE = log_uniform(8, 64), uniform(0, 64, 0.01)


def conventional_space(blocks: int, network: Network) -> DesignSpace:
    """Gives the networks of so many inverted bottlenecks that have one width for each image size."""
    why = f"the space has {blocks} blocks on three image sizes; others have {', '.join(map(str, BLOCKS))}"
    network.refuse(why, "num_stages")
    strides = network.given(strides=(1, 2, 2))["strides"]
    if len(strides) != 3:
        network.refuse(f"it needs three: {why}", "strides")
    starts = (0, blocks // 3, 2 * blocks // 3, blocks)
    stages = tuple(
        Stage(8, after - start, stride, "inverted", expansion=EXPANSION, group_width=1, activation="relu6")
        for start, after, stride in zip(starts, starts[1:], strides, strict=False)
    )
    stem = network.given(stem="cifar", stem_width=STEM_WIDTH)
    options = network.given(image_size=32, in_channels=3, num_classes=100)
    outline = Architecture(stages, Stem(stem["stem"], stem["stem_width"]), Head(HEAD_WIDTH, "relu6"), **options)
    highest = 64 * (blocks - 1)  # what a slope of 64 reaches
    widths = PerStage("width", (log_uniform(8, 64), *[log_uniform(8, highest)] * 2))
    name = f"MobileNetV2_{blocks}"
    return DesignSpace(name, outline, (widths,), f"Inverted_{blocks}").order("width").named(name)


def piecewise(space: DesignSpace) -> DesignSpace:
    """Gives each block a width of its own: c_i = a f(i) + b (section 4.2)."""
    return space.piecewise_linear(initial_width=FIRST_WIDTH, slope=SLOPE)


ROOTS: dict[str, Root] = {
    f"MobileNetV2_{n}": Root(
        partial(conventional_space, n),
        f"{n} inverted bottlenecks, one width for each image size (ReXNet paper)",
        "inverted",
    )
    for n in BLOCKS
}

STEPS: dict[str, Step] = {
    **{
        f"ReXNet_{n}": Step(
            f"MobileNetV2_{n}", piecewise, f"{n} blocks, widths a f(i) + b, f piecewise linear (section 4.2, Table 3)"
        )
        for n in BLOCKS
    },
    **{
        f"ReXNet_{n}_linear": Step(
            f"ReXNet_{n}", lambda s: s.fix(knots=0), f"{n} blocks, widths linear in the block index (section 4.3)"
        )
        for n in BLOCKS
    },
    "ReXNet_18": Step("ReXNet_5", lambda s: s, "ReXNet_5 by its 18 layers (section 6, Figure 4)"),
    "ReXNet_30": Step("ReXNet_9", lambda s: s, "ReXNet_9 by its 30 layers (section 6, Figure 4)"),
}
