"""The design spaces of the RegNet paper, each one step from the one before.

Source: Radosavovic et al., "Designing Network Design Spaces", CVPR 2020 (arXiv 2003.13678), sections 3 to 5, Table 1,
Figures 5 to 22, appendices B to D; the authors' code (pycls) for the steps of numbers that the paper has continuous.

Said by the paper: the operations, and all ranges of AnyNetX and RegNetX. Chosen here, because the paper is silent:

* which space an ablation changes. Those of section 4 (Figure 14) change ``RegNetX_refined``: the findings b = 1,
  d <= 40, w_m >= 2 without the limits, which depthwise networks would hardly meet. Those of appendix B that are held
  against the final networks (Figure 19: fixed depth, three stages) change ``RegNetX_final``. Swish changes RegNetY.
* which resolutions "varying resolution" has: half to one and a half times the input's, in eighths.
* the ranges of learning rate and weight decay (Figures 21 and 22): log-uniform over two decades around the chosen
  values, which are lr 0.1 and wd 5e-5 (EfficientNet: 0.2 and 1e-5). pycls's own example for CIFAR has 1.3 decades each.
  The numbers of epochs are those that the paper trains for in its sections.
* group widths above 3.2 GF, where the paper only says that their range rises: ``RegNetX_wide_groups`` has networks up
  to some 12 GF (``RegNetX_final`` to some 3), for 32 GF ``vary(group_width=log_uniform(32, 192, 8))``. Narrower groups
  have more parameters for their flops than the limits allow.
* the ranges of RegNetZ, of which "Fast and Accurate Model Scaling" (arXiv 2103.06877) gives networks alone: RegNetX's,
  with b = 1/4.
"""

from netspace.architecture import Architecture, Stage, Stem
from netspace.errors import SpaceError
from netspace.families import efficientnet
from netspace.spaces.components import PerStage
from netspace.spaces.distributions import choices, log_uniform, uniform
from netspace.spaces.published.step import Network, Root, Step, named_by_block, of_block, with_block
from netspace.spaces.space import DesignSpace

STAGES = 4


def anynet_space(network: Network) -> DesignSpace:
    """Gives AnyNetX_A: in each stage d <= 16, w <= 1024 by 8, b in {1, 2, 4}, g in {1, ..., 32}, all log-uniform."""
    num_stages = STAGES if network.num_stages is None else network.num_stages
    if not isinstance(num_stages, int) or isinstance(num_stages, bool) or num_stages < 1:
        raise SpaceError(f"num_stages {num_stages!r} is not a whole number of at least 1")
    strides = (2,) * num_stages if network.strides is None else network.strides
    if len(strides) != num_stages:
        raise SpaceError(f"{num_stages} stages need as many strides: given {strides!r}")
    ranges = {
        "depth": log_uniform(1, 16),
        "width": log_uniform(8, 1024, 8),
        "bottleneck_ratio": choices([1, 2, 4]),
        "group_width": choices([1, 2, 4, 8, 16, 32]),
    }
    stem = network.given(stem="simple", stem_width=32)
    outline = Architecture(
        tuple(Stage(width=8, stride=stride) for stride in strides),
        Stem(stem["stem"], stem["stem_width"]),
        **network.given(image_size=224, in_channels=3, num_classes=1000),
    )
    components = tuple(PerStage(name, (each,) * num_stages) for name, each in ranges.items())
    return DesignSpace("AnyNetX_A", outline, components, "AnyNetX_A")


def efficientnet_training(network: Network) -> DesignSpace:
    """Gives EfficientNet-B0 with a learning rate and a weight decay that vary (Figure 22).

    For its other regimes: `DesignSpace.from_architecture` of a larger one, and `vary` with the same ranges.
    """
    network.refuse("EfficientNet-B0 is one network", "stem", "stem_width", "num_stages", "strides")
    b0 = efficientnet(**network.given(image_size=224, in_channels=3, num_classes=1000))
    rates = {"learning_rate": log_uniform(0.02, 2, 0.002), "weight_decay": log_uniform(1e-6, 1e-4, 1e-7)}
    return DesignSpace.from_architecture("EfficientNet-B0", b0).vary(**rates).named("EfficientNet_training")


def quantized_lines(space: DesignSpace) -> DesignSpace:
    """Replaces free widths and depths by a line: d < 64, w_0 and w_a < 256, 1.5 <= w_m <= 3, all log-uniform.

    Steps (8 for w_0, 0.1 for w_a, 0.001 for w_m) and the least slope 8 are pycls's.
    """
    return space.quantized_linear(
        depth=log_uniform(1, 63),
        initial_width=log_uniform(8, 248, 8),
        slope=log_uniform(8, 255.9, 0.1),
        width_multiplier=log_uniform(1.5, 3, 0.001),
    )


def limited(space: DesignSpace) -> DesignSpace:
    """Bounds parameters and activations by the fits to the best models (Figure 12; the limits are in pycls's code)."""
    return space.restrict("params <= 3e6 + 5.5e6 * flops / 1e9").restrict("acts <= 6.5e6 * sqrt(flops / 1e9)")


def resolutions(space: DesignSpace) -> DesignSpace:
    """Lets the input's size vary from half to one and a half times what it is, in eighths."""
    size = space.outline.image_size
    return space.vary(image_size=uniform(max(1, size // 2), size + size // 2, max(1, size // 8)))


def learning_rates(space: DesignSpace) -> DesignSpace:
    """Lets learning rate and weight decay vary by a factor of ten either side of 0.1 and 5e-5."""
    return space.vary(learning_rate=log_uniform(0.01, 1, 0.001), weight_decay=log_uniform(5e-6, 5e-4, 5e-7))


ROOTS: dict[str, Root] = {
    "AnyNetX_A": Root(
        anynet_space, "depth, width, bottleneck ratio and group width free in each stage (section 3.2)", "x"
    ),
    "EfficientNet_training": Root(
        efficientnet_training, "EfficientNet-B0, learning rate and weight decay (Figure 22)", None
    ),
}

STEPS: dict[str, Step] = {
    "AnyNetX_B": Step("AnyNetX_A", lambda s: s.share("bottleneck_ratio"), "one bottleneck ratio (Figure 5)"),
    "AnyNetX_C": Step("AnyNetX_B", lambda s: s.share("group_width"), "one group width (Figure 5)"),
    "AnyNetX_D": Step("AnyNetX_C", lambda s: s.order("width"), "widths never decrease (Figure 7)"),
    "AnyNetX_E": Step("AnyNetX_D", lambda s: s.order("depth"), "depths never decrease (Figure 7)"),
    "AnyNetX_D_constant": Step("AnyNetX_C", lambda s: s.order("width", "constant"), "one width (Figure 7)"),
    "AnyNetX_D_decreasing": Step(
        "AnyNetX_C", lambda s: s.order("width", "decreasing"), "widths never increase (Figure 7)"
    ),
    "AnyNetX_E_constant": Step("AnyNetX_D", lambda s: s.order("depth", "constant"), "one depth (Figure 7)"),
    "AnyNetX_E_decreasing": Step(
        "AnyNetX_D", lambda s: s.order("depth", "decreasing"), "depths never increase (Figure 7)"
    ),
    "RegNetX": Step("AnyNetX_E", quantized_lines, "widths and depths of a quantized line (section 3.3, Figure 9)"),
    "RegNetX_doubling": Step("RegNetX", lambda s: s.fix(width_multiplier=2), "w_m = 2: widths double (Figure 9)"),
    "RegNetX_w0_wa": Step("RegNetX", lambda s: s.vary(slope="initial_width"), "w_0 = w_a (Figure 9)"),
    "RegNetX_refined": Step(
        "RegNetX",
        lambda s: s.fix(bottleneck_ratio=1).narrow(depth=(None, 40), width_multiplier=(2, None)),
        "b = 1, d <= 40, w_m >= 2 (section 4, Figure 11)",
    ),
    "RegNetX_constrained": Step("RegNetX_refined", limited, "params and acts limited (section 4, Figures 12 and 13)"),
    "RegNetX_final": Step(
        "RegNetX_constrained", lambda s: s.narrow(depth=(12, 28)), "12 <= d <= 28 (section 5, Figure 15)"
    ),
    "RegNetX_wide_groups": Step(
        "RegNetX_final",
        lambda s: s.vary(group_width=log_uniform(16, 64, 8)),
        "16 <= g <= 64 by 8, as at 3.2 GF (appendix D)",
    ),
    "RegNetX_d20": Step("RegNetX_final", lambda s: s.fix(depth=20), "20 blocks (Figure 19)"),
    "RegNetX_3stage": Step("RegNetX_final", lambda s: s.change(num_stages=3), "three stages (Figure 19)", 3),
    "RegNetX_inverted": Step(
        "RegNetX_refined", lambda s: s.vary(bottleneck_ratio=0.5), "b = 1/2, inverted bottlenecks (Figures 14 and 19)"
    ),
    "RegNetX_depthwise": Step(
        "RegNetX_refined", lambda s: s.fix(group_width=1), "g = 1, depthwise convolutions (Figure 14)"
    ),
    "RegNetX_resolution": Step("RegNetX_refined", resolutions, "the input's size varies (Figure 14)"),
    "RegNetX_training": Step("RegNetX", learning_rates, "learning rate and weight decay vary (Figure 21)"),
    "RegNetX_epochs": Step(
        "RegNetX_training", lambda s: s.vary(epochs=choices([10, 25, 50, 100])), "epochs vary too (Figure 21)"
    ),
    "AnyNetX_A_5stage": Step("AnyNetX_A", lambda s: s.change(num_stages=5), "five stages (Figure 10)", 5),
    "AnyNetX_E_5stage": Step("AnyNetX_E", lambda s: s.change(num_stages=5), "five stages (Figure 10)", 5),
    "RegNetX_5stage": Step("RegNetX", lambda s: s.change(num_stages=5), "five stages (Figure 10)", 5),
    "RegNetY": of_block("RegNetX", "y", "with squeeze-and-excitation (Figure 14)"),
    "RegNetY_final": of_block("RegNetX_final", "y", "with squeeze-and-excitation (section 5, Figure 16)"),
    "RegNetY_wide_groups": of_block("RegNetX_wide_groups", "y", "with squeeze-and-excitation (section 5, appendix D)"),
    "RegNetY_swish": Step("RegNetY", lambda s: s.change(activation="silu"), "Swish in place of ReLU (Figure 20)"),
    "RegNetY_depthwise": Step("RegNetY", lambda s: s.fix(group_width=1), "g = 1 (Figure 20)"),
    "RegNetY_depthwise_swish": Step(
        "RegNetY_depthwise", lambda s: s.change(activation="silu"), "g = 1 and Swish (Figure 20)"
    ),
    "RegNetZ": Step(
        "RegNetX",
        lambda s: with_block("z")(s).vary(bottleneck_ratio=0.25),
        'linear inverted bottlenecks, b = 1/4 ("Fast and Accurate Model Scaling")',
        block="z",
    ),
}


def _generalized(block: str, about: str) -> dict[str, Step]:
    """Gives the three spaces that Figure 10 compares for each block."""
    befores = ("AnyNetX_A", "AnyNetX_E", "RegNetX")
    return {named_by_block(before, block): of_block(before, block, f"{about} (Figure 10)") for before in befores}


STEPS |= _generalized("r", "without groups") | _generalized("v", "one 3x3 convolution a block")
STEPS |= _generalized("vr", "one 3x3 convolution and a residual a block")
