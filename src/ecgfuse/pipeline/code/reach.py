"""Everything a stage script reaches: definitions, statements, templates and libraries.

The analysis may reach too much, but never too little:

- Importing a module reaches its statements with effects. Definitions are reached by name, and
  classes as a whole, so that it does not matter which method of which object is called.
- A module that is used as an object, other than as module.name, is reached as a whole.
- A string that is the name of a template (or another file of the package) reaches that file.
"""

from dataclasses import dataclass, field
from pathlib import Path

from ecgfuse.pipeline.code.module import Module, Statement
from ecgfuse.pipeline.code.package import Package, is_project
from ecgfuse.pipeline.code.resolve import (
    Defined,
    External,
    Target,
    Whole,
    targets_of,
    targets_of_import,
)
from ecgfuse.pipeline.code.uses import Import


@dataclass(frozen=True)
class Links:
    """What a statement leads to; the same in every walk."""

    targets: list[tuple[str, Target]]
    """Its names, and what they refer to."""
    files: list[Path]


@dataclass(frozen=True)
class Reached:
    """Everything that the results of a stage can depend on, except its data."""

    script: Module
    statements: list[Statement]
    """Sorted by file and line."""
    files: list[Path]
    """Non-Python files, relative to the repository."""
    pins: list[str]
    """NAME==VERSION of the libraries and of their requirements."""
    links: dict[Statement, Links]

    def spans(self) -> dict[Path, list[tuple[int, int]]]:
        """First and last line of each statement, by file relative to the repository."""
        found: dict[Path, list[tuple[int, int]]] = {}
        for statement in self.statements:
            span = (statement.first_line, statement.last_line)
            found.setdefault(statement.module.path, []).append(span)
        return found


@dataclass(frozen=True)
class Walks:
    """Finds what scripts reach; the analysis of a statement is shared by all scripts.

    Args:
        package: the sources.
    """

    package: Package
    _links: dict[Statement, Links] = field(default_factory=dict)
    _headers: dict[str, list[Target]] = field(default_factory=dict)

    def reach(self, script: Path) -> Reached:
        """Everything that one script reaches.

        Args:
            script: path of the script, relative to the repository.

        Raises:
            ValueError: a file is not Python, something imported is missing or not pinned, or
                code is used in a way that cannot be followed statically.
        """
        walk = _Walk(self, self.package.script(script))
        return walk.run()

    def links_of(self, statement: Statement) -> Links:
        """What a statement leads to."""
        if statement not in self._links:
            texts = statement.uses.texts & self.package.data_files.keys()
            self._links[statement] = Links(
                targets=list(
                    targets_of(statement.uses, module=statement.module, package=self.package)
                ),
                files=[path for text in sorted(texts) for path in self.package.data_files[text]],
            )
        return self._links[statement]

    def headers_of(self, module: Module) -> list[Target]:
        """What running the definitions of a module uses: decorators and base classes."""
        if module.name not in self._headers:
            self._headers[module.name] = [
                target
                for statement in module.statements
                if statement.is_definition
                for _, target in targets_of(statement.header, module=module, package=self.package)
            ]
        return self._headers[module.name]


def reach(script: Path, *, root: Path) -> Reached:
    """Everything that one script reaches; for several scripts, `Walks` is faster.

    Args:
        script: path of the script, relative to the repository.
        root: root of the repository.

    Raises:
        ValueError: as `Walks.reach`.
    """
    return Walks(Package(root)).reach(script)


class _Walk:
    """One walk: what has been found, and what is still to be visited."""

    def __init__(self, walks: Walks, script: Module) -> None:
        self._walks, self._package, self._script = walks, walks.package, script
        self._waiting: list[Statement] = []
        self._statements: set[Statement] = set()
        self._imported: set[str] = set()
        self._whole: set[str] = set()
        self._files: set[Path] = set()
        self._pins: set[str] = set()

    def run(self) -> Reached:
        """Everything that the script reaches."""
        self._add_whole(self._script)
        while self._waiting:
            statement = self._waiting.pop()
            self._import(statement.module)
            links = self._walks.links_of(statement)
            for _, target in links.targets:
                self._follow(target, module=statement.module, line=statement.first_line)
            for item in statement.uses.imports:
                self._execute(item, module=statement.module, libraries=True)
            for path in links.files:
                self._add_file(path)
        return Reached(
            script=self._script,
            statements=sorted(self._statements, key=lambda item: (item.module.path, item.position)),
            files=sorted(self._files),
            pins=sorted(self._pins, key=str.lower),
            links={item: self._walks.links_of(item) for item in self._statements},
        )

    def _follow(self, target: Target, *, module: Module, line: int) -> None:
        if isinstance(target, Defined):
            self._add(target.module.defined[target.name])
        elif isinstance(target, Whole):
            self._add_whole_named(target.module)
        elif isinstance(target, External):
            self._add_library(target.origin, optional=target.optional, module=module, line=line)

    def _import(self, module: Module) -> None:
        """Add what runs when a module is imported."""
        if module.name in self._imported:
            return
        self._imported.add(module.name)
        self._import_named(module.name.rpartition(".")[0])
        for item in module.imports:
            self._execute(item, module=module, libraries=module.is_script or item.name == "*")
        self._add([item for item in module.statements if not item.is_definition])
        for target in self._walks.headers_of(module):
            self._follow(target, module=module, line=1)
        if "__getattr__" in module.defined:
            self._add_whole(module)

    def _import_named(self, name: str) -> None:
        if not name:
            return
        module = self._package.module(name)
        if module is None:
            self._import_named(name.rpartition(".")[0])
        else:
            self._import(module)

    def _execute(self, item: Import, *, module: Module, libraries: bool) -> None:
        """Add what an import statement runs."""
        name = module.absolute(item.module)
        if not is_project(name):
            if libraries:
                self._add_library(name, optional=item.optional, module=module, line=item.line)
            return
        if not self._package.exists(name):
            if item.optional:
                return
            raise ValueError(f"{module.path}:{item.line}: no module {name}; correct the import")
        self._import_named(name)
        if item.name == "*":
            self._add_whole_named(name)
        elif item.name is not None and self._package.exists(f"{name}.{item.name}"):
            self._import_named(f"{name}.{item.name}")

    def _add(self, statements: list[Statement]) -> None:
        for statement in statements:
            if statement not in self._statements:
                self._statements.add(statement)
                self._waiting.append(statement)

    def _add_whole_named(self, name: str) -> None:
        module = self._script if name == "__main__" else self._package.module(name)
        if module is not None:
            self._add_whole(module)
        if module is None or module.is_package:
            for inner in self._package.below(name):
                found = self._package.module(inner)
                if found is not None:
                    self._add_whole(found)

    def _add_whole(self, module: Module) -> None:
        """Add everything defined in a module, and everything its imports refer to."""
        if module.name in self._whole:
            return
        self._whole.add(module.name)
        self._import(module)
        self._add(module.statements)
        if not module.is_script:
            for items in module.imported.values():
                for item in items:
                    for target in targets_of_import(module, item, package=self._package):
                        self._follow(target, module=module, line=item.line)

    def _add_file(self, path: Path) -> None:
        """Add a template and those that it names."""
        if path in self._files:
            return
        self._files.add(path)
        text = (self._package.root / path).read_text(errors="replace")
        for name, paths in self._package.data_files.items():
            if name in text:
                for named in paths:
                    self._add_file(named)

    def _add_library(self, origin: str, *, optional: bool, module: Module, line: int) -> None:
        name = origin.partition(".")[0]
        pins = self._package.libraries.pins_of(name)
        if pins is not None:
            self._pins |= pins
        elif not optional:
            raise ValueError(
                f"{module.path}:{line}: {name} is not pinned in requirements.txt; pin it there as "
                f"{name}==VERSION, or correct the import"
            )
