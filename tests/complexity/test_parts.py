"""Parts of a network: numbers of stems, stages and heads of every kind, worked out by hand."""

import netspace as ns
from netspace.architecture import Head, SqueezeExcite, Stage, Stem
from netspace.complexity.parts import parts


def test_inner_widths_are_those_of_a_block_after_the_first() -> None:
    stage = Stage(24, depth=2, stride=2, block="inverted", expansion=6, group_width=1, kernel=5, se=SqueezeExcite(0.25))
    one, two = (
        ns.Architecture((Stage(24, depth, 2, "inverted", 1, 6, 1, 5, stage.se),), Stem(width=16)) for depth in (1, 2)
    )
    assert (parts(one)[1].inner_width, parts(one)[1].se_width) == (16 * 6, 4)
    assert (parts(two)[1].inner_width, parts(two)[1].se_width) == (24 * 6, 6)
    assert (parts(two)[1].group_width, parts(two)[1].kernel, parts(two)[1].stride) == (1, 5, 2)


def test_stems_and_heads_are_told_in_words() -> None:
    network = ns.Architecture(
        (Stage(64, block="v"),), Stem("imagenet", 64), Head(128, "relu", 0.2, 256), image_size=65, num_classes=0
    )
    stem, stage, head = parts(network)
    assert (stem.layers, stem.resolution, stem.kernel, stem.stride) == ("convolution, max-pool", 17, 7, 2)
    assert (stage.layers, stage.resolution, stage.inner_width, stage.group_width) == ("v", 9, 64, 64)
    assert (head.layers, head.width) == ("1x1 to 128, pool, 1x1 to 256, dropout 0.2", 256)
    small = ns.Architecture((Stage(8),), Stem("cifar", 8), image_size=32, num_classes=10)
    assert (parts(small)[0].resolution, parts(small)[0].stride, parts(small)[-1].width) == (32, 1, 10)
