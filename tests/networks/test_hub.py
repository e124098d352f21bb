"""Saved networks: the same comes back, from a folder and from a hub; mistakes are named; nothing is half done."""

import json
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest
import torch
import yaml
from huggingface_hub import constants
from safetensors import safe_open
from torch import nn

import netspace as ns
from netspace.errors import CheckpointError
from netspace.networks import register_block
from netspace.networks.blocks import BLOCKS
from netspace.networks.hub import from_pretrained, push_to_hub, save_pretrained
from netspace.networks.layers import DropPath
from netspace.networks.pretrained import Pretrained, digest_of
from netspace.zoo import find
from tests.hub_server import TOKEN, Hub, serve

pytestmark = pytest.mark.filterwarnings("ignore:Use 'content:DeprecationWarning")  # huggingface_hub's own, in uploads

SMALL = ns.anynet(depths=[1, 2], widths=[16, 32], group_widths=8, image_size=32, num_classes=10)


def small(seed: int = 0) -> ns.Network:
    return ns.build(SMALL, seed=seed)


def same_weights(one: nn.Module, two: nn.Module) -> bool:
    a, b = one.state_dict(), two.state_dict()
    return list(a) == list(b) and all(torch.equal(a[key], b[key]) and a[key].dtype == b[key].dtype for key in a)


@pytest.mark.parametrize(
    "name", ["RegNetX-200MF", "ReXNet-x1.0", "EfficientNet-Lite0-TF", "MobileNetV1", "RegNetZ-500MF"]
)
def test_the_same_network_comes_back(name: str, tmp_path: Path) -> None:
    network = ns.create_model(name, seed=3, drop_path=0.0 if name == "MobileNetV1" else 0.2, num_classes=7)
    network.train()(torch.randn(2, 3, 64, 64))  # moves the batch norms' statistics
    loaded = from_pretrained(save_pretrained(network, tmp_path / "saved"))
    assert loaded.architecture == network.architecture
    assert same_weights(network, loaded)
    assert not loaded.training
    rates, dropouts = (
        [[m.rate for m in net.modules() if isinstance(m, DropPath)] for net in (network, loaded)],
        [[m.p for m in net.modules() if isinstance(m, nn.Dropout)] for net in (network, loaded)],
    )
    assert rates[0] == rates[1]
    assert dropouts[0] == dropouts[1]
    x_NCHW = torch.randn(2, 3, 64, 64)
    with torch.no_grad():
        assert torch.equal(network.eval()(x_NCHW), loaded(x_NCHW))


def test_norms_types_and_missing_classifiers_come_back(tmp_path: Path) -> None:
    networks = {
        "group": ns.build(
            ns.Architecture((ns.Stage(32, group_width=16),), norm=ns.Norm("group"), num_classes=0), seed=0
        ),
        "half": small().to(torch.bfloat16),
        "channels last": small().to(memory_format=torch.channels_last),
    }
    for name, network in networks.items():
        assert same_weights(network, from_pretrained(save_pretrained(network, tmp_path / name)))


def test_a_loaded_network_trains(tmp_path: Path) -> None:
    loaded = from_pretrained(save_pretrained(small(), tmp_path / "saved")).train()
    optimizer = torch.optim.SGD(loaded.parameters(), lr=0.1)
    before = loaded.head.linear.weight.clone()
    loaded(torch.randn(4, 3, 32, 32)).square().sum().backward()
    optimizer.step()
    assert not torch.equal(before, loaded.head.linear.weight)


def test_loading_leaves_the_global_generator_alone(tmp_path: Path) -> None:
    folder = save_pretrained(small(), tmp_path / "saved")
    state = torch.random.get_rng_state()
    from_pretrained(folder)
    assert torch.equal(state, torch.random.get_rng_state())


def test_config_tells_everything(tmp_path: Path) -> None:
    preprocessing = {"mean": (0.5, 0.4, 0.3), "std": [0.2, 0.2, 0.2], "interpolation": "bicubic", "crop_pct": 0.9}
    recipe = ns.get_recipe("paper")
    folder = save_pretrained(
        small(), tmp_path / "it", name="birds", recipe=recipe, preprocessing=preprocessing, license="mit"
    )
    config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    assert ns.Architecture.from_dict(config["architecture"]) == SMALL
    assert config["name"] == "birds"
    assert config["num_classes"] == 10
    assert config["recipe"] == recipe.to_dict()
    assert config["preprocessing"] == {
        "input_size": [3, 32, 32],
        "channel_order": "RGB",
        "mean": [0.5, 0.4, 0.3],
        "std": [0.2, 0.2, 0.2],
        "interpolation": "bicubic",
        "crop_pct": 0.9,
    }
    assert [feature["channels"] for feature in config["feature_info"]] == [32, 16, 32]
    assert from_pretrained(folder).config == config
    with safe_open(folder / "model.safetensors", "pt") as file:
        assert file.metadata() == {"format": "pt"}
        assert set(file.keys()) == set(small().state_dict())


def test_what_was_loaded_keeps_its_name_and_preprocessing(tmp_path: Path) -> None:
    first = save_pretrained(small(), tmp_path / "1", name="birds", preprocessing={"mean": [0, 0, 0], "std": [1, 1, 1]})
    config = from_pretrained(save_pretrained(from_pretrained(first), tmp_path / "2")).config
    assert config["name"] == "birds"
    assert config["preprocessing"]["std"] == [1, 1, 1]


def test_the_card_tells_what_the_network_is(tmp_path: Path) -> None:
    network = ns.create_model("regnetx_002", seed=0)
    folder = save_pretrained(
        network,
        tmp_path / "mine",
        recipe={"epochs": 3, "note": "a | b"},
        metrics={"top-1 (%)": 12.5},
        license="apache-2.0",
    )
    card = (folder / "README.md").read_text(encoding="utf-8")
    front = yaml.safe_load(card.split("---\n")[1])
    assert front == {
        "library_name": "netspace",
        "pipeline_tag": "image-classification",
        "tags": ["netspace", "pytorch", "image-classification", "regnetx"],
        "license": "apache-2.0",
    }
    rows = [
        [cell.strip() for cell in line.split("|")[1:-1]] for line in card.splitlines() if line.startswith("| stage")
    ]
    assert [row[3:7] for row in rows] == [
        ["1", "24", "24", "8"],
        ["1", "56", "56", "8"],
        ["4", "152", "152", "8"],
        ["7", "368", "368", "8"],
    ]
    assert "199,040,872 | 2,684,792 | 2,164,056" in card
    assert "Flops are multiply-adds" in card
    assert "| top-1 (%) | 12.5 |" in card
    assert r"| note | a \| b |" in card
    assert "What else was done to the images was not recorded" in card
    assert "published accuracy" not in card
    code = card.split("```")[1].removeprefix("python\n")
    assert len([line for line in code.splitlines() if line]) == 3


def test_published_accuracy_belongs_to_unchanged_weights_alone(tmp_path: Path) -> None:
    network, weights = ns.create_model("regnetx_002", seed=0), find("regnetx_002").weights[0]
    network.pretrained = Pretrained(weights, digest_of(network.state_dict()))
    card = (save_pretrained(network, tmp_path / "1") / "README.md").read_text(encoding="utf-8")
    assert "68.758 % top-1" in card
    assert "pixels as numbers from 0 to 1, less the mean [0.485, 0.456, 0.406]" in card
    assert "shorter side resized to 256 (bicubic), center-cropped to 224" in card
    assert yaml.safe_load(card.split("---\n")[1])["license"] == "mit"
    again = from_pretrained(tmp_path / "1")
    card = (save_pretrained(again, tmp_path / "2") / "README.md").read_text(encoding="utf-8")
    assert "68.758 % top-1" in card
    with torch.no_grad():
        again.head.linear.bias += 1
    card = (save_pretrained(again, tmp_path / "3") / "README.md").read_text(encoding="utf-8")
    assert "68.758" not in card
    assert "changed since" in card
    assert yaml.safe_load(card.split("---\n")[1])["base_model"] == "timm/regnetx_002.pycls_in1k"


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ({"name": "two\nlines"}, "not a line of text"),
        ({"preprocessing": {"means": [0, 0, 0]}}, "no field 'means': fields are input_size, mean"),
        ({"preprocessing": {"mean": [0, 0]}}, "not a list of 3 numbers"),
        ({"preprocessing": {"std": [1, 1, 0]}}, "each more than 0"),
        ({"recipe": 3}, "recipe is a mapping, not int"),
        ({"metrics": {"top1": float("nan")}}, "metrics cannot be written as JSON"),
        ({"metrics": {"top1": torch.zeros(1)}}, "metrics cannot be written as JSON"),
    ],
)
def test_arguments_that_cannot_be_written_are_named(arguments: dict, says: str, tmp_path: Path) -> None:
    with pytest.raises(CheckpointError, match=says):
        save_pretrained(small(), tmp_path / "saved", **arguments)
    assert not list(tmp_path.iterdir())


def test_other_modules_are_refused(tmp_path: Path) -> None:
    for module in (nn.Linear(1, 1), ns.create_model("RegNetX-200MF", features_only=True)):
        with pytest.raises(CheckpointError, match="no Network of netspace"):
            save_pretrained(module, tmp_path / "saved")


@pytest.mark.parametrize("name", ["config.json", "model.safetensors", "README.md"])
def test_files_of_others_stay(name: str, tmp_path: Path) -> None:
    (tmp_path / name).write_text("mine", encoding="utf-8")
    with pytest.raises(CheckpointError, match=f"has {name}, which netspace did not write: nothing was saved"):
        save_pretrained(small(), tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == [name]
    assert (tmp_path / name).read_text(encoding="utf-8") == "mine"


def test_an_earlier_save_is_replaced_and_other_files_stay(tmp_path: Path) -> None:
    save_pretrained(small(0), tmp_path)
    (tmp_path / "notes.txt").write_text("mine", encoding="utf-8")
    save_pretrained(small(1), tmp_path)
    assert same_weights(from_pretrained(tmp_path), small(1))
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "README.md",
        "config.json",
        "model.safetensors",
        "notes.txt",
    ]


@pytest.mark.slow
def test_an_edited_card_stays(hub: Hub, tmp_path: Path) -> None:
    save_pretrained(small(0), tmp_path)
    card = (tmp_path / "README.md").read_text(encoding="utf-8").replace("<!-- netspace writes", "<!-- I wrote")
    (tmp_path / "README.md").write_text(card, encoding="utf-8")
    save_pretrained(small(1), tmp_path)
    assert same_weights(from_pretrained(tmp_path), small(1))
    assert (tmp_path / "README.md").read_text(encoding="utf-8") == card
    push_to_hub(small(0), "me/mine", token=TOKEN)
    push_to_hub(small(1), "me/mine", token=TOKEN, metrics={"new": 1})
    assert b"| new | 1 |" in hub.files("me/mine")["README.md"]
    hub.add("me/mine", {"README.md": card.encode()})
    push_to_hub(small(2), "me/mine", token=TOKEN)
    assert hub.files("me/mine")["README.md"] == card.encode()
    assert same_weights(from_pretrained("me/mine"), small(2))


def test_folders_that_cannot_be_written_are_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("mine", encoding="utf-8")
    for path in (tmp_path / "file", tmp_path / "file" / "below"):
        with pytest.raises(CheckpointError, match="cannot save a network to"):
            save_pretrained(small(), path)
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


def mistake_in(folder: Path) -> str:
    try:
        from_pretrained(folder)
    except CheckpointError as error:
        return str(error)
    return ""


SAVING = """
import itertools, sys, netspace as ns
from netspace.networks.hub import save_pretrained
for i in itertools.count():
    network = ns.build(ns.anynet(depths=[1, 2], widths=[16, 32], group_widths=8, image_size=32), seed=i)
    save_pretrained(network, sys.argv[1].format(i))
    print(i, flush=True)
"""


@pytest.mark.slow
@pytest.mark.parametrize("pattern", ["{}", "one"])
def test_a_killed_save_leaves_no_half_written_network(pattern: str, tmp_path: Path) -> None:
    for extra in range(4):
        place = tmp_path / str(extra)
        command = [sys.executable, "-c", SAVING, str(place / pattern)]
        with subprocess.Popen(
            command, stdout=subprocess.PIPE, env=os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}
        ) as saving:
            saving.stdout.readline()
            time.sleep(0.003 * extra)
            saving.kill()
        for folder in (each for each in place.iterdir() if not each.name.startswith(".")):
            # A save over an earlier one is whole, or known not to be
            assert mistake_in(folder) == "" or (pattern == "one" and "of another save" in mistake_in(folder))
            assert same_weights(from_pretrained(save_pretrained(small(), folder)), small())


def damage(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[-1] ^= 1
    path.write_bytes(content)


def change(folder: Path, **fields: object) -> None:
    config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    (folder / "config.json").write_text(json.dumps(config | fields), encoding="utf-8")


@pytest.mark.parametrize(
    ("spoil", "says"),
    [
        (
            lambda folder: (folder / "config.json").unlink(),
            "has no config.json: give a folder that save_pretrained wrote",
        ),
        (lambda folder: (folder / "model.safetensors").unlink(), "has no model.safetensors beside its config.json"),
        (
            lambda folder: damage(folder / "model.safetensors"),
            "not the file that its config.json tells of: it is damaged",
        ),
        (lambda folder: (folder / "config.json").write_text("{", encoding="utf-8"), "is no JSON"),
        (lambda folder: (folder / "config.json").write_text("{}", encoding="utf-8"), "is not netspace's"),
        (
            lambda folder: (folder / "config.json").write_text('{"architecture": "regnetx_002"}', encoding="utf-8"),
            "it is timm's",
        ),
        (lambda folder: change(folder, netspace_format=2, netspace_version="9.9"), "format 2.*written by netspace 9.9"),
        (
            lambda folder: change(folder, architecture={"stages": []}),
            "no network that can be built: an architecture needs",
        ),
        (lambda folder: change(folder, drop_path=[0.1]), "drop_path is not a list of 3 rates"),
        (
            lambda folder: change(
                folder, architecture={"stages": [{"width": 16, "group_width": 8}], "num_classes": 10}
            ),
            "it has unknown stages.1.*; has of another shape head.linear.weight .10, 32., not .10, 16.",
        ),
        (
            lambda folder: change(folder, architecture={"stages": [{"width": 16}] * 5}),
            "does not fit .*: it lacks stages.2",
        ),
    ],
)
def test_what_is_wrong_with_a_folder_is_named(spoil, says: str, tmp_path: Path) -> None:
    folder = save_pretrained(small(), tmp_path / "saved")
    spoil(folder)
    with pytest.raises(CheckpointError, match=says):
        from_pretrained(folder)


def test_own_blocks_have_to_be_registered_first(tmp_path: Path) -> None:
    @register_block("hub_conv", kernel=3, bottleneck_ratio=1, group_width=None)
    class _Conv(nn.Sequential):
        def __init__(self, stage, shape) -> None:
            super().__init__(nn.Conv2d(shape.input_width, shape.width, 3, shape.stride, padding=1))

    try:
        network = ns.build(ns.anynet(depths=[2], widths=[8], block="hub_conv", image_size=16), seed=0)
        folder = save_pretrained(network, tmp_path / "saved")
        assert same_weights(from_pretrained(folder), network)
        assert "blocks of its author's own: hub_conv" in (folder / "README.md").read_text(encoding="utf-8")
    finally:
        del BLOCKS["hub_conv"]
    with pytest.raises(CheckpointError, match=r"not registered here: 'hub_conv'\n.*@ns.register_block\('hub_conv'\)"):
        from_pretrained(folder)


def test_from_a_hub_comes_what_was_pushed(hub: Hub) -> None:
    address = push_to_hub(small(), "me/mine", token=TOKEN, name="birds")
    assert address == f"{hub.address}/me/mine"
    assert set(hub.files("me/mine")) == {"README.md", "config.json", "model.safetensors"}
    assert 'from_pretrained("me/mine")' in hub.files("me/mine")["README.md"].decode()
    loaded = from_pretrained("me/mine")
    assert same_weights(loaded, small())
    assert loaded.config["name"] == "birds"
    hub.requests.clear()
    from_pretrained("me/mine")
    assert hub.requests == ["HEAD /me/mine/resolve/main/config.json"]  # the rest is in the cache


def test_the_librarys_other_way_to_upload(hub: Hub, monkeypatch) -> None:
    monkeypatch.setattr(constants, "HF_HUB_DISABLE_XET", False)
    hub.keeps_large_apart = False
    push_to_hub(small(), "me/mine", token=TOKEN, private=True)
    assert hub.private["me/mine"]
    monkeypatch.setenv("HF_TOKEN", TOKEN)
    assert same_weights(from_pretrained("me/mine"), small())


def test_revisions_and_later_pushes(hub: Hub) -> None:
    push_to_hub(small(0), "me/mine", token=TOKEN)
    first = hub.hash_of("me/mine", len(hub.commits["me/mine"]) - 1)
    assert same_weights(from_pretrained("me/mine"), small(0))
    push_to_hub(small(1), "me/mine", token=TOKEN)
    assert same_weights(from_pretrained("me/mine"), small(1))
    assert same_weights(from_pretrained("me/mine", revision=first), small(0))


def test_both_files_are_of_one_commit(hub: Hub, tmp_path: Path) -> None:
    old, new = (save_pretrained(small(seed), tmp_path / str(seed)) for seed in (0, 1))
    files = {name: (old / name).read_bytes() for name in ("config.json", "model.safetensors")}
    commit = hub.add("me/mine", files)
    resolve = hub.find

    def find_and_push(repo: str, revision: str):
        found = resolve(repo, revision)
        if revision == "main":  # somebody pushes right after this answer
            hub.find = resolve
            hub.add("me/mine", {name: (new / name).read_bytes() for name in files})
        return found

    hub.find = find_and_push
    assert same_weights(from_pretrained("me/mine", revision=commit), small(0))
    assert same_weights(from_pretrained("me/mine"), small(0))


def test_a_copy_in_the_cache_is_enough(hub: Hub, tmp_path: Path, monkeypatch) -> None:
    push_to_hub(small(), "me/mine", token=TOKEN)
    from_pretrained("me/mine", cache_dir=tmp_path / "here")
    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", True)
    assert same_weights(from_pretrained("me/mine", cache_dir=tmp_path / "here"), small())
    with pytest.raises(CheckpointError, match=r"the hub is not reached .*HF_HUB_OFFLINE"):
        from_pretrained("me/mine", cache_dir=tmp_path / "elsewhere")
    with pytest.raises(
        CheckpointError, match=r"Without the hub, place config\.json and model\.safetensors of it in a folder"
    ):
        from_pretrained("me/other")


def test_a_hub_that_does_not_answer_is_no_matter_for_the_cache(hub: Hub, monkeypatch) -> None:
    push_to_hub(small(), "me/mine", token=TOKEN)
    from_pretrained("me/mine")
    with serve() as other:
        nobody = other.address
    monkeypatch.setattr(constants, "HUGGINGFACE_CO_URL_TEMPLATE", nobody + "/{repo_id}/resolve/{revision}/{filename}")
    assert same_weights(from_pretrained("me/mine"), small())


@pytest.mark.parametrize(
    ("repo", "revision", "says"),
    [
        ("me/none", None, "no such repository, or it is private and you are not logged in"),
        ("me/gated", None, "its owner gives access on request only"),
        ("me/bare", None, "get config.json of me/bare from the hub: the repository has no such file"),
        ("me/mine", "v2", "of me/mine at revision v2 from the hub: there is no such revision"),
        (
            "timm/regnetx_002.pycls_in1k",
            None,
            r"is timm's.*ns.create_model\('regnetx_002.pycls_in1k', pretrained=True\)",
        ),
        ("no/such/folder", None, "there is no folder 'no/such/folder'"),
        ("folder", None, "there is no folder 'folder'"),
    ],
)
def test_what_is_not_on_the_hub_is_named(repo: str, revision: str | None, says: str, hub: Hub) -> None:
    hub.add("me/gated", {"config.json": b"{}"})
    hub.add("me/bare", {"README.md": b""})
    hub.add("me/mine", {"config.json": b"{}"})
    hub.add("timm/regnetx_002.pycls_in1k", {"config.json": b'{"architecture": "regnetx_002", "num_classes": 1000}'})
    with pytest.raises(CheckpointError, match=says):
        from_pretrained(repo, revision=revision)


def test_pushes_that_are_refused_are_named(hub: Hub) -> None:
    for repo, token in (("me/mine", None), ("me/mine", "hf_wrong"), ("you/mine", TOKEN)):
        with pytest.raises(CheckpointError, match=f"cannot push to {repo} on the hub: you are not logged in, or"):
            push_to_hub(small(), repo, token=token)
    assert not hub.commits


def test_the_extra_is_named_where_it_is_missing(monkeypatch) -> None:
    monkeypatch.setitem(sys.modules, "huggingface_hub", None)
    for use in (lambda: push_to_hub(small(), "me/mine"), lambda: from_pretrained("me/mine")):
        with pytest.raises(CheckpointError, match=r'not installed: pip install "netspace\[hub\]"'):
            use()


USER = """
import sys, netspace as ns
from netspace.networks.hub import from_pretrained, push_to_hub
if sys.argv[1] == "push":
    print(push_to_hub(ns.create_model("regnetx_002", seed=5), "me/mine"))
else:
    states = from_pretrained("me/mine").state_dict(), ns.create_model("regnetx_002", seed=5).state_dict()
    print(all(one.equal(other) for one, other in zip(*(state.values() for state in states))))
"""


@pytest.mark.slow
def test_as_users_do_it_in_processes_of_their_own(tmp_path: Path) -> None:
    with serve() as served:
        environment = os.environ | {
            "PYTHONPATH": os.pathsep.join(sys.path),
            "HF_ENDPOINT": served.address,
            "HF_HOME": str(tmp_path),
            "HF_TOKEN": TOKEN,
            "HF_HUB_DISABLE_XET": "1",
            "NO_PROXY": "127.0.0.1,localhost",
        }

        def user(what: str, **more: str) -> str:
            command = [sys.executable, "-c", USER, what]
            done = subprocess.run(command, env=environment | more, capture_output=True, text=True, check=False)
            assert done.returncode == 0, done.stderr
            return done.stdout.strip()

        assert user("push") == f"{served.address}/me/mine"
        assert user("load") == "True"
        asked = len(served.requests)
        assert user("load", HF_HUB_OFFLINE="1") == "True"
        assert len(served.requests) == asked
