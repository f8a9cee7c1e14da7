"""Fetch one file over HTTP, with checksum, retries and resumption."""

import threading
import time
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path
from urllib.parse import quote

import requests

from ecgfuse.download.checksums import sha256
from ecgfuse.download.progress import Progress

_CHUNK = 8192  # bytes; an incomplete chunk is lost when the connection is cut
_GONE = (HTTPStatus.FORBIDDEN, HTTPStatus.NOT_FOUND, HTTPStatus.GONE)


@dataclass(frozen=True, kw_only=True)
class Patience:
    """Timeouts for a site, in seconds."""

    connect: float = 4.0
    """For a connection."""
    read: float = 5.0
    """For the next byte of one file."""
    silence: float = 15.0
    """For the next byte of any file, over all attempts; then the site is unreachable."""
    pauses: tuple[float, ...] = (0.5, 1.0, 2.0)
    """Before each further attempt at a file without progress."""


PATIENCE = Patience()


class UnreachableError(ValueError):
    """The site does not respond."""

    def __init__(self, url: str, *, reason: str) -> None:
        self.reason = f"{url} cannot be reached ({reason})"
        super().__init__(
            f"{self.reason}; check the network and run again (the download resumes where it "
            "stopped), or set ECGFUSE_MIRROR to a folder or URL with a copy of the database"
        )


class NotFoundError(ValueError):
    """The site does not have the file."""


class _CutError(Exception):
    """The attempt failed, but another one may succeed."""


class StoppedError(Exception):
    """Another file failed, or the user interrupted."""


class Transfer:
    """Fetches single files of one site into one folder; thread-safe."""

    def __init__(
        self,
        url: str,
        *,
        session: requests.Session,
        folder: Path,
        patience: Patience,
        progress: Progress,
    ) -> None:
        self.stop = threading.Event()
        """Set it to end all threads at their next byte."""
        self.heard = time.monotonic()
        """Time of the last byte of any file, in seconds."""
        self._url = url.rstrip("/")
        self._session = session
        self._folder = folder
        self._patience = patience
        self._progress = progress

    def fetch(self, name: str, *, sha: str | None) -> None:
        """Fetch one file, and again from the start if it is damaged.

        Args:
            name: name of the file on the site and in the folder.
            sha: its SHA-256, or None to fetch it again and unchecked.

        Raises:
            StoppedError: `stop` was set meanwhile.
            ValueError, OSError: as `fetch_files`.
        """
        target = self._folder / name
        part = target.with_name(f"{target.name}.part")
        if target.exists() and sha256(target) == sha:
            size = target.stat().st_size
            self._progress.begin(name, n_present=size, n_bytes=size)
            return
        target.unlink(missing_ok=True)
        if sha is None:
            part.unlink(missing_ok=True)
        # An earlier run may have stopped between the last byte and the renaming.
        if not part.exists() or sha256(part) != sha:
            got = self._complete(name, part=part)
            if sha not in (None, got):
                part.unlink()
                got = self._complete(name, part=part)
            if sha not in (None, got):
                part.unlink()
                raise ValueError(
                    f"{self._address(name)}: the file is damaged: its SHA-256 is {got}, but "
                    f"SHA256SUMS.txt has {sha}, in two downloads; run again later, or set "
                    "ECGFUSE_MIRROR to download from another site"
                )
        part.replace(target)
        _etag_path(part).unlink(missing_ok=True)

    def _complete(self, name: str, *, part: Path) -> str:
        """Complete the partial file, and return its SHA-256."""
        furthest, n_failures = 0, 0
        while True:
            try:
                self._attempt(name, part=part)
                return sha256(part)
            except (_CutError, requests.ConnectionError, requests.Timeout) as error:
                size = _size(part)
                n_failures = 1 if size > furthest else n_failures + 1
                furthest = max(size, furthest)
                if n_failures > len(self._patience.pauses):
                    raise self._give_up(name, error=error, n_failures=n_failures) from error
                if self.stop.wait(self._patience.pauses[n_failures - 1]):
                    raise StoppedError from error
            except requests.RequestException as error:
                raise ValueError(
                    f"{self._address(name)}: {error}; check the address, in ECGFUSE_MIRROR if it "
                    "is set"
                ) from error

    def _attempt(self, name: str, *, part: Path) -> None:
        """Request the missing bytes of a file once, and write them as they arrive."""
        offset = _size(part)
        headers = {"Accept-Encoding": "identity", "User-Agent": "ecgfuse"}
        if offset:
            headers["Range"] = f"bytes={offset}-"
            if _etag_path(part).exists():
                headers["If-Range"] = _etag_path(part).read_text()
        try:
            response = self._session.get(
                self._address(name),
                headers=headers,
                stream=True,
                timeout=(self._patience.connect, self._patience.read),
            )
        except requests.exceptions.SSLError as error:
            if "CERTIFICATE_VERIFY_FAILED" not in str(error):
                raise
            # Some server responds, perhaps not the site: no reason to fall back.
            raise ValueError(
                f"{self._address(name)}: the certificate of the site is not trusted; check the "
                "clock, or set REQUESTS_CA_BUNDLE to the certificates of your network's proxy"
            ) from error
        with response:
            self.heard = time.monotonic()
            self._check_status(response, name=name)
            continued = response.status_code == HTTPStatus.PARTIAL_CONTENT
            span = response.headers.get("Content-Range", "")
            if response.status_code == HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE or (
                continued and not span.startswith(f"bytes {offset}-")
            ):
                part.unlink(missing_ok=True)
                raise _CutError(f"the site cannot resume the file at byte {offset}")
            # A server that cannot resume a file, or has a new one, responds with 200 and all of it.
            self._write(response, name=name, part=part, offset=offset if continued else 0)

    def _check_status(self, response: requests.Response, *, name: str) -> None:
        status = response.status_code
        answer = f"{self._address(name)}: the site responds with {status} {response.reason}"
        if status in _GONE:
            raise NotFoundError(
                f"{answer}; check the database name and version in the parameters, and "
                "ECGFUSE_MIRROR if it is set"
            )
        if status == HTTPStatus.TOO_MANY_REQUESTS or status >= 500:
            raise _CutError(f"the site responds with {status} {response.reason}")
        if status not in (
            HTTPStatus.OK,
            HTTPStatus.PARTIAL_CONTENT,
            HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE,
        ):
            raise ValueError(f"{answer}; check the address, or set ECGFUSE_MIRROR to another site")

    def _write(self, response: requests.Response, *, name: str, part: Path, offset: int) -> None:
        length = response.headers.get("Content-Length", "")
        n_bytes = offset + int(length) if length.isdecimal() else None
        self._progress.begin(name, n_present=offset, n_bytes=n_bytes)
        part.parent.mkdir(parents=True, exist_ok=True)
        etag = response.headers.get("ETag", "")
        if etag.startswith('"'):  # W/"..." is weak and does not prove equal bytes
            _etag_path(part).write_text(etag)
        else:
            _etag_path(part).unlink(missing_ok=True)
        with part.open("ab" if offset else "wb") as file:
            try:
                for chunk in response.iter_content(_CHUNK):
                    file.write(chunk)
                    self.heard = time.monotonic()
                    self._progress.advance(name, n_bytes=len(chunk))
                    if self.stop.is_set():
                        raise StoppedError
            except requests.RequestException as error:
                of_all = "" if n_bytes is None else f" of {n_bytes}"
                raise _CutError(f"cut at byte {file.tell()}{of_all}") from error

    def _give_up(self, name: str, *, error: Exception, n_failures: int) -> ValueError:
        if isinstance(error, _CutError):
            return ValueError(
                f"{self._address(name)}: {n_failures} attempts failed, the last one: {error}; run "
                "again (the download resumes where it stopped), or set ECGFUSE_MIRROR to download "
                "from another site"
            )
        return UnreachableError(self._address(name), reason=_describe(error))

    def _address(self, name: str) -> str:
        return f"{self._url}/{quote(name)}"


def _describe(error: BaseException) -> str:
    """The innermost cause, such as "Connection refused", of a nested library error."""
    while (inner := error.__cause__ or error.__context__) is not None:
        error = inner
    return getattr(error, "strerror", None) or str(error) or type(error).__name__


def _etag_path(part: Path) -> Path:
    return part.with_name(f"{part.name}.etag")


def _size(path: Path) -> int:
    return path.stat().st_size if path.exists() else 0
