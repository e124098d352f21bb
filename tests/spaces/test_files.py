"""Design spaces as files: what they give, what they refuse and where, and the schema that editors check them by."""

import json
from pathlib import Path

import jsonschema
import pytest
import yaml

import netspace as ns
from netspace.errors import SpaceError
from netspace.spaces.files import find_space, read_space, space_from_dict, space_schema

SMALL = {"image_size": 32, "stem": "cifar", "num_classes": 10}
PUBLISHED = """
# yaml-language-server: $schema=space.schema.json
name: Mine
from: anynetx_a
network: {image_size: 32, stem: cifar, num_classes: 10}
steps:
  - share: bottleneck_ratio
  - share: [group_width]
  - order: width
  - order: {attribute: depth, rule: decreasing, last: false}
  - fix: {bottleneck_ratio: 1}
  - narrow: {depth: [1, 8], width_4: [64, null]}
  - vary:
      kernel: [3, 5, 7]
      learning_rate: {log_uniform: [0.05, 1.0, 0.01]}
      weight_decay: [1e-5, 1e-4]
  - restrict: "params <= 3e6 + 5.5e6 * flops / 1e9"
  - change: {block: y}
  - quantized_linear:
      depth: {log_uniform: [1, 63]}
      initial_width: {log_uniform: [8, 248, 8]}
      slope: initial_width
      width_multiplier: [2, 2.5]
  - named: Mine_B
"""
SCRATCH = """
name: Tiny
block: x
num_stages: 3
strides: [1, 2, 2]
parameters:
  depth: {log_uniform: [1, 8]}
  width: {log_uniform: [8, 256, 8]}
  width_3: {powers_of_two: [64, 256]}
  bottleneck_ratio: [1, 2]
  group_width: 8
  image_size: {uniform: [16, 32, 8]}
network: {stem: cifar, stem_width: 16, num_classes: 10, se: 0.25, activation: silu}
steps:
  - restrict: ["width_3 >= width_1", "flops <= 5e6"]
"""
BLOCK = """
import netspace as ns
from torch import nn

@ns.register_block("from_a_file", bottleneck_ratio=1, group_width=None)
def from_a_file(stage, shape):
    return nn.Conv2d(shape.input_width, shape.width, 3, shape.stride, 1, bias=False)
"""


@pytest.fixture
def write(tmp_path: Path):
    def written(text: str, name: str = "mine.yaml") -> Path:
        (tmp_path / name).write_text(text, encoding="utf-8")
        return tmp_path / name

    return written


def test_a_file_is_the_space_that_the_steps_give(write) -> None:
    by_hand = (
        ns.get_space("anynetx_a", **SMALL)
        .share("bottleneck_ratio")
        .share("group_width")
        .order("width")
        .order("depth", "decreasing", last=False)
        .fix(bottleneck_ratio=1)
        .narrow(depth=(1, 8), width_4=(64, None))
        .vary(kernel=[3, 5, 7], learning_rate=ns.log_uniform(0.05, 1.0, 0.01), weight_decay=[1e-5, 1e-4])
        .restrict("params <= 3e6 + 5.5e6 * flops / 1e9")
        .change(block="y")
        .quantized_linear(
            depth=ns.log_uniform(1, 63),
            initial_width=ns.log_uniform(8, 248, 8),
            slope="initial_width",
            width_multiplier=[2, 2.5],
        )
        .named("Mine_B")
    )
    space = read_space(write(PUBLISHED))
    assert (space.name, space.lineage, space.outline) == (by_hand.name, by_hand.lineage, by_hand.outline)
    assert space.components == by_hand.components
    assert [r.text for r in space.restrictions] == [r.text for r in by_hand.restrictions]
    assert list(space.sample(5)) == list(by_hand.sample(5))


def test_a_file_makes_a_space_from_scratch(write) -> None:
    space = read_space(write(SCRATCH))
    assert (space.name, space.num_stages) == ("Tiny", 3)
    assert space.lineage == "Tiny > restrict(width_3 >= width_1) > restrict(flops <= 5e6)"
    population = space.sample(20)
    for network in population:
        assert network.num_classes == 10
        assert network.stem.width == 16
        assert [stage.stride for stage in network.stages] == [1, 2, 2]
        assert all(stage.se.ratio == 0.25 and stage.activation == "silu" for stage in network.stages)
    frame = population.frame()
    assert set(frame["image_size"]) == {16, 24, 32}
    assert set(frame["width_3"]) <= {64, 128, 256}
    assert (frame["flops"] <= 5e6).all()


def test_json_and_mappings_say_the_same(write) -> None:
    fields = yaml.safe_load(PUBLISHED.replace("1e-5", "1.0e-5").replace("1e-4", "1.0e-4"))
    spaces = [read_space(write(json.dumps(fields), "mine.json")), space_from_dict(fields), read_space(write(PUBLISHED))]
    assert len({space.lineage for space in spaces}) == 1


def test_a_file_is_called_as_its_file_where_it_has_no_name(write) -> None:
    text = "from: regnetx\nsteps: [fix: {depth: 20}]\n"
    space = read_space(write(text, "twenty.yaml"))
    assert space.name == "twenty"
    assert space.lineage.endswith("RegNetX > fix(depth=20) = twenty")
    assert space_from_dict(yaml.safe_load(text)).name == "RegNetX.fix(depth=20)"


def test_files_begin_with_each_other(write) -> None:
    write(SCRATCH, "base.yaml")
    space = read_space(write("from: base.yaml\nsteps: [order: depth]", "two.yaml").parent / "two.yaml")
    assert space.name == "two"
    assert space.lineage.startswith("Tiny > restrict(width_3 >= width_1)")
    write("from: three.yaml\n", "four.yaml")
    with pytest.raises(SpaceError, match=r"begin with each other: three\.yaml from four\.yaml from three\.yaml"):
        read_space(write("from: ./four.yaml\n", "three.yaml"))


def test_what_is_asked_for_goes_before_what_the_file_says(write) -> None:
    path = write("from: regnetx\nnetwork: {image_size: 64}\nsteps:\n  - change: {num_classes: 7, stem: cifar}\n")
    space = read_space(path, num_classes=3, image_size=16)
    assert (space.outline.num_classes, space.outline.image_size, space.outline.stem.kind) == (3, 16, "cifar")
    assert find_space(path, block="y").outline.stages[0].se is not None
    assert find_space("regnetx", head_width=64, num_classes=3).outline.head.width == 64
    varied = write("from: regnetx\nsteps: [vary: {image_size: [16, 32]}]")
    with pytest.raises(SpaceError, match=r"line 2, step 1, vary: image_size is a parameter of the space, and image_si"):
        read_space(varied, image_size=64)


def test_own_blocks_are_imported_by_the_file(write) -> None:
    write(BLOCK, "my_blocks.py")
    text = "imports: my_blocks.py\nfrom: anynetx_c\nnetwork: {block: from_a_file, image_size: 16, stem: cifar}\n"
    space = read_space(write(text))
    assert {stage.block for stage in space.sample(1, flops=(None, 5e6))[0].stages} == {"from_a_file"}
    with pytest.raises(SpaceError, match=r"line 1, imports\.0: no file .*none\.py"):
        read_space(write(text.replace("my_blocks", "none")))
    unknown = "from: anynetx_c\nnetwork: {block: from_no_file}\n"
    with pytest.raises(
        SpaceError, match=r"line 1, from: block 'from_no_file' is unknown(?s:.*)imports: \[my_blocks.py\]"
    ):
        read_space(write(unknown))


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (
            "share: bott",
            "shar: bott",
            r"line 7, step 1, shar is no field .*did you mean share\? allowed are share, ord",
        ),
        (
            "decreasing",
            "down",
            r"line 10, step 4, order.rule: it has to be one of increasing, decreasing, constant .*'down'",
        ),
        ("attribute:", "attribut:", r"line 10, step 4, order.attribut is no field .*did you mean attribute\?"),
        ("[64, null]", "[64]", r"line 12, step 6, narrow.width_4: \[64\] is not \[low, high\], of which null is"),
        ("[64, null]", "[2000, null]", r"line 12, step 6, narrow: width_4 of .*: no value lies in 2000 to inf"),
        ("fix: {bottleneck_ratio: 1}", "fix: {bottleneck_ratoi: 1}", r"step 5, fix: .*did you mean bottleneck_ratio\?"),
        ("fix: {bottleneck_ratio: 1}", "fix: {bottleneck_ratio: 3}", r"line 11, step 5, fix: .*one of 1, 2, 4"),
        (
            "fix: {bottleneck_ratio: 1}",
            "fix: {bottleneck_ratio: one}",
            r"step 5, fix.bottleneck_ratio: 'one' is not a n",
        ),
        ("stem: cifar", "stem: oak", r"line 5, network.stem: it has to be one of simple, cifar, imagenet .*'oak'"),
        ("image_size: 32", "image_size: 32.5", r"line 5, network.image_size: it has to be a valid integer .*32.5"),
        ("image_size: 32", "image_size: true", r"line 5, network.image_size: it has to be a valid integer"),
        ("num_classes:", "num_clases:", r"line 5, network.num_clases is no field .*did you mean num_classes\?"),
        (
            "log_uniform: [0.05",
            "loguniform: [0.05",
            r"line 15, step 7, vary.learning_rate: .*did you mean log_uniform\?",
        ),
        ("1.0, 0.01]", "1.0, 0.01, 3]", r"vary.learning_rate: log_uniform: .* is not \[low, high, quantum\]"),
        ("order: width", "order: widht", r"line 9, step 3, order: .*'widht'.*did you mean width\?"),
        ("block: y", "block: yy", r"line 18, step 9, change: block 'yy' is unknown: did you mean y\?"),
        ("params <=", "parms <=", r"line 17, step 8, restrict: .*did you mean params\?"),
        ("from: anynetx_a", "from: anynet", r"line 4, from: no design space is called 'anynet': did you mean anynet"),
        ("from: anynetx_a", "from: none.yaml", r"line 4, from: cannot read the space file .*none.yaml: No such file"),
        ("from: anynetx_a\n", "", r"either 'from' .* or 'parameters' .*neither is given"),
        ("steps:", "parameters: {depth: 1}\nsteps:", "both are given: use steps"),
        ("steps:", "block: x\nnetwork: {block: x}\nsteps:", "'network' is there twice"),
        ("steps:", "stps:", r"line 6, stps is no field .*did you mean steps\?"),
        ("      slope: initial_width\n", "", r"line 19, step 10, quantized_linear.slope: it is missing"),
        ("  - order: width", "    order: width", "step 2: a step is one operation .*: given order, share. Each needs"),
        ("order: width", "order:", "step 3: a step is one operation .*: given order with nothing after it"),
        ("  - order: width", "  order: width", "is not YAML: (?s:.*)line 9"),
        ("image_size: 32", "image_size: 1000000", r"line 5, network.image_size: .* less than or equal to 100000"),
        ("[64, null]", f"[64, {'9' * 400}]", "is too large a number"),
        ("1.0, 0.01]", "1.0e+300, 1.0e-300]", r"step 7, vary.learning_rate: log.uniform.* too "),
        ("order: width", "share: []", r"step 3, share: it is empty: give at least one"),
        ("order: width", "order: [width]", r"step 3, order: it has to be text \(given: \['width'\]"),
        ("  - order: width", "  - width", r"step 3: it has to be fields, such as name: value \(given: 'width'"),
    ],
)
def test_mistakes_are_said_with_their_place(write, old: str, new: str, message: str) -> None:
    assert old in PUBLISHED
    with pytest.raises(SpaceError, match=message) as error:
        read_space(write(PUBLISHED.replace(old, new, 1)))
    assert "the space file" in str(error.value)
    assert "mine.yaml" in str(error.value)


def test_numbers_beyond_all_bounds_are_refused_outside_of_files_too() -> None:
    for step in ({"fix": {"depth": 10**400}}, {"vary": {"depth": 10**400}}, {"narrow": {"depth": [1, 10**400]}}):
        with pytest.raises(SpaceError, match="step 1"):
            space_from_dict({"from": "regnetx", "steps": [step]})


def test_links_and_names_that_lead_nowhere_are_said(write) -> None:
    path = write("from: regnetx\n")
    (path.parent / "circle.yaml").symlink_to("circle.yaml")
    with pytest.raises(SpaceError, match=r"cannot read the space file .*circle.yaml"):
        read_space(path.parent / "circle.yaml")
    with pytest.raises(SpaceError, match=r"line 1, from: .*null byte"):
        read_space(write('from: "a\\0.yaml"\n'))


def test_a_sweep_of_pycls_says_what_reads_it(write) -> None:
    with pytest.raises(SpaceError, match=r"is a sweep of pycls: netspace\.spaces\.read_sweep"):
        read_space(write("NAME: sweep\nSETUP: {NUM_CONFIGS: 3}\n"))


def test_an_option_that_is_given_twice_is_refused(write) -> None:
    with pytest.raises(SpaceError, match="block is given twice"):
        read_space(write(SCRATCH.replace("{stem: cifar", "{block: y, stem: cifar")))


def test_what_is_no_space_says_how_a_file_is_given(write, monkeypatch) -> None:
    path = write(SCRATCH, "regnot.yml")
    monkeypatch.chdir(path.parent)
    with pytest.raises(SpaceError, match=r"did you mean regnet(?s:.*)a slash in it, such as \./regnot\.yml"):
        find_space("regnot")
    assert find_space("regnot.yml").name == find_space("./regnot.yml").name == "Tiny"
    with pytest.raises(SpaceError, match="cannot read the space file regnot"):
        find_space("./regnot")
    with pytest.raises(SpaceError, match=r"network's options .*\n.*image_siz is no field .*did you mean image_size\?"):
        find_space("regnetx", image_siz=32)
    with pytest.raises(SpaceError, match="holds no fields"):
        read_space(write("just words", "words.yaml"))
    with pytest.raises(SpaceError, match="is not JSON"):
        read_space(write("{name:", "words.json"))


# -------------------------------------------------------------------------------------------------------- the schema


EDITOR = jsonschema.Draft202012Validator(space_schema())


def as_editors_read(text: str) -> dict:
    """YAML 1.2, in which 1e-5 is a number."""
    return yaml.safe_load(text.replace("1e-5", "1.0e-5").replace("1e-4", "1.0e-4"))


@pytest.mark.parametrize("text", [PUBLISHED, SCRATCH, "from: RegNetX", "from: ./other.yaml\nimports: a.py"])
def test_the_schema_takes_what_the_reader_takes(text: str) -> None:
    EDITOR.validate(as_editors_read(text))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("share: bott", "shar: bott"),
        ("decreasing", "down"),
        ("attribute:", "attribut:"),
        ("[64, null]", "[64]"),
        ("bottleneck_ratio: 1", "bottleneck_ratoi: 1"),
        ("bottleneck_ratio: 1", "bottleneck_ratio: one"),
        ("width_4", "width_0"),
        ("stem: cifar", "stem: oak"),
        ("image_size: 32", "image_size: 32.5"),
        ("log_uniform: [0.05", "loguniform: [0.05"),
        ("from: anynetx_a\n", ""),
        ("steps:", "parameters: {depth: 1}\nsteps:"),
        ("steps:", "stps:"),
        ("      slope: initial_width\n", ""),
        ("  - order: width", "    order: width"),
        ("order: width", "order:"),
    ],
)
def test_the_schema_refuses_what_the_reader_refuses(old: str, new: str) -> None:
    assert old in PUBLISHED
    with pytest.raises(jsonschema.ValidationError):
        EDITOR.validate(as_editors_read(PUBLISHED.replace(old, new, 1)))


def test_the_schema_completes_steps_parameters_and_names() -> None:
    schema = space_schema()
    jsonschema.Draft202012Validator.check_schema(schema)
    step = schema["$defs"]["Step"]["properties"]
    assert {"share", "order", "narrow", "fix", "vary", "restrict", "change", "named"} <= set(step)
    assert all(each.get("description") for each in step.values())
    assert {"depth", "width_multiplier", "image_size", "learning_rate"} <= set(step["vary"]["properties"])
    assert "regnetx" in schema["properties"]["from"]["anyOf"][0]["enum"]
    assert json.loads(json.dumps(schema)) == schema
