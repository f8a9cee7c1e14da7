"""Run the command line, in this process or in one of its own."""

import contextlib
import io
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from root import ROOT

from ecgfuse.cli.main import main

SOURCE = ROOT / "src"


@dataclass(frozen=True)
class Done:
    """Exit code and output of a command."""

    returncode: int
    stdout: str
    stderr: str


def ecgfuse(*arguments: str | Path, folder: Path | None = None, encoding: str = "utf-8") -> Done:
    """Run ecgfuse ARGUMENTS in this process, in a folder, with a strict output encoding."""
    handler = signal.getsignal(signal.SIGTERM)
    with (
        contextlib.chdir(folder or Path.cwd()),
        _captured(encoding) as out,
        _captured(encoding) as error,
        contextlib.redirect_stdout(out),
        contextlib.redirect_stderr(error),
    ):
        try:
            with pytest.raises(SystemExit) as end:
                main([str(argument) for argument in arguments])
        finally:
            signal.signal(signal.SIGTERM, handler)
        assert isinstance(end.value.code, int)
        return Done(end.value.code, _text_of(out), _text_of(error))


@contextlib.contextmanager
def _captured(encoding: str) -> Iterator[io.TextIOWrapper]:
    with io.TextIOWrapper(io.BytesIO(), encoding=encoding, errors="strict") as stream:
        yield stream


def _text_of(stream: io.TextIOWrapper) -> str:
    stream.flush()
    assert isinstance(stream.buffer, io.BytesIO)
    return stream.buffer.getvalue().decode(stream.encoding)


def ecgfuse_process(
    *arguments: str | Path, encoding: str = "utf-8"
) -> subprocess.CompletedProcess[str]:
    """Run python -m ecgfuse ARGUMENTS as a user does, on a terminal of that encoding."""
    return subprocess.run(
        [sys.executable, "-m", "ecgfuse", *map(str, arguments)],
        env=os.environ | {"PYTHONPATH": str(SOURCE), "PYTHONIOENCODING": f"{encoding}:strict"},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
