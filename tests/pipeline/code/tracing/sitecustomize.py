"""Records which functions of the project run, in every process with this folder on its path.

Python imports a module of this name at startup, so worker processes record as well, however they
are started. Without the environment variable ECGFUSE_TRACE_FOLDER nothing is recorded.
"""

import builtins
import importlib
import os
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path, PurePath
from types import CodeType, FrameType
from typing import IO, Any

_IS_FUNCTION = 0x1  # CO_OPTIMIZED, which the bodies of modules and classes lack


class Recorder:
    """Writes a line for each function when it is first called: file, first line, name.

    Lines are written immediately, since a process may be killed.
    """

    def __init__(self, folder: Path) -> None:
        self._folder, self._start = folder, Path.cwd()
        self._seen: dict[int, CodeType] = {}  # by identity: equal code may be in several files
        self._file: IO[str] | None = None
        self._process = 0

    def record(self, frame: FrameType, event: str, _: Any) -> None:
        """The profile function; a bound method is called faster than an object."""
        code = frame.f_code
        if event != "call" or id(code) in self._seen:
            return
        self._seen[id(code)] = code
        path = _in_repository(str(self._start / code.co_filename))
        if path is not None and code.co_flags & _IS_FUNCTION:
            self._write(f"{path}\t{code.co_firstlineno}\t{code.co_qualname}\n")

    def _write(self, line: str) -> None:
        if self._file is None or self._process != os.getpid():  # a fork has a file of its own
            self._process = os.getpid()
            self._folder.mkdir(parents=True, exist_ok=True)
            path = self._folder / f"{self._process}.trace"
            self._file = path.open("a", buffering=1)  # open until the process ends
        self._file.write(line)


@contextmanager
def _paused() -> Iterator[None]:
    """Record nothing in the block."""
    profile = sys.getprofile()
    sys.setprofile(None)
    try:
        yield
    finally:
        sys.setprofile(profile)


def _untraced(importer: Callable[..., Any]) -> Callable[..., Any]:
    """An __import__ that does not trace what would take twice as long.

    That are imports of libraries and exports as ONNX, which run functions of networks that run
    elsewhere as well.

    Args:
        importer: the real one.
    """

    def import_(
        name: str,
        globals_: Any = None,
        locals_: Any = None,
        fromlist: Any = (),
        level: int = 0,
    ) -> Any:
        if sys.getprofile() is None or level or name.partition(".")[0] == "ecgfuse":
            return importer(name, globals_, locals_, fromlist, level)
        with _paused():
            module = importer(name, globals_, locals_, fromlist, level)
        if name == "torch":
            module.onnx = _UntracedExport(module)
        return module

    return import_


class _UntracedExport:
    """Stands for torch.onnx, which torch imports when it is first used."""

    def __init__(self, torch: Any) -> None:
        self._torch = torch

    def __getattr__(self, name: str) -> Any:
        with _paused():
            module = importlib.import_module("torch.onnx")
        self._torch.onnx = self  # the import has put the module in its place
        value = getattr(module, name)
        return _pausing(value) if name == "export" else value


def _pausing(function: Callable[..., Any]) -> Callable[..., Any]:
    """The function, while nothing is recorded."""

    def run(*args: Any, **kwargs: Any) -> Any:
        with _paused():
            return function(*args, **kwargs)

    return run


def _in_repository(path: str) -> str | None:
    """The path from the root of the repository, if it is of the package or a stage script."""
    path = os.path.normpath(path).replace(os.sep, "/")
    package = path.rfind("/src/ecgfuse/")
    if package >= 0:
        return path[package + 1 :]
    parts = PurePath(path).parts
    if parts[-2:-1] != ("stages",):
        return None
    return "/".join(parts[-4:] if parts[-4:-3] == ("studies",) else parts[-2:])


if os.environ.get("ECGFUSE_TRACE_FOLDER"):
    # DVC passes the name of the stage to its command, and workers inherit it.
    recorder = Recorder(Path(os.environ["ECGFUSE_TRACE_FOLDER"], os.environ.get("DVC_STAGE", "")))
    builtins.__import__ = _untraced(builtins.__import__)
    sys.setprofile(recorder.record)
    threading.setprofile(recorder.record)
