"""Networks as folders that others can load, here and on the Hugging Face hub.

A folder holds ``config.json`` (the architecture and all that is known of the weights), ``model.safetensors`` (our own
names) and ``README.md`` (a model card).
"""

import hashlib
import json
import re
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from safetensors import SafetensorError
from safetensors.torch import load_file, save_file
from torch import Tensor, nn

from netspace.errors import CheckpointError
from netspace.networks.card import MARK, write_card
from netspace.networks.configuration import (
    CONFIG,
    WEIGHTS,
    build_described,
    describe,
    is_own_config,
    read_config,
    remember_origin,
)
from netspace.networks.network import Network
from netspace.networks.repository import download, hub, reason
from netspace.version import __version__

CARD = "README.md"


def save_pretrained(
    model: nn.Module,
    directory: str | Path,
    *,
    name: str | None = None,
    recipe: Any = None,
    preprocessing: Mapping[str, Any] | None = None,
    metrics: Mapping[str, float | str] | None = None,
    license: str | None = None,  # noqa: A002 (the hub's word)
) -> Path:
    """Saves a network into a folder of three files, from which `from_pretrained` gives the same network.

    The folder appears whole or not at all. Files of an earlier save are replaced; nobody else's are, and no model card
    that the mark at its top was taken from.

    Args:
        model: a network that netspace built.
        directory: the folder; it is made if need be.
        name: what to call it; by default the name in the zoo, or one made of the architecture's id.
        recipe: how it was trained, to be told in the card: a mapping, or a `netspace.Recipe`.
        preprocessing: what it expects of its images: ``mean`` and ``std`` for each channel, of pixels in [0, 1];
            ``interpolation``, ``crop_pct``, ``input_size`` (channels, height, width), ``channel_order``. By default,
            that of the weights where they are the zoo's, or what the folder said that it was loaded from.
        metrics: what was measured of it, to be told in the card, such as ``{"top-1 accuracy (%)": 72.6}``.
        license: of the weights, as the hub spells it, such as ``mit``; by default that of the zoo's weights.

    Returns:
        The folder.

    Raises:
        CheckpointError: the network is not one of netspace's, an argument cannot be written, a file of another's is
            in the way, or the folder cannot be written.

    Example:
        >>> import tempfile, netspace as ns
        >>> network = ns.build(ns.anynet(depths=[1], widths=[16], group_widths=8, image_size=32))
        >>> folder = save_pretrained(network, tempfile.mkdtemp() + "/mine", metrics={"top-1 accuracy (%)": 0.1})
        >>> sorted(path.name for path in folder.iterdir())
        ['README.md', 'config.json', 'model.safetensors']
    """
    config = describe(model, name, recipe, preprocessing, metrics, license)
    folder = Path(directory).expanduser()
    return _save(model, folder, config, str(directory))


def from_pretrained(
    directory_or_repo: str | Path, *, revision: str | None = None, cache_dir: str | Path | None = None
) -> Network:
    """Loads a network that `save_pretrained` or `push_to_hub` saved, in evaluation mode.

    Its ``config`` is what ``config.json`` holds. Weights are what was saved, bit for bit, on the CPU.

    Args:
        directory_or_repo: a folder; or ``owner/repository`` on the Hugging Face hub (extra ``hub``).
        revision: branch, tag or commit on the hub; by default ``main``.
        cache_dir: where downloads are kept; by default where huggingface_hub does.

    Raises:
        CheckpointError: there is no such folder or repository, a file is missing, damaged or of another format, or
            the network has a block that is not registered.

    Example:
        >>> import tempfile, netspace as ns
        >>> network = ns.build(ns.anynet(depths=[1], widths=[16], group_widths=8, image_size=32))
        >>> loaded = from_pretrained(save_pretrained(network, tempfile.mkdtemp() + "/mine"))
        >>> loaded.architecture == network.architecture
        True
    """
    where = str(directory_or_repo)
    folder = Path(directory_or_repo).expanduser()
    config_file = folder / CONFIG if folder.is_dir() else _download(where, CONFIG, revision, cache_dir)
    config = read_config(config_file, where)
    # The commit that the configuration is of, so that a push between the two downloads mixes nothing
    weights_file = (
        folder / WEIGHTS if folder.is_dir() else _download(where, WEIGHTS, config_file.parent.name, cache_dir)
    )
    _check_digest(weights_file, config, where)
    network = build_described(config, where)
    _fill(network, weights_file, where)
    network.config = config  # type: ignore[assignment]
    remember_origin(network, config)
    return network.eval()


def push_to_hub(
    model: nn.Module,
    repo_id: str,
    *,
    name: str | None = None,
    recipe: Any = None,
    preprocessing: Mapping[str, Any] | None = None,
    metrics: Mapping[str, float | str] | None = None,
    license: str | None = None,  # noqa: A002 (the hub's word)
    private: bool = False,
    token: str | None = None,
) -> str:
    """Saves a network into a repository of the Hugging Face hub, which is made if need be (extra ``hub``).

    Args:
        model: a network that netspace built.
        repo_id: ``owner/repository``.
        name: as in `save_pretrained`, and so are the next four.
        recipe: how it was trained.
        preprocessing: what it expects of its images.
        metrics: what was measured of it.
        license: of the weights.
        private: whether a repository that is made is private.
        token: of the hub's user; by default the one that ``hf auth login`` keeps, or the variable HF_TOKEN.

    Returns:
        The repository's address.

    Raises:
        CheckpointError: as `save_pretrained`; or the hub cannot be reached, or refuses.

    Example:
        >>> import netspace as ns
        >>> push_to_hub(ns.create_model("RegNetX-200MF"), "me/my-regnet", private=True)              # doctest: +SKIP
        'https://huggingface.co/me/my-regnet'
    """
    library = hub()
    config = describe(model, name, recipe, preprocessing, metrics, license)
    with tempfile.TemporaryDirectory() as temporary:
        folder = _save(model, Path(temporary, "network"), config, repo_id)
        try:
            api = library.HfApi(token=token, library_name="netspace", library_version=__version__)
            address = api.create_repo(repo_id, private=private, exist_ok=True)
            api.upload_folder(
                repo_id=address.repo_id,
                folder_path=folder,
                commit_message=f"{config['name']} from netspace",
                ignore_patterns=[CARD] if _has_own_card(api, address.repo_id) else [],
            )
        except Exception as error:  # noqa: BLE001 (what a broken connection raises is up to the library's HTTP client)
            raise CheckpointError(
                f"cannot push to {repo_id} on the hub: {reason(error)}\n  save_pretrained(DIRECTORY) writes the same "
                "files into a folder, which can be uploaded later"
            ) from None
    return str(address)


def _save(model: nn.Module, directory: Path, config: dict[str, Any], address: str) -> Path:
    _check_owned(directory)
    try:
        beside = directory if directory.is_dir() else directory.parent
        beside.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=beside, prefix=".netspace-", ignore_cleanup_errors=True) as temporary:
            made = Path(temporary, "network")
            made.mkdir()
            _write(model, made, config, address)
            _publish(made, directory)
    except (OSError, SafetensorError) as error:
        raise CheckpointError(f"cannot save a network to {str(directory)!r}: {error}. Give another folder") from None
    return directory


def _check_owned(directory: Path) -> None:
    """Refuses to overwrite what `save_pretrained` did not write."""
    if directory.exists() and not directory.is_dir():
        raise CheckpointError(f"cannot save a network to {str(directory)!r}: it is a file. Give a folder")
    foreign = [name for name in (CONFIG, WEIGHTS, CARD) if (directory / name).exists()]
    if foreign and not is_own_config(directory / CONFIG):
        raise CheckpointError(
            f"{str(directory)!r} has {', '.join(foreign)}, which netspace did not write: nothing was saved. Give "
            "another folder, or move them away"
        )


def _write(model: nn.Module, folder: Path, config: dict[str, Any], address: str) -> None:
    state = {name: tensor.detach().cpu().contiguous() for name, tensor in model.state_dict().items()}
    save_file(state, folder / WEIGHTS, metadata={"format": "pt"})
    config = config | {"weights_sha256": _sha256(folder / WEIGHTS)}
    (folder / CONFIG).write_text(json.dumps(config, indent=2) + "\n", encoding="utf-8")
    (folder / CARD).write_text(write_card(config, address), encoding="utf-8")
    (folder / WEIGHTS).chmod((folder / CONFIG).stat().st_mode)  # safetensors keeps it from all others


def _publish(made: Path, directory: Path) -> None:
    """Puts the files in their place: all at once, or into a folder that is there one by one.

    The configuration goes first. Were the process killed after it, the digest in it would not be that of the weights,
    and the folder would be refused by `from_pretrained`, but not by the next save.
    """
    if not directory.exists():
        made.rename(directory)
        return
    for name in (CONFIG, WEIGHTS, CARD):
        if name != CARD or not _is_edited(directory / CARD):
            (made / name).replace(directory / name)


def _is_edited(card: Path) -> bool:
    """Tells whether somebody took the mark out of a model card, to keep it as it is."""
    return card.is_file() and MARK not in card.read_text(encoding="utf-8", errors="replace")


def _has_own_card(api: Any, repo: str) -> bool:
    """Tells whether a repository of the hub has a model card that is not to be replaced."""
    from huggingface_hub.errors import EntryNotFoundError

    try:
        return _is_edited(Path(api.hf_hub_download(repo, CARD)))
    except EntryNotFoundError:
        return False


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _download(repo: str, file: str, revision: str | None, cache_dir: str | Path | None) -> Path:
    if not re.fullmatch(r"\w[\w.-]*/\w[\w.-]*", repo):
        raise CheckpointError(
            f"there is no folder {repo!r}, and it is no repository of the hub either, as owner/repository is: give the "
            "folder that save_pretrained wrote"
        )
    otherwise = f"place {CONFIG} and {WEIGHTS} of it in a folder, and give the path of that"
    return download(repo, file, revision=revision, cache_dir=cache_dir, otherwise=otherwise)


def _check_digest(path: Path, config: Mapping[str, Any], where: str) -> None:
    if not path.is_file():
        raise CheckpointError(f"{where!r} has no {WEIGHTS} beside its {CONFIG}: place it there")
    if _sha256(path) != config.get("weights_sha256"):
        raise CheckpointError(
            f"{WEIGHTS} of {where!r} is not the file that its {CONFIG} tells of: it is damaged, or of another save. "
            "Get both anew; weights of another file are loaded by netspace.networks.checkpoints.load_checkpoint"
        )


def _fill(network: Network, path: Path, where: str) -> None:
    """Puts the tensors of a file into the network as they are, whatever their type."""
    try:
        state = load_file(path)
    except (SafetensorError, OSError) as error:
        raise CheckpointError(f"{WEIGHTS} of {where!r} cannot be read: {error}. Get the file anew") from None
    own = network.state_dict()
    _check_tensors(state, own, where)
    # Copied, since what is read lies in the file's own pages, whose alignment changes how kernels round
    network.load_state_dict({name: tensor.clone() for name, tensor in state.items()}, assign=True)


def _check_tensors(state: Mapping[str, Tensor], own: Mapping[str, Tensor], where: str) -> None:
    absent, unexpected = [n for n in own if n not in state], [n for n in state if n not in own]
    both = [name for name in own if name in state and state[name].shape != own[name].shape]
    shapes = [f"{name} {tuple(state[name].shape)}, not {tuple(own[name].shape)}" for name in both]
    found = (("lacks", absent), ("has unknown", unexpected), ("has of another shape", shapes))
    wrong = [f"{verb} {', '.join(names[:3])}{' ...' if len(names) > 3 else ''}" for verb, names in found if names]
    if wrong:
        raise CheckpointError(
            f"{WEIGHTS} of {where!r} does not fit the network that its {CONFIG} describes: it {'; '.join(wrong)}. "
            "Where a block is registered by you, it has to be the one that the network was saved with"
        )
