"""``netspace refine`` as a user types it: the moves, the file of the refined space, fresh networks, imported tables."""

import json
import os
import pty
import select
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import netspace as ns
from netspace.cli.refine.reading import read_asked
from netspace.errors import SpaceError
from netspace.populations import Records
from netspace.spaces.files import read_space
from tests.cli.test_cli import netspace
from tests.records_made import synthetic_population
from tests.study_made import save_stripes, train_study

NAS = Path(__file__).parents[3] / "shared/data/populations/nas_bench_macro_cifar10.json.gz"
FORM = {"image_size": 32, "stem": "cifar", "num_classes": 10}


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("trained")
    train_study(folder)
    return folder


@pytest.fixture
def folder(trained: Path, tmp_path: Path) -> Path:
    """A study of 30 trained networks, population a."""
    shutil.copytree(trained, tmp_path, dirs_exist_ok=True)
    return tmp_path


@pytest.fixture
def made(tmp_path: Path) -> Path:
    """A study whose errors come from a formula: s of AnyNetX_A, and t, which is a table."""
    study = ns.Study(str(tmp_path / "study.db"))
    study.add_records(synthetic_population("anynetx_a", 60, name="s", failed=2))
    generator = np.random.default_rng(0)
    for name, widths in (("t", [8, 16, 24, 32]), ("t_refined", [24, 32]), ("t_other", [8, 32])):
        table = pd.DataFrame({"op": generator.choice(["conv", "pool"], 60), "width": generator.choice(widths, 60)})
        table["error"] = 20 + 2 * (table["op"] == "pool") - table["width"] / 8 + generator.normal(0, 0.3, 60)
        table.to_csv(tmp_path / f"{name}.csv", index=False)
        study.add_records(ns.import_population(tmp_path / f"{name}.csv", name=name))
    table[table["width"] > 16].head(3).to_csv(tmp_path / "t_few.csv", index=False)
    study.add_records(ns.import_population(tmp_path / "t_few.csv", name="t_few"))
    study.add_records(synthetic_population("regnetx", 30, name="r"))
    study.add(ns.get_space("anynetx_e", **FORM).sample(3), name="e")
    (tmp_path / "narrow.yaml").write_text("op: [conv, skip]\nwidth: {uniform: [8, 16, 8]}\n", encoding="utf-8")
    (tmp_path / "columns.yaml").write_text("op: [conv, pool]\nwidth: {uniform: [8, 32, 8]}\n", encoding="utf-8")
    return tmp_path


class Terminal:
    """A command at a terminal of its own."""

    def __init__(self, words: Sequence[str], cwd: Path) -> None:
        self._main, terminal = pty.openpty()
        self.said = ""
        self.process = subprocess.Popen(
            [sys.executable, "-m", "netspace", *words],
            cwd=cwd,
            stdin=terminal,
            stdout=terminal,
            stderr=terminal,
            start_new_session=True,
            env=os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, sys.path)), "TERM": "xterm", "COLUMNS": "250"},
        )
        os.close(terminal)

    def wait_for(self, text: str, seconds: float = 90) -> None:
        """Reads until the text, from where the last one ended."""
        deadline = time.monotonic() + seconds
        while text not in self.said and time.monotonic() < deadline:
            if select.select([self._main], [], [], 1)[0]:
                try:
                    self.said += os.read(self._main, 4096).decode(errors="replace")
                except OSError:
                    break
        assert text in self.said, self.said
        self.said = self.said.partition(text)[2]

    def answer(self, text: str) -> None:
        os.write(self._main, f"{text}\n".encode())


@pytest.mark.slow
def test_a_sample_is_told_with_its_moves_and_the_proposed_walk(made: Path) -> None:
    study = ns.Study(str(made / "study.db"))
    found = ns.refine(ns.get_space("anynetx_a", **FORM), study["s"], line=False)
    lines = netspace("refine", "anynetx_a", "s", "--no-line", "--moves", "4", cwd=made).stdout.splitlines()
    mean = study["s"].errors.mean()
    assert lines[0] == f"s: n = 58, mean error {mean:.2f} %; failed: 2, not counted"
    assert lines[1] == f"the best 4 of {len(found.moves)} moves, each alone on the whole space:"
    assert lines[2].split() == ["move", "points", "95", "%", "interval", "keeps", "orders", "dimensions"]
    best = found.moves[0]
    assert lines[3].split() == [
        "1",
        *str(best.move).split(),
        f"{best.effect:.2f}",
        f"[{best.low:.2f},",
        f"{best.high:.2f}]",
        f"{100 * best.share:.3g}",
        "%",
        f"{best.orders:.2f}",
        str(best.dimensions),
    ]
    assert f"proposed: {found.summary()}".splitlines() == lines[8:-1]
    assert "--auto takes it" in lines[-1]
    assert lines[-1].endswith("your own; -o FILE writes the space, --confirm N tests it")
    assert sorted(path.name for path in made.glob("*.yaml")) == ["columns.yaml", "narrow.yaml"]


@pytest.mark.slow
@pytest.mark.parametrize("output", ["refined.yaml", "new/refined.json"])
def test_the_refined_space_is_a_file_that_other_verbs_read(made: Path, output: str) -> None:
    (made / "mine.yaml").write_text("from: anynetx_a\nsteps: [{share: bottleneck_ratio}]\n", encoding="utf-8")
    sample = read_space(made / "mine.yaml", **FORM).sample(40, flops=(4e6, 6e6), seed=5)
    study = ns.Study(str(made / "study.db"))
    own = synthetic_population("anynetx_a", 40, name="m")
    kept = [record_of(sample, record, i) for i, record in enumerate(own)]
    study.add_records(Records.from_records("m", kept))
    moves = ["width never falls", "depth_2 <= 4", "group_width_2 > 8"]
    options = [word for move in moves for word in ("--take", move)]
    said = netspace(
        "refine", "mine.yaml", "m", "--no-line", *options, "-o", output, "--plot", "why.svg", cwd=made
    ).stdout
    assert "evidence: why.svg" in said
    assert b"<svg" in (made / "why.svg").read_bytes()[:1000]
    assert "taken: mean error falls by" in said
    assert f"refined space: {output}, mine refined: 13 dimensions of 13" in said
    space = read_space(made / output)
    found = ns.refine(read_space(made / "mine.yaml", **FORM), study["m"], line=False).take(*moves)
    assert found.space is not None
    assert space == found.space.named("mine refined")
    assert "mine refined" in netspace("space", "show", output, cwd=made).stdout
    assert list(space.sample(5, flops=(4e6, 6e6))) == list(found.space.sample(5, flops=(4e6, 6e6)))


def record_of(sample: ns.Population, record: ns.Record, i: int) -> ns.Record:
    from dataclasses import replace

    cost = sample.complexity
    return replace(
        record,
        population="m",
        architecture=sample[i],
        parameters={name: column[i].item() for name, column in sample.parameters.items()},
        complexity=type(record.complexity)(int(cost.flops[i]), int(cost.params[i]), int(cost.acts[i])),
        origin=sample.origin,
    )


@pytest.mark.slow
def test_a_terminal_asks_which_moves_to_take(made: Path) -> None:
    terminal = Terminal(["refine", "anynetx_a", "s", "--no-line", "-o", "refined.yaml"], made)
    terminal.wait_for("q for none")
    terminal.answer("99")
    terminal.wait_for("numbers from 1 to 10")
    terminal.wait_for("q for none")
    terminal.answer("1, 2")
    terminal.wait_for("refine anynetx_a s --no-line -o refined.yaml --take '")
    terminal.wait_for("taken: mean error falls by")
    terminal.wait_for("dimensions of 16")
    assert terminal.process.wait(30) == 0
    assert "refined from population s" in (made / "refined.yaml").read_text(encoding="utf-8")
    terminal = Terminal(["refine", "anynetx_a", "s", "--no-line", "--moves", "1"], made)
    terminal.wait_for("q for none")
    terminal.answer("q")
    assert terminal.process.wait(30) == 0


@pytest.mark.slow
def test_fresh_networks_are_trained_as_the_sample_was(folder: Path) -> None:
    command = ["refine", "anynetx_a", "a", "--take", "depth_2 <= 2", "--no-line", "--confirm", "6"]
    done = netspace(*command, cwd=folder)
    study = ns.Study(str(folder / "study.db"))
    sample, fresh = study["a"], study["a_refined"]
    assert len(fresh.errors) == 6
    for key in ("recipe", "data", "seed", "budget"):
        assert fresh.facts[key] == sample.facts[key]
    assert (fresh.frame()["depth_2"] <= 2).all()
    assert fresh.facts["sample_seed"] != sample.facts["sample_seed"]
    assert "a_refined: 6 fresh networks of AnyNetX_A refined, seed" in done.stdout
    assert "a_refined: 6 trained, 0 failed, best error" in done.stdout
    measured = f"measured {sample.errors.mean() - fresh.errors.mean():.2f} points"
    assert measured in done.stdout
    assert "promise" in done.stdout
    assert "next: netspace compare a a_refined" in done.stdout
    again = netspace(*command, cwd=folder)
    assert again.stdout == done.stdout
    assert "networks/hour" not in again.stderr  # nothing was trained
    (folder / "stripes.npz").rename(folder / "moved.npz")
    lost = netspace(*command, cwd=folder, check=False)
    assert lost.returncode == 1
    assert "say with --data where it is now" in lost.stderr
    more = netspace(*command[:-1], "8", "--data", "moved.npz", cwd=folder)
    assert measured not in more.stdout
    assert study["a_refined"].frame()["id"][:6].tolist() == fresh.frame()["id"].tolist()
    save_stripes(folder / "other.npz", seed=1)
    other = netspace(*command, "--data", "other.npz", cwd=folder, check=False)
    assert "need the same images, labels and classes" in " ".join(other.stderr.split())
    moves = netspace(*command, "--data", "moved.npz", "--take", "depth_2 > 1", cwd=folder, check=False)
    assert "already has a population 'a_refined'" in moves.stderr
    compared = netspace(*command[:-2], "--fresh", "a_refined", cwd=folder).stdout
    assert "n = 30 + 8" in compared


@pytest.mark.slow
def test_control_c_loses_nothing_and_the_same_command_goes_on(folder: Path) -> None:
    command = ["refine", "anynetx_a", "a", "--take", "depth_2 <= 4", "--no-line", "--confirm", "60", "-w", "1"]
    terminal = Terminal(command, folder)
    terminal.wait_for("networks/hour")  # one is trained
    os.killpg(terminal.process.pid, signal.SIGINT)
    terminal.wait_for("goes on from here")
    assert terminal.process.wait(30) == 130
    study = ns.Study(str(folder / "study.db"))
    kept = study["a_refined"].frame()
    assert 1 <= len(kept) < 60
    done = netspace(*command, cwd=folder)
    assert "a_refined: 60 trained" in done.stdout
    assert "promised" in done.stdout
    assert study["a_refined"].frame()["error"][kept["index"]].tolist() == kept["error"].tolist()


@pytest.mark.slow
def test_tables_are_refined_by_columns_and_by_draws(made: Path) -> None:
    said = netspace("refine", "columns.yaml", "t", "--floor", "0.3", cwd=made).stdout
    assert "t: n = 60, mean error" in said
    assert "drop op = pool" in said
    assert "your own; --fresh POPULATION tests it on networks trained elsewhere" in said
    draws = pd.DataFrame({"op": ["conv", "pool"] * 200, "width": np.repeat([8, 16, 24, 32], 100), "acts": np.nan})
    draws.to_parquet(made / "draws.parquet")
    said = netspace("refine", "draws.parquet", "t", "--take", "width > 16", "--fresh", "t_refined", cwd=made).stdout
    assert "acts is left out: it is not known of any of the networks" in said
    assert "keeps 50 % of the space" in said
    assert "the promise" in said
    assert "n = 60 + 60" in said
    few = netspace("refine", "draws.parquet", "t", "--take", "width > 16", "--fresh", "t_few", cwd=made).stdout
    assert "n = 60 + 3; the interval rests on few fresh networks: train at least 8" in few
    wrong = netspace("refine", "columns.yaml", "t", "--take", "width > 16", "--fresh", "t_other", cwd=made, check=False)
    assert "networks of t_other lie outside of the refined space" in wrong.stderr


@pytest.mark.slow
@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["anynetx_a", "s", "-o", "refined.yaml"], "-o needs moves, and without a terminal nothing can be asked"),
        (["anynetx_a", "s", "--auto", "--take", "depth_1 <= 4"], "leave one out"),
        (["anynetx_a", "s", "--auto", "--plot", "why.doc"], "its suffix must be one of"),
        (["anynetx_a", "s", "--auto", "-o", "refined.txt"], "a space file ends in .yaml, .yml, .json"),
        (["columns.yaml", "s", "--auto", "-o", "columns.yaml"], "is the space itself"),
        (["columns.yaml", "t", "--auto", "-o", "refined.yaml"], "columns.yaml is a table of columns, and -o writes"),
        (["columns.yaml", "t", "--auto", "--confirm", "5"], "say --fresh t_refined in its place"),
        (
            ["columns.yaml", "t", "--auto", "--fresh", "s"],
            "s is no population of the refined space (it was sampled from",
        ),
        (["narrow.yaml", "t"], "networks are not of the space, which lacks their values: column 'op': "),
        (["anynetx_e", "e"], "a space is refined from at least 20 finished networks: given 0."),
        (["regnetx", "r", "--take", "slope <= 42", "--fresh", "s"], "s is no population of the refined space"),
        (["columns.yaml", "s"], "the population has no column 'op'"),
        (["regnets", "s"], "did you mean"),
        (["anynetx_a", "u"], "the study has no population 'u': it has s, t"),
        (["anynetx_a", "s", "--stem", "simple"], "have stem cifar, and --stem simple is given: leave it out"),
        (["anynetx_a", "s", "--flops", "4M:6M"], "in its records: leave out --flops"),
        (["anynetx_a", "s", "--no-line", "--floor", "2"], "floor must be between 0 and 1"),
        (["anynetx_a", "s", "--no-line", "--take", "xyz"], "no move 'xyz' was tried: there are"),
        (["anynetx_a", "s", "--no-line", "--take", "depth_1 <= 999"], "near are depth_1 <= "),
        (["anynetx_a", "s", "--auto", "--confirm", "5"], "does not say what it was trained on"),
        (["anynetx_a", "s", "--auto", "--confirm", "5", "--fresh", "t"], "leave one out"),
        (["regnetz", "s", "--no-line"], "which regnetz cannot have"),
        (["none.csv", "t"], "there is no file none.csv"),
    ],
)
def test_mistakes_are_said(made: Path, words: list[str], message: str) -> None:
    done = netspace("refine", *words, cwd=made, check=False)
    assert done.returncode in (1, 2)
    assert message in " ".join(done.stderr.replace("│", " ").split())


@pytest.mark.slow
def test_a_limit_on_the_distance_from_a_line_is_a_step_of_the_file(folder: Path) -> None:
    study = ns.Study(str(folder / "study.db"))
    asked = read_asked("anynetx_a", study["a"], study.store, {}, {})
    cut = next(str(each) for each in ns.refine(asked.space, study["a"]).candidates if each.names == ("e_fit",))
    netspace("refine", "anynetx_a", "a", "--take", cut, "-o", "refined.yaml", cwd=folder)
    assert "restrict: e_fit " in (folder / "refined.yaml").read_text(encoding="utf-8")
    assert len(read_space(folder / "refined.yaml").sample(3)) == 3


@pytest.mark.slow
@pytest.mark.skipif(not NAS.exists(), reason=f"needs NAS-Bench-Macro at {NAS}")
def test_nas_bench_macro(tmp_path: Path) -> None:
    whole = ns.import_population(NAS, name="whole").frame()
    generator = np.random.default_rng(0)
    codes = [f"layer_{i}" for i in range(1, 9)]
    good = whole[(whole["layer_1"] != 0) & (whole["layer_3"] != 0)]
    study = ns.Study(str(tmp_path / "study.db"))
    for name, rows in (
        ("macro", whole.sample(100, random_state=generator)),
        ("fresh", good.sample(30, random_state=1)),
    ):
        rows[["error", "flops", "params", *codes]].to_csv(tmp_path / f"{name}.csv", index=False)
        study.add_records(ns.import_population(tmp_path / f"{name}.csv", name=name))
    (tmp_path / "layers.json").write_text(json.dumps({code: [0, 1, 2] for code in codes}), encoding="utf-8")
    whole.drop(columns="error").to_csv(tmp_path / "pool.csv", index=False)
    take = ["--take", "drop layer_1 = 0", "--take", "drop layer_3 = 0"]
    said = netspace("refine", "layers.json", "macro", *take, "--fresh", "fresh", cwd=tmp_path).stdout
    assert "the promise held: promised" in said
    assert "n = 100 + 30" in said
    said = netspace("refine", "pool.csv", "macro", cwd=tmp_path).stdout
    assert "proposed: mean error falls by 2." in said
    assert "acts is left out: it is not known of any of the networks" in said


def test_the_form_of_the_networks_is_taken_from_the_population(tmp_path: Path) -> None:
    network = {"image_size": 16, "in_channels": 1, "num_classes": 7, "stem": "imagenet", "stem_width": 8}
    study = ns.Study(str(tmp_path / "study.db"))
    for name, options in (("x", {}), ("y", {"num_stages": 3, "block": "y"}), ("r", {"block": "r"})):
        space = ns.get_space("anynetx_d", **network, **options)
        study.add(space.sample(3), name=name)
        asked = read_asked("anynetx_d", study[name], study.store, {"in_channels": 1}, {})
        assert asked.space == space
        assert asked.network == network | options
    study.add(ns.get_space("regnetx").vary(image_size=[32, 64]).sample(3), name="sizes")
    varied = tmp_path / "sizes.yaml"
    varied.write_text("from: regnetx\nsteps: [{vary: {image_size: [32, 64]}}]\n", encoding="utf-8")
    assert read_asked(str(varied), study["sizes"], study.store, {}, {}).network == {}
    with pytest.raises(SpaceError, match="have image_size 16, and --image-size 32 is given: leave it out"):
        read_asked("anynetx_d", study["x"], study.store, {"image_size": 32}, {})


def test_budgets_of_latency_need_a_pool(tmp_path: Path) -> None:
    study = ns.Study(str(tmp_path / "study.db"))
    space = ns.get_space("regnetx", image_size=32)
    study.add(space.sample(3, latency=(None, 1e9), runtime=lambda cost: cost.flops), name="fast")
    with pytest.raises(SpaceError, match=r"netspace space sample regnetx -n 4096 --latency LOW:HIGH"):
        read_asked("regnetx", study["fast"], study.store, {}, {})


def test_help_has_examples(tmp_path: Path) -> None:
    said = netspace("refine", "--help", cwd=tmp_path).stdout
    assert said.count("Example: netspace refine") == 4
