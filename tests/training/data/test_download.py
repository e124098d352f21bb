"""Downloads from a server on this machine: whole, changed, broken off."""

import gzip
import hashlib
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from netspace.errors import DataError
from netspace.training.data.download import RemoteFile, cache_folder, fetch, search_roots

CONTENT = bytes(range(256)) * 4000
SHA256 = hashlib.sha256(CONTENT).hexdigest()


class Handler(BaseHTTPRequestHandler):
    """Serves the content whole, packed, changed or broken off."""

    def do_GET(self):
        self.server.asked.append(self.path)
        bodies = {
            "/whole": CONTENT,
            "/packed": gzip.compress(CONTENT),
            "/changed": CONTENT[::-1],
            "/broken": CONTENT[:9999],
        }
        body = bodies.get(self.path)
        if body is None:
            self.send_error(404)
            return
        self.send_response(200)
        self.send_header("Content-Length", str(len(CONTENT if self.path == "/broken" else body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args):
        """Stays quiet."""


@pytest.fixture
def server():
    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as running:
        running.asked = []
        running.address = f"http://127.0.0.1:{running.server_port}"
        thread = threading.Thread(target=running.serve_forever)
        thread.start()
        yield running
        running.shutdown()
        thread.join()


def remote(server, *paths, **options):
    return RemoteFile("file.bin", tuple(server.address + path for path in paths), SHA256, **options)


def test_a_whole_file_is_fetched_once(server, tmp_path, capsys):
    for _ in range(2):
        fetch([remote(server, "/whole")], tmp_path / "new" / "folder")
    assert (tmp_path / "new" / "folder" / "file.bin").read_bytes() == CONTENT
    assert server.asked == ["/whole"]
    assert capsys.readouterr().err == "netspace: downloading file.bin (1.0 MB)\n"


def test_a_packed_file_is_checked_by_what_is_in_it(server, tmp_path):
    fetch([remote(server, "/packed", packed=True)], tmp_path)
    assert gzip.decompress((tmp_path / "file.bin").read_bytes()) == CONTENT


@pytest.mark.parametrize(
    ("path", "why"),
    [
        ("/changed", "the downloaded file is damaged or another file: its sha256 is"),
        ("/broken", "the connection broke after 9,999 of 1,024,000 bytes"),
        ("/missing", "Not Found"),
    ],
)
def test_what_is_not_the_whole_file_leaves_nothing_behind(server, tmp_path, path, why):
    with pytest.raises(DataError, match=f"(?s){why}.*place file.bin in {tmp_path}"):
        fetch([remote(server, path)], tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_the_next_address_is_tried(server, tmp_path):
    fetch([remote(server, "/missing", "/broken", "/whole")], tmp_path)
    assert (tmp_path / "file.bin").read_bytes() == CONTENT
    assert server.asked == ["/missing", "/broken", "/whole"]


def test_a_damaged_file_on_disk_is_named_and_kept(server, tmp_path):
    (tmp_path / "file.bin").write_bytes(b"mine")
    with pytest.raises(DataError, match=r"file\.bin is damaged"):
        fetch([remote(server, "/whole")], tmp_path)
    assert (tmp_path / "file.bin").read_bytes() == b"mine"


def test_a_folder_that_cannot_be_written_is_an_error_of_data(server, tmp_path):
    (tmp_path / "file").write_text("no folder")
    with pytest.raises(DataError, match="cannot download"):
        fetch([remote(server, "/whole")], tmp_path / "file")


def test_where_data_is_looked_for(own_cache, tmp_path, monkeypatch):
    monkeypatch.setenv("NETSPACE_DATA", str(tmp_path / "data"))
    assert search_roots(tmp_path / "root") == [tmp_path / "root", tmp_path / "data", own_cache]
    monkeypatch.delenv("NETSPACE_CACHE")
    assert cache_folder().name == "netspace"
