"""Records which functions of the project run, in every process that has this folder on its path.

Python imports a module of this name when it starts, so that worker processes record, too, however
they are started. Without the environment variable ECGFUSE_TRACE_FOLDER nothing is recorded.
"""

import os
import sys
import threading
from pathlib import Path, PurePath
from types import CodeType, FrameType
from typing import IO, Any

_IS_FUNCTION = 0x1  # CO_OPTIMIZED, which the bodies of modules and classes lack


class Recorder:
    """Writes a line for each function when it is first called: file, first line, name.

    Lines are written at once, since a process may be ended without notice.
    """

    def __init__(self, folder: Path) -> None:
        self._folder, self._start = folder, Path.cwd()
        self._seen: dict[int, CodeType] = {}  # by identity: equal code may be in several files
        self._file: IO[str] | None = None
        self._process = 0

    def __call__(self, frame: FrameType, event: str, _: Any) -> None:
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
    # DVC names the stage to its command, and workers inherit that.
    recorder = Recorder(Path(os.environ["ECGFUSE_TRACE_FOLDER"], os.environ.get("DVC_STAGE", "")))
    sys.setprofile(recorder)
    threading.setprofile(recorder)
