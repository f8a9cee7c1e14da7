"""A client of the web application, as a program of one person uses it."""

import json
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

API = "/api/v1"
_WAIT_S = 300.0


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What came back."""

    status: int
    headers: dict[str, str]
    """Names in small letters."""
    body: bytes

    def json(self) -> Any:
        """Content of the body."""
        return json.loads(self.body)


class RefusedError(Exception):
    """A request was refused.

    Args:
        answer: to it.
    """

    def __init__(self, answer: Answer) -> None:
        super().__init__(f"{answer.status}: {answer.body[:500].decode(errors='replace')}")
        self.answer = answer


@dataclass
class Client:
    """Requests over one connection, which is opened again if it was closed."""

    port: int
    token: str
    """"" for a browser without a login."""
    seconds: dict[str, list[float]] = field(default_factory=dict)
    """Kind of request -> how long each took, from sending it to the last byte of its answer."""
    _connection: HTTPConnection | None = None

    def ask(
        self,
        path: str,
        *,
        kind: str,
        method: str = "GET",
        body: bytes | None = None,
        headers: dict[str, str] | None = None,
    ) -> Answer:
        """Send a request.

        Raises:
            OSError: the server cannot be reached.
        """
        own = {"Authorization": f"Bearer {self.token}"} if self.token else {}
        sent = {**own, **(headers or {})}
        begin = time.perf_counter()
        try:
            answer = self._once(path, method=method, body=body, headers=sent)
        except (ConnectionError, HTTPException):  # an idle connection that the server has closed
            self.close()
            answer = self._once(path, method=method, body=body, headers=sent)
        self.seconds.setdefault(kind, []).append(time.perf_counter() - begin)
        return answer

    def get(self, path: str, *, kind: str, **query: Any) -> Any:
        """Content of a page of the API.

        Raises:
            RefusedError: there is none.
        """
        return _accepted(self.ask(_address(path, query), kind=kind)).json()

    def post(self, path: str, content: Any, *, kind: str, **headers: str) -> Any:
        """Send JSON to the API, and return what it answers.

        Raises:
            RefusedError: it is refused.
        """
        answer = self.ask(
            f"{API}{path}",
            kind=kind,
            method="POST",
            body=json.dumps(content).encode(),
            headers={"Content-Type": "application/json", **headers},
        )
        return _accepted(answer).json()

    def upload(self, path: Path, *, name: str | None = None, piece_bytes: int | None = None) -> str:
        """Send a file piece by piece.

        Args:
            path: the file.
            name: default: its own.
            piece_bytes: size of a piece; default: the largest one.

        Returns:
            The id of the upload.
        """
        content = path.read_bytes()
        made = self.announce(name or path.name, len(content))
        size = piece_bytes or int(made["chunk_bytes"])
        for offset in range(0, len(content), size):
            _accepted(self.send_piece(made["id"], offset, content[offset : offset + size]))
        return str(made["id"])

    def announce(self, name: str, size: int) -> Any:
        """Announce a file."""
        return self.post("/uploads", {"name": name, "size": size}, kind="announce a file")

    def send_piece(self, upload_id: str, offset: int, piece: bytes) -> Answer:
        """Send a piece of a file; the answer may be a refusal."""
        return self.ask(
            f"{API}/uploads/{upload_id}",
            kind="send a piece",
            method="PATCH",
            body=piece,
            headers={
                "Upload-Offset": str(offset),
                "Content-Type": "application/offset+octet-stream",
            },
        )

    def take_in(self, uploads: Sequence[str], **options: Any) -> Any:
        """Make recordings of uploads; their analyses start."""
        return self.post(
            "/recordings", {"uploads": list(uploads), **options}, kind="make a recording"
        )

    def bring(self, files: Sequence[Path], *, piece_bytes: int | None = None) -> Any:
        """Upload the files of one recording, and return it."""
        ids = [self.upload(path, piece_bytes=piece_bytes) for path in files]
        made = self.take_in(ids)
        assert not made["problems"], made["problems"]
        (recording,) = made["recordings"]
        return recording

    def wait(self, analysis_id: str, *, pause_s: float = 1.0, most_s: float = _WAIT_S) -> Any:
        """Ask for an analysis again and again until it has ended."""
        until = time.monotonic() + most_s
        while True:
            analysis = self.get(f"/analyses/{analysis_id}", kind="ask for progress")
            if analysis["status"] not in ("queued", "running"):
                return analysis
            if time.monotonic() > until:
                raise TimeoutError(
                    f"analysis {analysis_id} did not end in {most_s:g} s: {analysis}"
                )
            time.sleep(pause_s)

    def close(self) -> None:
        """Close the connection."""
        if self._connection is not None:
            self._connection.close()
        self._connection = None

    def _once(
        self, path: str, *, method: str, body: bytes | None, headers: dict[str, str]
    ) -> Answer:
        if self._connection is None:
            self._connection = HTTPConnection("127.0.0.1", self.port, timeout=_WAIT_S)
        self._connection.request(method, path, body=body, headers=headers)
        response = self._connection.getresponse()
        return Answer(
            status=response.status,
            headers={name.lower(): value for name, value in response.getheaders()},
            body=response.read(),
        )


def _address(path: str, query: dict[str, Any]) -> str:
    given = {name.rstrip("_"): value for name, value in query.items()}
    return f"{API}{quote(path)}" + (f"?{urlencode(given)}" if given else "")


def _accepted(answer: Answer) -> Answer:
    if answer.status >= 400:
        raise RefusedError(answer)
    return answer
