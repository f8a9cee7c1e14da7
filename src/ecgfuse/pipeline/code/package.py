"""The sources of the project, parsed once: package, stage scripts, other files."""

import ast
import os
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from ecgfuse.pipeline.code.libraries import Libraries
from ecgfuse.pipeline.code.module import Module

NAME = "ecgfuse"
_SOURCE = Path("src")


@dataclass(frozen=True)
class Package:
    """The sources that all walks share.

    Args:
        root: root of the repository.
    """

    root: Path
    _parsed: dict[str, Module | None] = field(default_factory=dict)

    def script(self, path: Path) -> Module:
        """A stage script.

        Raises:
            ValueError: the file is missing or is not Python.
        """
        return self._parse(path, name="__main__")

    def module(self, name: str) -> Module | None:
        """A module of the package; None if there is no such file.

        Raises:
            ValueError: the file is not Python.
        """
        if name not in self._parsed:
            path = self._file_of(name)
            self._parsed[name] = None if path is None else self._parse(path, name=name)
        return self._parsed[name]

    def exists(self, name: str) -> bool:
        """Whether there is such a module, or a folder of modules."""
        return self._file_of(name) is not None or name in self._folders

    def below(self, name: str) -> list[str]:
        """The modules of a package, at any depth, sorted."""
        return sorted(module for module in self._modules if module.startswith(f"{name}."))

    @cached_property
    def data_files(self) -> dict[str, list[Path]]:
        """The non-Python files of the package, by base name."""
        found: dict[str, list[Path]] = {}
        for path in self._files:
            if path.suffix not in (".py", ".pyc") and path.name != "py.typed":
                found.setdefault(path.name, []).append(path)
        return found

    @cached_property
    def libraries(self) -> Libraries:
        """The libraries pinned in requirements.txt."""
        return Libraries(self.root / "requirements.txt")

    @cached_property
    def _files(self) -> list[Path]:
        found = []
        for folder, folders, names in os.walk(self.root / _SOURCE / NAME):
            folders[:] = sorted(set(folders) - {"__pycache__"})
            found += [Path(folder, name).relative_to(self.root) for name in sorted(names)]
        return found

    @cached_property
    def _modules(self) -> dict[str, Path]:
        found = {}
        for path in self._files:
            if path.suffix == ".py":
                inside = path.relative_to(_SOURCE).with_suffix("")
                found[".".join(inside.parts).removesuffix(".__init__")] = path
        return found

    @cached_property
    def _folders(self) -> set[str]:
        return {".".join(path.relative_to(_SOURCE).parent.parts) for path in self._files}

    def _file_of(self, name: str) -> Path | None:
        return self._modules.get(name)

    def _parse(self, path: Path, *, name: str) -> Module:
        try:
            tree = ast.parse((self.root / path).read_bytes())
        except FileNotFoundError:
            raise ValueError(f"{path}: no such file; run from the root of the repository") from None
        except SyntaxError as error:
            raise ValueError(f"{path}:{error.lineno}: {error.msg}; fix the syntax") from None
        except ValueError as error:  # a null byte
            raise ValueError(f"{path}: {error}; remove it") from None
        return Module(name=name, path=path, tree=tree)


def is_project(name: str) -> bool:
    """Whether a full module name belongs to the project."""
    return name.partition(".")[0] == NAME
