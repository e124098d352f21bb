"""One file of a repository of the Hugging Face hub, through huggingface_hub and its cache."""

import os
from pathlib import Path
from typing import Any

from netspace.errors import CheckpointError

INSTALL = 'pip install "netspace[hub]"'


def hub() -> Any:
    """Gives huggingface_hub.

    Raises:
        CheckpointError: it is not installed; the message says how it is.
    """
    try:
        import huggingface_hub
    except ImportError:
        raise CheckpointError(
            f"the Hugging Face hub needs huggingface_hub, which is not installed: {INSTALL}"
        ) from None
    return huggingface_hub


def download(
    repo: str, file: str, *, otherwise: str, revision: str | None = None, cache_dir: str | Path | None = None
) -> Path:
    """Gives a file of a repository, from huggingface_hub's cache where it is there and current, else downloaded.

    Without a network, or in offline mode (HF_HUB_OFFLINE), a copy in the cache is enough.

    Args:
        repo: ``owner/repository``.
        file: its name there.
        otherwise: what the user can do where it cannot be had, to end the message of the error.
        revision: branch, tag or commit; by default ``main``.
        cache_dir: of huggingface_hub; by default its own.

    Raises:
        CheckpointError: it cannot be had, or huggingface_hub is not installed.
    """
    try:
        library = hub()
        return Path(library.hf_hub_download(repo, file, revision=revision, cache_dir=cache_dir))
    except CheckpointError as error:
        raise CheckpointError(f"{error}\n  Without it, {otherwise}") from None
    except Exception as error:  # noqa: BLE001 (what a broken connection raises is up to the library's HTTP client)
        at = f" at revision {revision}" if revision else ""
        raise CheckpointError(
            f"cannot get {file} of {repo}{at} from the hub: {reason(error)}\n  Without the hub, {otherwise}"
        ) from None


def reason(error: Exception) -> str:
    """Says in a line why the hub did not give or take something."""
    from huggingface_hub import errors

    status = getattr(getattr(error, "response", None), "status_code", None)
    if isinstance(error, errors.GatedRepoError):
        return "its owner gives access on request only, and you are not logged in or were not given it: `hf auth login`"
    if isinstance(error, errors.RepositoryNotFoundError):
        return "there is no such repository, or it is private and you are not logged in: `hf auth login`"
    if isinstance(error, errors.RevisionNotFoundError):
        return "there is no such revision"
    if status in (401, 403):
        return "you are not logged in, or your token does not allow it: `hf auth login`, or give a token that does"
    if isinstance(error, errors.LocalEntryNotFoundError):
        return f"no copy of it is in the cache, and the hub is not reached ({_brief(error.__cause__ or error)})"
    if isinstance(error, errors.EntryNotFoundError):
        return "the repository has no such file"
    return _brief(error)


def _brief(error: BaseException) -> str:
    said = f"{type(error).__name__}: {' '.join(str(error).split())[:300]}"
    cause = _brief(error.__cause__) if error.__cause__ else said
    return said if cause == said else f"{said} ({cause})"


def url(repo: str, file: str) -> str:
    """Gives the address of a file on the hub, or on the mirror that the variable HF_ENDPOINT names.

    >>> url("timm/regnetx_004.pycls_in1k", "model.safetensors")
    'https://huggingface.co/timm/regnetx_004.pycls_in1k/resolve/main/model.safetensors'
    """
    site = os.environ.get("HF_ENDPOINT", "https://huggingface.co").rstrip("/")
    return f"{site}/{repo}/resolve/main/{file}"
