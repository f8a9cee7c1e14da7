"""One parsed file: its top-level statements and what its names are bound to."""

import ast
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from ecgfuse.pipeline.code.statements import bound_names, has_effects, header, top_level
from ecgfuse.pipeline.code.syntax import canonical, is_idle
from ecgfuse.pipeline.code.uses import Chain, Import, Uses, imports_of, uses_of


@dataclass(frozen=True, eq=False)
class Statement:
    """A top-level statement that is neither an import nor a docstring."""

    module: "Module"
    node: ast.stmt
    names: tuple[str, ...]
    """The names that it binds."""
    is_definition: bool
    """Whether it only binds names, and so affects only code that uses them; otherwise it affects
    all code that imports the module."""

    @property
    def first_line(self) -> int:
        """The first line, which may be that of a decorator."""
        decorators = getattr(self.node, "decorator_list", [])
        return min(node.lineno for node in (self.node, *decorators))

    @property
    def position(self) -> tuple[int, int]:
        """Line and column, which sort statements in source order."""
        return self.node.lineno, self.node.col_offset

    @property
    def last_line(self) -> int:
        """The last line."""
        return self.node.end_lineno or self.node.lineno

    @cached_property
    def uses(self) -> Uses:
        """What it uses, including in functions defined in it."""
        return uses_of([self.node])

    @cached_property
    def header(self) -> Uses:
        """What running the definition itself uses: decorators and base classes."""
        return uses_of(header(self.node))

    @cached_property
    def canonical(self) -> str:
        """Its syntax tree as text."""
        return canonical(self.node)


@dataclass(frozen=True, eq=False)
class Module:
    """A file of the package or a script.

    Args:
        name: such as ecgfuse.models.vit; __main__ for a script.
        path: path of the file, relative to the repository.
        tree: its syntax tree.
    """

    name: str
    path: Path
    tree: ast.Module

    @property
    def is_script(self) -> bool:
        return self.name == "__main__"

    @property
    def is_package(self) -> bool:
        return self.path.name == "__init__.py"

    @cached_property
    def imports(self) -> list[Import]:
        """Top-level imports, except those nested in other statements."""
        return [imported for node in self._running for imported in imports_of(node)]

    @cached_property
    def statements(self) -> list[Statement]:
        """In source order. Statements that bind a name bound elsewhere count as effects."""
        nodes = [
            node
            for node in self._running
            if not is_idle(node) and not isinstance(node, ast.Import | ast.ImportFrom)
        ]
        names = [tuple(bound_names(node)) for node in nodes]
        seen: set[str] = set()
        twice: set[str] = set()
        for name in (name for bound in names for name in bound):
            (twice if name in seen else seen).add(name)
        return [
            Statement(
                module=self,
                node=node,
                names=bound,
                is_definition=not twice.intersection(bound)
                and not has_effects(node, origin=self.origin),
            )
            for node, bound in zip(nodes, names, strict=True)
        ]

    @cached_property
    def defined(self) -> dict[str, list[Statement]]:
        """The statements that bind each name."""
        found: dict[str, list[Statement]] = {}
        for statement in self.statements:
            for name in statement.names:
                found.setdefault(name, []).append(statement)
        return found

    @cached_property
    def imported(self) -> dict[str, list[Import]]:
        """The imports that bind each name, nested ones included."""
        found: dict[str, list[Import]] = {}
        effects = [statement for statement in self.statements if not statement.is_definition]
        inner = [item for statement in effects for item in statement.uses.imports]
        for item in (*self.imports, *inner):
            found.setdefault(item.local, []).append(item)
        return found

    def absolute(self, name: str) -> str:
        """The full name of a module, which an import may give relatively."""
        bare = name.lstrip(".")
        levels = len(name) - len(bare)
        if levels == 0:
            return name
        parts = self.name.split(".")
        kept = parts[: len(parts) - levels + self.is_package]
        return ".".join([*kept, bare] if bare else kept)

    def origin(self, chain: Chain) -> str:
        """The full name of something imported or built in; "" for anything else.

        Only top-level imports count: with others, a name may refer to several things.
        """
        if not chain:
            return ""
        root, *rest = chain
        for item in self.imports:
            if item.local == root:
                imported = item.bound or f"{item.module}.{item.name}"
                return ".".join([imported, *rest])
        return "" if root in self._bound else ".".join(["builtins", root, *rest])

    @cached_property
    def _running(self) -> list[ast.stmt]:
        return list(top_level(self.tree, is_script=self.is_script))

    @cached_property
    def _bound(self) -> set[str]:
        return {name for node in self._running for name in bound_names(node)}
