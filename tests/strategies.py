"""Hypothesis strategies that several tests share."""

from hypothesis import strategies as st

from netspace.architecture import Architecture
from netspace.families import anynet

PAPER_BLOCKS = ["x", "y", "r", "v", "vr", "z", "basic", "vanilla", "inverted", "mbconv", "rexnet", "separable"]


@st.composite
def architectures(draw: st.DrawFn, max_stages: int = 4, max_width: int = 96) -> Architecture:
    """Any AnyNet of any block of the papers, small enough to build."""
    stages = draw(st.integers(1, max_stages))

    def each(strategy: st.SearchStrategy) -> list:
        return draw(st.lists(strategy, min_size=stages, max_size=stages))

    return anynet(
        depths=each(st.integers(1, 3)),
        widths=each(st.integers(1, max_width)),
        bottleneck_ratios=each(st.sampled_from([0.25, 0.5, 1, 2, 4])),
        group_widths=each(st.integers(1, 40)),
        strides=each(st.sampled_from([1, 2])),
        block=draw(st.sampled_from(PAPER_BLOCKS)),
        activation=draw(st.sampled_from([None, "silu", "leaky_relu"])),
        head_width=draw(st.sampled_from([0, 24])),
        stem=draw(st.sampled_from(["simple", "cifar", "imagenet"])),
        stem_width=draw(st.integers(1, 40)),
        image_size=draw(st.integers(1, 40)),
        in_channels=draw(st.integers(1, 4)),
        num_classes=draw(st.integers(1, 20)),
    )
