"""A local web server with the layout of PhysioNet and configurable faults."""

import hashlib
import math
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any


@dataclass
class Request:
    """One request to the server."""

    name: str
    range: str | None
    if_range: str | None
    status: int = 0
    n_sent: int = 0


@dataclass
class Site:
    """A running server and its faults. Files are named without their folder."""

    root: Path
    url: str = ""
    requests: list[Request] = field(default_factory=list)
    cut_after: dict[str, int] = field(default_factory=dict)
    """Bytes of each response body after which the connection is cut."""
    n_cuts: int = 1_000_000
    """Number of responses that are cut."""
    n_damaged: dict[str, int] = field(default_factory=dict)
    """Number of responses per file with a wrong byte."""
    status: dict[str, int] = field(default_factory=dict)
    """Files whose responses have this status and no body."""
    honours_range: bool = True
    has_etag: bool = True
    answers: float = math.inf
    """Number of requests that get a response; later connections just stay open."""
    released: threading.Event = field(default_factory=threading.Event)

    def asked_for(self, name: str) -> list[Request]:
        """The requests for one file, in order."""
        return [request for request in self.requests if request.name == name]


@contextmanager
def serve(root: Path) -> Iterator[Site]:
    """Serve a folder on a free port of loopback."""
    site = Site(root=root)
    handler = type("Handler", (_Handler,), {"site": site})
    with _Server(("127.0.0.1", 0), handler) as server:
        site.url = f"http://127.0.0.1:{server.server_address[1]}"
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield site
        finally:
            site.released.set()
            server.shutdown()
            thread.join()


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: Any, client_address: Any) -> None:
        pass  # clients that give up are what is tested


class _Handler(BaseHTTPRequestHandler):
    site: Site
    protocol_version = "HTTP/1.1"

    def log_message(self, *args: Any) -> None:
        pass

    def do_GET(self) -> None:
        site = self.site
        path = site.root / self.path.lstrip("/")
        request = Request(path.name, self.headers["Range"], self.headers["If-Range"])
        site.requests.append(request)
        if len(site.requests) > site.answers:
            site.released.wait()
            self.close_connection = True
            return
        request.status = site.status.get(path.name, 200 if path.is_file() else 404)
        if request.status != 200:
            self._answer(request.status, length=0)
            return
        body = path.read_bytes()
        etag = f'"{hashlib.sha256(body).hexdigest()[:16]}"' if site.has_etag else None
        if site.n_damaged.get(path.name, 0) > 0:
            site.n_damaged[path.name] -= 1
            body = bytes([body[0] ^ 1]) + body[1:]
        self._send(request, body=body, etag=etag)

    def _send(self, request: Request, *, body: bytes, etag: str | None) -> None:
        start, headers = 0, {"ETag": etag} if etag else {}
        same = request.if_range in (None, etag)
        if request.range and same and self.site.honours_range:
            start = int(request.range.removeprefix("bytes=").removesuffix("-"))
            if start >= len(body):
                request.status = 416
                self._answer(416, length=0)
                return
            request.status = 206
            headers["Content-Range"] = f"bytes {start}-{len(body) - 1}/{len(body)}"
        rest = body[start:]
        self._answer(request.status, length=len(rest), headers=headers)
        limit = self.site.cut_after.get(request.name, len(rest))
        if limit < len(rest) and self.site.n_cuts > 0:
            self.site.n_cuts -= 1
            rest = rest[:limit]
            self.close_connection = True
        request.n_sent = len(rest)
        self.wfile.write(rest)

    def _answer(self, status: int, *, length: int, headers: dict[str, str] | None = None) -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(length))
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        self.end_headers()
