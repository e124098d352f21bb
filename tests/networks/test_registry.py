"""A user's own blocks: the ones the documentation shows, counted, sampled, trained by workers, read from files."""

import re
import subprocess
import sys
import threading
from pathlib import Path

import numpy as np
import pytest
import torch
from torch import nn

import netspace as ns
from netspace.complexity.blocks import BLOCK_COSTS
from netspace.complexity.layers import Complexity
from netspace.errors import ArchitectureError
from netspace.networks import count, import_blocks
from netspace.networks.registry import pack_blocks, unpack_blocks

DOCS = Path(__file__).parents[2] / "docs" / "blocks.md"


def examples() -> dict[str, str]:
    """The blocks of the documentation: name and code."""
    codes = re.findall(r"```python\n(.*?)```", DOCS.read_text(encoding="utf-8"), re.DOTALL)
    return {m.group(1): code for code in codes if (m := re.search(r'@ns\.register_block\(\s*"(\w+)"', code))}


@pytest.fixture(scope="module", autouse=True)
def documented(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("blocks") / "my_blocks.py"
    file.write_text("\n\n".join(examples().values()), encoding="utf-8")
    import_blocks(file)
    return file


def test_the_documentation_shows_two() -> None:
    assert set(examples()) == {"shuffle", "convnext"}


@pytest.mark.parametrize("name", ["shuffle", "convnext"])
def test_blocks_of_the_documentation_take_at_most_15_lines(name: str) -> None:
    code = examples()[name]
    block = code[code.index("@ns.register_block") :]
    assert sum(bool(line.strip()) for line in block.splitlines()) <= 15


@pytest.mark.slow
@pytest.mark.parametrize("name", ["shuffle", "convnext"])
@pytest.mark.parametrize("space", ["AnyNetX_A", "RegNetX"])
def test_spaces_of_own_blocks_are_sampled_built_and_counted(name: str, space: str) -> None:
    design = ns.get_space(space, block=name, image_size=32, stem="cifar", num_classes=10)
    population = design.sample(3, flops=(4e6, 8e6), seed=1)
    assert f"change(block={name})" in population.origin.lineage
    for i, architecture in enumerate(population):
        network = ns.build(architecture, seed=0)
        counted = count(network, 32)
        assert counted.flops == population.complexity.flops[i]
        assert ns.complexity(architecture) == counted
        assert network(torch.zeros(2, 3, 32, 32)).shape == (2, 10)


def test_counting_on_the_meta_device_gives_what_a_closed_form_gives() -> None:
    def closed(stage, shape) -> Complexity:
        size = (shape.size - 1) // shape.stride + 1
        weights = 9 * shape.input_width * shape.width
        return Complexity((weights + shape.width) * size**2, weights + shape.width, shape.width * size**2)

    def make(stage, shape) -> nn.Module:
        return nn.Conv2d(shape.input_width, shape.width, 3, shape.stride, 1)

    ns.register_block("told", cost=closed, group_width=None, bottleneck_ratio=1)(make)
    ns.register_block("counted", group_width=None, bottleneck_ratio=1)(make)
    spaces = [ns.get_space("AnyNetX_A", block=b, image_size=32, stem="cifar") for b in ("told", "counted")]
    u = np.random.default_rng(0).random((40, spaces[0].dimensions))
    told, counted = (ns.complexity(space.decode(space.parameters(u))[0]) for space in spaces)
    assert told.flops.tolist() == counted.flops.tolist()
    assert told.params.tolist() == counted.params.tolist()
    assert told.acts.tolist() == counted.acts.tolist()
    assert spaces[0].dimensions == 8  # depth and width of four stages: the rest is fixed by the block


def test_counting_takes_no_memory_however_wide_the_block() -> None:
    ns.register_block("wide", group_width=None)(lambda stage, shape: nn.Conv2d(shape.input_width, shape.width, 3, 2, 1))
    cost = ns.complexity(ns.Architecture((ns.Stage(2**20, block="wide"),), ns.Stem(width=2**20), num_classes=0))
    assert cost.params > 9 * 2**40  # 40 TB of weights


@pytest.mark.parametrize("name", ["x", "y", "r", "z", "mbconv", "rexnet"])
def test_names_of_netspace_are_not_taken(name: str) -> None:
    with pytest.raises(ArchitectureError, match=f"'{name}' is netspace's own"):
        ns.register_block(name)


def test_a_closed_form_changes_no_sample() -> None:
    def make(stage, shape) -> nn.Module:
        return nn.Conv2d(shape.input_width, shape.width, 3, shape.stride, 1, bias=False)

    def closed(stage, shape) -> Complexity:
        size, weights = (shape.size - 1) // shape.stride + 1, 9 * shape.input_width * shape.width
        return Complexity(weights * size**2, weights, shape.width * size**2)

    samples = []
    for cost in (None, closed):
        ns.register_block("plain3", cost=cost, group_width=None, bottleneck_ratio=1)(make)
        space = ns.get_space("AnyNetX_A", block="plain3", image_size=32, stem="cifar")
        samples.append([network.id for network in space.sample(12, flops=(10e6, 40e6), seed=1)])
    assert samples[0] == samples[1]


def test_a_closed_form_that_gives_no_cost_is_named() -> None:
    ns.register_block("costless", cost=lambda stage, shape: 5)(lambda stage, shape: nn.Identity())
    with pytest.raises(ArchitectureError, match="cost of block 'costless' gives 5"):
        ns.complexity(ns.anynet(depths=[1], widths=[8], block="costless"))


def test_blocks_without_parameters_count_and_own_initialization_stays() -> None:
    class Pool(nn.AvgPool2d):
        def __init__(self, stage, shape) -> None:
            super().__init__(3, shape.stride, 1)

    class Own(nn.Module):
        def __init__(self, stage, shape) -> None:
            super().__init__()
            self.conv = nn.Conv2d(shape.input_width, shape.width, 1, shape.stride)

        def init_weights(self) -> None:
            nn.init.constant_(self.conv.weight, 0.5)

        def forward(self, x):
            return self.conv(x)

    ns.register_block("pool")(Pool)
    ns.register_block("own")(Own)
    stages = (ns.Stage(8, block="pool"), ns.Stage(8, block="own"))
    network = ns.build(ns.Architecture(stages, ns.Stem(width=8), image_size=16), seed=0)
    assert ns.complexity(network.architecture).params == sum(p.numel() for p in network.parameters())
    assert set(network.stages[1][0].conv.weight.flatten().tolist()) == {0.5}


def test_only_the_blocks_in_use_are_sent_to_workers() -> None:
    lock = threading.Lock()
    ns.register_block("locked")(lambda stage, shape: lock)
    assert b"shuffle" in pack_blocks(["shuffle", "x"])
    with pytest.raises(ArchitectureError, match="locked cannot be sent to worker processes"):
        pack_blocks(["locked"])
    ns.register_block("locked")(nn.Identity)


def test_only_fields_of_a_stage_can_be_fixed() -> None:
    with pytest.raises(ArchitectureError, match=r"cannot fix kernle: .*kernel"):
        ns.register_block("typo", kernle=7)


def test_a_decorator_without_a_name_says_how_it_is_written() -> None:
    with pytest.raises(ArchitectureError, match=r'write @ns\.register_block\("name"\)'):

        @ns.register_block
        class Nameless(nn.Module):
            pass


def test_blocks_that_do_not_work_are_named_with_their_numbers() -> None:
    ns.register_block("broken")(lambda stage, shape: nn.Conv2d(shape.input_width, shape.no_such_width, 1))
    with pytest.raises(ArchitectureError, match=r"block 'broken' does not work for BlockShape.*no_such_width.*line"):
        ns.complexity(ns.anynet(depths=[1], widths=[8], block="broken", image_size=16))
    ns.register_block("unstrided")(lambda stage, shape: nn.Conv2d(shape.input_width, shape.width, 1))
    with pytest.raises(ArchitectureError, match=r"shape \(1, 8, 8, 8\) .* has to be \(1, 8, 4, 4\)"):
        ns.complexity(ns.anynet(depths=[1], widths=[8], block="unstrided", image_size=16))


def test_registering_anew_replaces() -> None:
    ns.register_block("again")(lambda stage, shape: nn.Conv2d(shape.input_width, shape.width, 1, shape.stride))
    first = BLOCK_COSTS["again"]
    ns.register_block("again")(lambda stage, shape: nn.Conv2d(shape.input_width, shape.width, 3, shape.stride, 1))
    assert BLOCK_COSTS["again"] is not first


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (None, "no file"),
        ("1 / 0", r"does not run: ZeroDivisionError: .*line 1"),
        ("def (", r"does not run: .*line 1"),
    ],
)
def test_files_that_cannot_be_imported_are_named(tmp_path: Path, text: str | None, message: str) -> None:
    file = tmp_path / "broken.py"
    if text is not None:
        file.write_text(text, encoding="utf-8")
    with pytest.raises(ArchitectureError, match=message):
        import_blocks(file)


def test_compiled_files_that_do_not_load_are_named(tmp_path: Path) -> None:
    (tmp_path / "broken.so").write_bytes(b"x")
    with pytest.raises(ArchitectureError, match=r"broken.so does not run: ImportError"):
        import_blocks(tmp_path / "broken.so")


@pytest.mark.slow
def test_packed_blocks_work_in_another_process() -> None:
    code = (
        "import sys, netspace as ns\n"
        "from netspace.networks.registry import unpack_blocks\n"
        "unpack_blocks(sys.stdin.buffer.read())\n"
        "net = ns.anynet(depths=[1, 1], widths=[16, 32], block='shuffle', image_size=16, num_classes=3)\n"
        "print(ns.complexity(net).params)\n"
    )
    there = subprocess.run([sys.executable, "-c", code], input=pack_blocks(), capture_output=True, check=True).stdout
    here = ns.anynet(depths=[1, 1], widths=[16, 32], block="shuffle", image_size=16, num_classes=3)
    assert int(there) == ns.complexity(here).params
    unpack_blocks(pack_blocks())  # and again in its own


@pytest.mark.slow
def test_a_study_file_trains_own_blocks_in_worker_processes(documented: Path, tmp_path: Path) -> None:
    (tmp_path / documented.name).write_text(documented.read_text(encoding="utf-8"), encoding="utf-8")
    study = tmp_path / "study.yml"
    study.write_text(
        f"imports: [{documented.name}]\n"
        f"study: sqlite:///{tmp_path}/study.db\n"
        "recipe: {name: quick, epochs: 1}\n"
        "workers: 2\n"
        "network: {block: shuffle, image_size: 16, stem: cifar, num_classes: 10, in_channels: 1}\n"
        "populations:\n"
        "  - {name: mine, space: RegNetX, n: 2, budget: {flops: [0.5M, 2M]}}\n",
        encoding="utf-8",
    )
    command = [sys.executable, "-m", "netspace", "run", str(study)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    records = ns.Study(f"sqlite:///{tmp_path}/study.db")["mine"]
    assert [record.status for record in records] == ["complete", "complete"]
    # a process that knows nothing of the block reads the records all the same
    command = [sys.executable, "-m", "netspace", "best", "mine", "--study", "study.db"]
    assert subprocess.run(command, capture_output=True, text=True, check=False, cwd=tmp_path).returncode == 0


@pytest.mark.slow
def test_files_are_imported_by_an_option_of_the_command_line(documented: Path) -> None:
    command = [sys.executable, "-m", "netspace", "--import", str(documented), "sample", "--help"]
    assert subprocess.run(command, capture_output=True, check=False).returncode == 0
    command[4] = "nowhere.py"
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert done.stderr.startswith("ArchitectureError: no file 'nowhere.py'")
