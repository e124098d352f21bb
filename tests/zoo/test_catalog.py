"""Names of the zoo: every spelling, patterns, and what is said of a name that is none."""

import pytest

import netspace as ns
from netspace import zoo
from netspace.errors import ArchitectureError


@pytest.mark.parametrize(
    "names",
    [
        ("RegNetX-1.6GF", "regnetx_016", "regnet_x_1_6gf", "REGNETX-1.6gf", "regnetx_016.pycls_in1k"),
        ("RegNetX-400MF-TV", "regnetx_004_tv", "regnet_x_400mf"),
        ("RegNetY-4.0GF", "regnety_040", "RegNetY-4GF"),
        ("ResNeXt-50", "resnext50_32x4d", "resnext50"),
        ("ReXNet-x1.0", "rexnet_100", "ReXNet_1.0", "ReXNet (x1.0)", "ReXNet (×1.0)"),
        ("ReXNet-plain", "ReXNet (plain)"),
        ("MobileNetV2-x1.4", "mobilenetv2_140"),
    ],
)
def test_a_network_answers_to_all_its_names(names: tuple[str, ...]) -> None:
    assert {zoo.find(name).name for name in names} == {names[0]}


def test_the_paper_and_torchvision_mean_different_networks_by_alike_names() -> None:
    assert ns.get_architecture("RegNetX-400MF") != ns.get_architecture("regnet_x_400mf")
    assert ns.get_architecture("regnetx_004") == ns.get_architecture("RegNetX-400MF")


def test_no_two_networks_share_a_name() -> None:
    models = [zoo.find(name) for name in zoo.list_models()]
    names = [name.lower().replace("_", "-") for model in models for name in {model.name, *model.aliases}]
    assert len({zoo.find(name).name for name in names}) == len(models)
    elsewhere = [(alias, model.name) for model in models for alias in model.aliases if zoo.find(alias) is not model]
    assert elsewhere == [("efficientnet_b5", "EfficientNet-B5-TV")]  # timm and torchvision have one name for two


@pytest.mark.parametrize("name", ["RegNetX-1.5GF", "regnetx_017", "efficientnet_b9"])
def test_an_unknown_name_gets_the_nearest(name: str) -> None:
    with pytest.raises(ArchitectureError, match=r"the nearest are (RegNetX|EfficientNet)"):
        zoo.find(name)


def test_a_name_near_none_gets_advice() -> None:
    with pytest.raises(ArchitectureError, match="netspace models"):
        zoo.find("qwertyuiop")


def test_a_tag_that_is_none_is_no_name() -> None:
    with pytest.raises(ArchitectureError, match="no network is called"):
        zoo.find("regnetx_016.nobody_in1k")


def test_patterns_match_any_name() -> None:
    assert zoo.list_models("regnetx_0*") == [*zoo.list_models("RegNetX-*")[:9], "RegNetX-400MF-TV"]
    assert zoo.list_models("nothing*") == []
    assert len(zoo.list_models()) == 87


def test_what_was_published_is_there() -> None:
    model = zoo.find("regnetx_016")
    assert model.published[0].error == 23.0  # the paper's Table, mean of five runs
    assert [p.top1 for p in model.published[1:]] == [76.962, 77.04, 79.668]
    assert [(w.hub, w.license) for w in model.weights] == [
        ("timm/regnetx_016.tv2_in1k", "bsd-3-clause"),
        ("timm/regnetx_016.pycls_in1k", "mit"),
    ]
    assert model.line == {
        "depth": 18,
        "initial_width": 80,
        "slope": 34.01,
        "width_multiplier": 2.25,
        "bottleneck_ratio": 1,
        "group_width": 24,
    }


def test_every_accuracy_is_one_and_has_a_source() -> None:
    for name in zoo.list_models():
        for published in zoo.find(name).published:
            assert 60 < published.top1 < 95, name
            assert published.top5 is None or published.top1 < published.top5 < 100, name
            assert published.source


def test_sizes_channels_and_classes_can_be_changed() -> None:
    architecture = ns.get_architecture("efficientnet_b3", image_size=64, in_channels=1, num_classes=10)
    assert (architecture.image_size, architecture.in_channels, architecture.num_classes) == (64, 1, 10)
    assert ns.get_architecture("efficientnet_b3").image_size == 300
    assert ns.get_architecture("resnet56").num_classes == 10
