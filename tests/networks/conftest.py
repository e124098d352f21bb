"""A Hugging Face hub on this machine, for the tests of networks that come from one."""

from collections.abc import Iterator

import pytest

from tests.hub_server import Hub, serve
from tests.peers import peer


@pytest.fixture
def hub(tmp_path, monkeypatch) -> Iterator[Hub]:
    """A hub that huggingface_hub in this process talks to, with an empty cache and no user logged in."""
    peer("huggingface_hub")
    from huggingface_hub import close_session, constants

    with serve() as served:
        monkeypatch.setenv("HF_ENDPOINT", served.address)  # read when the library is imported, so:
        monkeypatch.setattr(constants, "ENDPOINT", served.address)
        template = served.address + "/{repo_id}/resolve/{revision}/{filename}"
        monkeypatch.setattr(constants, "HUGGINGFACE_CO_URL_TEMPLATE", template)
        monkeypatch.setattr(constants, "HF_HUB_CACHE", str(tmp_path / "hf-cache"))
        monkeypatch.setattr(constants, "HF_TOKEN_PATH", str(tmp_path / "no-token"))
        monkeypatch.setattr(constants, "AGENT_HARNESSES_PATH", str(tmp_path / "harnesses"), raising=False)
        monkeypatch.setattr(constants, "HF_HUB_DISABLE_XET", True)
        for name in ("HF_TOKEN", "HUGGING_FACE_HUB_TOKEN", "NETSPACE_WEIGHTS"):
            monkeypatch.delenv(name, raising=False)
        monkeypatch.setenv("NO_PROXY", "127.0.0.1,localhost")
        monkeypatch.setenv("NETSPACE_CACHE", str(tmp_path / "netspace-cache"))
        close_session()
        yield served
        close_session()
