"""A Hugging Face hub on this machine: as much of its HTTP interface as huggingface_hub needs, on real sockets.

Repositories are lists of commits. Large files (``.safetensors``) are kept apart, as LFS keeps them: they are uploaded
and downloaded at addresses of their own.
"""

import base64
import hashlib
import json
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import unquote, urlsplit

TOKEN = "hf_of_the_test"
RESOLVE = re.compile(r"/([^/]+/[^/]+)/resolve/([^/]+)/(.+)")
MODEL = re.compile(r"/api/models/([^/]+/[^/]+?)(?:/(revision|preupload|commit)/([^/]+))?")


class Hub:
    """What the server holds, and what it was asked."""

    def __init__(self) -> None:
        self.commits: dict[str, list[dict[str, bytes]]] = {}
        self.private: dict[str, bool] = {}
        self.large: dict[str, bytes] = {}
        self.requests: list[str] = []
        self.keeps_large_apart = True
        self.address = ""
        self.large_address = ""

    def add(self, repo: str, files: dict[str, bytes]) -> str:
        """Commits files, over those that are there; gives the commit's hash."""
        history = self.commits.setdefault(repo, [])
        history.append({**(history[-1] if history else {}), **files})
        return self.hash_of(repo, len(history) - 1)

    def files(self, repo: str) -> dict[str, bytes]:
        return self.commits[repo][-1]

    def hash_of(self, repo: str, index: int) -> str:
        return hashlib.sha1(f"{repo} {index}".encode()).hexdigest()

    def find(self, repo: str, revision: str) -> tuple[str, dict[str, bytes]] | None:
        """Gives the hash and the files of a branch or a commit."""
        for index, files in reversed(list(enumerate(self.commits.get(repo, [])))):
            if revision in ("main", self.hash_of(repo, index)):
                return self.hash_of(repo, index), files
        return None

    def is_large(self, path: str) -> bool:
        return self.keeps_large_apart and path.endswith(".safetensors")


@contextmanager
def serve() -> Iterator[Hub]:
    """Runs a hub in a thread."""
    hub = Hub()
    handler = type("Handler", (_Handler,), {"hub": hub})
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        hub.address = f"http://127.0.0.1:{server.server_port}"
        hub.large_address = (
            f"http://localhost:{server.server_port}/large"  # another host, as the hub's large files have
        )
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        try:
            yield hub
        finally:
            server.shutdown()
            thread.join()


class _Handler(BaseHTTPRequestHandler):
    """Answers one request."""

    hub: Hub
    protocol_version = "HTTP/1.1"

    def log_message(self, *_: Any) -> None:
        pass

    def do_HEAD(self) -> None:
        self._answer()

    def do_GET(self) -> None:
        self._answer()

    def do_POST(self) -> None:
        self._answer()

    def do_PUT(self) -> None:
        self._answer()

    def _answer(self) -> None:
        path = unquote(urlsplit(self.path).path)
        self.hub.requests.append(f"{self.command} {path}")
        self.body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        if self.headers.get("Transfer-Encoding") == "chunked":
            self.body = self._read_chunks()
        if self.command in ("HEAD", "GET"):
            self._give(path)
        elif self.headers.get("Authorization") != f"Bearer {TOKEN}" and not path.startswith("/large/"):
            self._send(401, {"error": "Invalid username or password."})
        else:
            self._take(path)

    def _read_chunks(self) -> bytes:
        body = b""
        while size := int(self.rfile.readline(), 16):
            body += self.rfile.read(size)
            self.rfile.readline()
        self.rfile.readline()
        return body

    def _give(self, path: str) -> None:
        if path.startswith("/large/"):
            self._send(200, self.hub.large[path.removeprefix("/large/")])
        elif found := RESOLVE.fullmatch(path):
            self._resolve(*found.groups())
        elif found := MODEL.fullmatch(path):
            commit = self.hub.find(found[1], found[3] or "main")
            self._send(200, {"id": found[1], "sha": commit[0]}) if commit else self._miss("RepoNotFound", 401)
        else:
            self._send(404, {"error": f"no {path}"})

    def _resolve(self, repo: str, revision: str, file: str) -> None:
        if repo not in self.hub.commits or (self.hub.private.get(repo) and not self._is_owner()):
            return self._miss("RepoNotFound", 401)  # as the hub: who is not logged in is not told what exists
        if repo.endswith("/gated") and not self._is_owner():
            return self._miss("GatedRepo", 403)
        commit = self.hub.find(repo, revision)
        if commit is None:
            return self._miss("RevisionNotFound", 404)
        headers = {"X-Repo-Commit": commit[0]}
        content = commit[1].get(file)
        if content is None:
            return self._miss("EntryNotFound", 404, headers)
        if not self.hub.is_large(file):
            blob = hashlib.sha1(b"blob %d\0" % len(content) + content).hexdigest()
            return self._send(200, content, headers | {"ETag": f'"{blob}"'})
        oid = self._keep(content)
        headers |= {"X-Linked-Etag": f'"{oid}"', "X-Linked-Size": str(len(content))}
        return self._send(302, b"", headers | {"Location": f"{self.hub.large_address}/{oid}"})

    def _is_owner(self) -> bool:
        return self.headers.get("Authorization") == f"Bearer {TOKEN}"

    def _take(self, path: str) -> None:
        if path == "/api/repos/create":
            self._create(json.loads(self.body))
        elif path == "/api/validate-yaml":
            self._send(200, {"errors": [], "warnings": []})
        elif path.endswith(".git/info/lfs/objects/batch"):
            self._batch(json.loads(self.body))
        elif path.startswith("/large/"):
            self._send(200 if self._keep(self.body) == path.removeprefix("/large/") else 400, b"")
        elif path == "/verify":
            self._send(200 if json.loads(self.body)["oid"] in self.hub.large else 404, {})
        elif (found := MODEL.fullmatch(path)) and found[2] == "preupload":
            self._preupload(json.loads(self.body)["files"])
        elif found and found[2] == "commit":
            self._commit(found[1], [json.loads(line) for line in self.body.splitlines()])
        else:
            self._send(404, {"error": f"no {path}"})

    def _create(self, asked: dict[str, Any]) -> None:
        if asked["organization"] != "me":
            self._send(403, {"error": "You don't have the rights to create a model under this namespace"})
            return
        repo = f"me/{asked['name']}"
        status = 409 if repo in self.hub.commits else 200
        if status == 200:
            self.hub.commits[repo] = [{}]
            self.hub.private[repo] = asked.get("visibility") == "private"
        self._send(status, {"url": f"{self.hub.address}/{repo}"})

    def _preupload(self, files: list[dict[str, Any]]) -> None:
        modes = {True: "lfs", False: "regular"}
        told = [
            {"path": file["path"], "uploadMode": modes[self.hub.is_large(file["path"])], "shouldIgnore": False}
            for file in files
        ]
        self._send(200, {"files": told})

    def _batch(self, asked: dict[str, Any]) -> None:
        objects = []
        for each in asked["objects"]:
            upload = {"href": f"{self.hub.large_address}/{each['oid']}"}
            verify = {"href": f"{self.hub.address}/verify"}
            new = each["oid"] not in self.hub.large
            objects.append(each | ({"actions": {"upload": upload, "verify": verify}} if new else {}))
        self._send(200, {"transfer": "basic", "objects": objects})

    def _commit(self, repo: str, lines: list[dict[str, Any]]) -> None:
        files = {}
        for line in lines:
            value = line["value"]
            if line["key"] == "file":
                files[value["path"]] = base64.b64decode(value["content"])
            elif line["key"] == "lfsFile":
                files[value["path"]] = self.hub.large[value["oid"]]
        commit = self.hub.add(repo, files)
        self._send(200, {"commitUrl": f"{self.hub.address}/{repo}/commit/{commit}", "commitOid": commit})

    def _keep(self, content: bytes) -> str:
        oid = hashlib.sha256(content).hexdigest()
        self.hub.large[oid] = content
        return oid

    def _miss(self, code: str, status: int, headers: dict[str, str] | None = None) -> None:
        self._send(status, {"error": code}, (headers or {}) | {"X-Error-Code": code})

    def _send(self, status: int, content: bytes | dict[str, Any], headers: dict[str, str] | None = None) -> None:
        body = content if isinstance(content, bytes) else json.dumps(content).encode()
        self.send_response(status)
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)
