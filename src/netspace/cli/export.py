"""``netspace export``: a network as an ONNX file, checked and timed."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from netspace.cli.options import DEFAULT_STUDY, StudyOption, console, errors

if TYPE_CHECKING:
    from torch import nn

INITIAL = "initial weights, which have learned nothing: --weights takes trained ones"
OF_ITS_SEED = f"a study keeps no weights; these are the network's {INITIAL}"


def add_to(app: typer.Typer) -> None:
    """Adds the verb."""
    app.command(
        "export",
        epilog="Example: netspace export regnetx_004 --onnx regnetx_004.onnx --weights checkpoint.pth",
    )(export)


def export(
    what: str = typer.Argument(..., help="A network's name, POPULATION:INDEX of a study, or a saved model's folder."),
    onnx: Path = typer.Option(..., help="The file to write, NAME.onnx."),
    weights: Path | None = typer.Option(None, help="A checkpoint file, ours or of another library."),
    study: StudyOption = DEFAULT_STUDY,
    image_size: int | None = typer.Option(None, min=1, help="Height and width in pixels; by default the network's."),
    latency: bool = typer.Option(True, help="Time onnxruntime beside eager."),
) -> None:
    """Write a network as one ONNX file for batches of any size, its batch norms folded.

    onnx.checker checks the file, and onnxruntime has to give what the network gives, on random and on extreme images;
    otherwise no file is written. A card beside it, NAME.md, says how exact and how fast it is; the card of a saved
    model's folder gets the same section.
    """
    from netspace.export import add_to_card, export_onnx, write_export_card
    from netspace.export.exporting import SECONDS

    found = _find(what, study, image_size)
    with errors.status(f"exporting {found.name}"):
        words = _load(found.network, weights) if weights else found.weights
        report = export_onnx(
            found.network,
            onnx,
            name=found.name,
            image_size=image_size,
            preprocessing=found.preprocessing,
            seconds=SECONDS if latency else 0.0,
        )
    card = write_export_card(report, found.network, words, found.preprocessing)
    if found.folder and not weights:
        add_to_card(report, found.folder)
    console.print(f"{found.name}: {words}")
    console.print(str(report))
    console.print(f"card: {card}")


@dataclass(frozen=True)
class _Found:
    """A network to export.

    Attributes:
        network: its module.
        name: what the file calls it.
        weights: which ones it has, in words.
        preprocessing: what it expects of its images, where that is known.
        folder: where it is saved; its card gets a section.
    """

    network: "nn.Module"
    name: str
    weights: str
    preprocessing: Mapping[str, Any] | None = None
    folder: Path | None = None


def _find(what: str, study: str, image_size: int | None) -> _Found:
    from netspace.networks import create_model

    if Path(what, "config.json").is_file():
        return _saved(Path(what))
    population, _, index = what.rpartition(":")
    if population and index.isdigit():
        return _recorded(population, int(index), study)
    return _Found(create_model(what, image_size=image_size, seed=0), what, INITIAL)


def _recorded(population: str, index: int, study: str) -> _Found:
    """Gives a study's network with the initial weights that its training began from."""
    from netspace.networks import build
    from netspace.random import derive_seed
    from netspace.study import Study
    from netspace.training.loop import network_seed

    open_study = Study(study, create=False)
    architecture = open_study.store.architectures(population, [index])[0]
    own = {name: values[index].item() for name, values in open_study.store.parameters(population).items()}
    seed = network_seed(open_study[population].facts.get("seed") or 0, architecture, own)
    return _Found(build(architecture, seed=derive_seed(seed, "weights")), f"{population}:{index}", OF_ITS_SEED)


def _saved(folder: Path) -> _Found:
    from netspace.networks.hub import from_pretrained

    network = from_pretrained(folder)
    config: Mapping[str, Any] = network.config  # type: ignore[assignment]
    return _Found(network, config["name"], f"the weights saved in {folder}", config.get("preprocessing"), folder)


def _load(network: "nn.Module", weights: Path) -> str:
    from netspace.networks.checkpoints import load_checkpoint

    return str(load_checkpoint(network, weights))
