"""The description of a network: ids, JSON, errors, and that every family fits."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from netspace.architecture import Architecture, Head, SqueezeExcite, Stage, Stem
from netspace.errors import ArchitectureError
from tests.strategies import architectures

MBCONV_B0 = [
    (16, 1, 1, 3, 1),
    (24, 2, 2, 3, 6),
    (40, 2, 2, 5, 6),
    (80, 3, 2, 3, 6),
    (112, 3, 1, 5, 6),
    (192, 4, 2, 5, 6),
]


def mobilenet_v2() -> Architecture:
    plan = [(16, 1, 1, 1), (24, 2, 2, 6), (32, 3, 2, 6), (64, 4, 2, 6), (96, 3, 1, 6), (160, 3, 2, 6), (320, 1, 1, 6)]
    stages = [Stage(w, d, s, "inverted", expansion=t, group_width=1, activation="relu6") for w, d, s, t in plan]
    return Architecture(tuple(stages), Stem("simple", 32, "relu6"), Head(1280, "relu6", dropout=0.2))


def efficientnet_b0() -> Architecture:
    stages = [
        Stage(w, d, s, "mbconv", expansion=t, group_width=1, kernel=k, se=SqueezeExcite(0.25), activation="silu")
        for w, d, s, k, t in [*MBCONV_B0, (320, 1, 1, 3, 6)]
    ]
    return Architecture(tuple(stages), Stem("simple", 32, "silu"), Head(1280, "silu", dropout=0.2))


def rexnet_1_0() -> Architecture:
    """Every block a stage of depth 1, widths linear in the block index."""
    widths = [round(16 + i * 180 / 16) for i in range(16)]
    se = SqueezeExcite(1 / 12, of="inner", rounding="floor", norm=True, activation="relu")
    strided = {1, 3, 5, 11}
    stages = [
        Stage(
            w,
            stride=2 if i in strided else 1,
            block="rexnet",
            expansion=1 if i == 0 else 6,
            group_width=1,
            se=se if i > 2 else None,
            activation="silu",
            spatial_activation="relu6",
        )
        for i, w in enumerate(widths)
    ]
    return Architecture(tuple(stages), Stem("simple", 32, "silu"), Head(1280, "silu", dropout=0.2))


@pytest.mark.parametrize("make", [mobilenet_v2, efficientnet_b0, rexnet_1_0])
def test_other_families_need_no_special_case(make) -> None:
    architecture = make()
    assert Architecture.from_json(architecture.to_json()) == architecture
    assert hash(Architecture.from_json(architecture.to_json())) == hash(architecture)


def test_widths_of_other_families_resolve_as_published() -> None:
    # MobileNetV2: the expanded width relates to each block's input
    inner = [shape.inner_width for _, shape in mobilenet_v2().blocks()]
    assert inner[:4] == [32, 96, 144, 144]
    # EfficientNet-B0: squeezed width is a quarter of the block's input; depthwise
    shapes = [shape for _, shape in efficientnet_b0().blocks()]
    assert [s.se_width for s in shapes][:3] == [8, 4, 6]
    assert all(s.groups == s.inner_width for s in shapes)
    # ReXNet x1.0: published widths and squeezed widths (floor of the inner width / 12)
    shapes = [shape for _, shape in rexnet_1_0().blocks()]
    assert [s.width for s in shapes] == [16, 27, 38, 50, 61, 72, 84, 95, 106, 117, 128, 140, 151, 162, 174, 185]
    assert [s.se_width for s in shapes] == [0, 0, 0, 19, 25, 30, 36, 42, 47, 53, 58, 64, 70, 75, 81, 87]


def test_sizes_follow_strides() -> None:
    assert [shape.size for _, shape in mobilenet_v2().blocks()][-1] == 7
    assert Stem("imagenet").output_size(224) == 56
    assert Stem("cifar").output_size(33) == 33


@given(architectures())
def test_json_round_trips_and_ids_follow_content(architecture: Architecture) -> None:
    again = Architecture.from_json(architecture.to_json())
    assert again == architecture
    assert again.id == architecture.id
    assert len(architecture.id) == 16


def test_id_is_stable_across_versions() -> None:
    # a change here breaks every store that users have: ids of old architectures must stay
    assert Architecture((Stage(16, group_width=8),)).id == "82c2fdf2f67f09c5"


def test_equal_numbers_give_equal_ids() -> None:
    assert Architecture((Stage(16, bottleneck_ratio=2.0),)).id == Architecture((Stage(16, bottleneck_ratio=2),)).id


@given(st.sampled_from([("image_size", 0), ("num_classes", -1), ("in_channels", 1.5), ("stages", ())]))
def test_numbers_out_of_range_are_refused(change: tuple[str, object]) -> None:
    name, value = change
    fields = {"stages": (Stage(16),)} | {name: value}
    with pytest.raises(ArchitectureError, match="stage" if name == "stages" else name):
        Architecture(**fields)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: Stage(0), "width 0"),
        (lambda: Stage(16, kernel=4), "even"),
        (lambda: Stage(16, bottleneck_ratio=0), "not a positive number"),
        (lambda: Stem("round"), "simple, cifar, imagenet"),
        (lambda: Head(dropout=1.0), r"\[0, 1\)"),
        (lambda: SqueezeExcite(ratio=2), "SE ratio"),
        (lambda: SqueezeExcite(ratio=None), "SE ratio"),
        (lambda: Stage(16, bottleneck_ratio="2"), "'2' is not a positive number"),
        (lambda: Stage(16, expansion=float("inf")), "inf is not a positive number"),
        (lambda: Architecture((Stage(20, group_width=16),)), "divides 20"),
        (lambda: Architecture((Stage(16),), stem="simple"), r"'simple' is no Stem"),
        (lambda: Architecture(({"width": 16},)), "is no Stage"),
        (lambda: Architecture(None), "None is no Stage"),
        (lambda: Stage(16, se=0.25), r"se 0\.25 is neither"),
        (lambda: Stage(16, block=5), "block 5 is not a name"),
    ],
)
def test_messages_name_what_was_given(make, message: str) -> None:
    with pytest.raises(ArchitectureError, match=message):
        make()


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{", "does not parse"),
        ("[]", "JSON object"),
        ("{}", "list 'stages'"),
        ('{"stages": [{"width": 8, "colour": 1}]}', "no field 'colour'"),
        ('{"stages": [{"depth": 1}]}', "lacks width"),
        ('{"stages": [{"width": 8}], "stem": 3}', "stem is a JSON object"),
    ],
)
def test_json_that_is_no_architecture_is_refused(text: str, message: str) -> None:
    with pytest.raises(ArchitectureError, match=message):
        Architecture.from_json(text)


def test_json_is_canonical_and_leaves_defaults_out() -> None:
    text = Architecture((Stage(16, group_width=8),)).to_json()
    assert json.loads(text) == {"stages": [{"group_width": 8, "width": 16}]}
