"""Resolve the names in a statement to definitions, modules and libraries."""

from collections.abc import Iterator
from dataclasses import dataclass

from ecgfuse.pipeline.code.module import Module
from ecgfuse.pipeline.code.package import Package, is_project
from ecgfuse.pipeline.code.uses import Chain, Import, Uses


@dataclass(frozen=True)
class Defined:
    """A name at the top level of a module of the project."""

    module: Module
    name: str


@dataclass(frozen=True)
class Whole:
    """A module that is used in such a way that anything in it may be used."""

    module: str


@dataclass(frozen=True)
class External:
    """Something of the standard library or of another library."""

    origin: str
    """Its full name, such as scipy.signal.lfilter."""
    optional: bool = False


@dataclass(frozen=True)
class Fact:
    """An attribute that every module has, such as __file__."""

    text: str


Target = Defined | Whole | External | Fact

_UNFOLLOWED = ("importlib.util", "importlib.reload", "importlib.machinery", "runpy", "pkgutil")
_OWN_MODULE = {"exec", "eval", "globals"}
_IMPORTERS = {"importlib.import_module", "builtins.__import__"}


def targets_of(uses: Uses, *, module: Module, package: Package) -> Iterator[tuple[str, Target]]:
    """What each name in a piece of a module refers to; a name may have several targets.

    Local variables and builtins are left out.

    Raises:
        ValueError: an imported name does not exist, or the code reaches other code in a way that
            cannot be followed statically. The message names file, line and cure.
    """
    for name, line in uses.hidden.items():
        raise _cannot_follow(module, line, name)
    local: dict[str, list[Import]] = {}
    for item in uses.imports:
        local.setdefault(item.local, []).append(item)
    names = _Names(package)
    for chain, line in uses.chains.items():
        text = ".".join(chain)
        found = list(names.look_up(module, chain))
        for item in local.get(chain[0], []):
            found += names.follow(module, item, chain[1:])
        for target in found or names.special(module, chain):
            full = _full_name(target, chain)
            if full in _IMPORTERS:
                yield from _imported_by_text(uses, chain, line, module=module)
            elif full == "importlib" or full == "sys.modules" or full.startswith(_UNFOLLOWED):
                raise _cannot_follow(module, line, text)
            else:
                yield text, target


def targets_of_import(module: Module, item: Import, *, package: Package) -> list[Target]:
    """What an imported name refers to, however it is used."""
    return list(_Names(package).follow(module, item, ()))


@dataclass(frozen=True)
class _Names:
    package: Package

    def look_up(
        self, module: Module, chain: Chain, seen: frozenset[tuple[str, str]] = frozenset()
    ) -> Iterator[Target]:
        """What a name at the top level of a module refers to."""
        name, *rest = chain
        if (module.name, name) in seen:
            return
        seen |= {(module.name, name)}
        if name in module.defined:
            yield Defined(module, name)
        for item in module.imported.get(name, []):
            yield from self.follow(module, item, tuple(rest), seen)
        for star in module.imported.get("*", []):
            source = self.package.module(module.absolute(star.module))
            if source is not None:
                yield from self.look_up(source, chain, seen)

    def follow(
        self,
        module: Module,
        item: Import,
        rest: Chain,
        seen: frozenset[tuple[str, str]] = frozenset(),
    ) -> Iterator[Target]:
        """What an imported name with attributes refers to."""
        source = module.absolute(item.module)
        if not is_project(source):
            yield External(item.bound or f"{source}.{item.name}", optional=item.optional)
        elif item.name == "*":
            return
        elif item.bound is not None:
            yield from self._in_module(module, item, item.bound, rest, seen)
        else:
            yield from self._in_module(module, item, source, (item.name or "", *rest), seen)

    def special(self, module: Module, chain: Chain) -> Iterator[Target]:
        """What a name without a definition refers to, if that depends on its module."""
        name = chain[0]
        if name == "__doc__":
            body = module.tree.body
            yield Fact(f"doc {getattr(getattr(body[0], 'value', None), 'value', None)!r}")
        elif name in _OWN_MODULE:
            yield Whole(module.name)
        elif name == "__import__":
            yield External("builtins.__import__")
        elif name.startswith("__") and name.endswith("__") and not module.is_script:
            yield Fact(f"{module.name}.{name}")

    def _in_module(
        self,
        user: Module,
        item: Import,
        source: str,
        rest: Chain,
        seen: frozenset[tuple[str, str]],
    ) -> Iterator[Target]:
        """What attributes of a module of the project refer to."""
        if not rest:
            yield Whole(source)
            return
        name = rest[0]
        if name.startswith("__") and name.endswith("__"):
            yield Fact(f"{source}.{name}")
            return
        module, count = self.package.module(source), 0
        for target in () if module is None else self.look_up(module, rest, seen):
            count += 1
            yield target
        if self.package.exists(f"{source}.{name}"):
            count += 1
            yield from self._in_module(user, item, f"{source}.{name}", rest[1:], seen)
        if count == 0 and module is not None and _may_hide_names(module):
            yield Whole(source)
        elif count == 0 and not item.optional and (source, name) not in seen:
            raise ValueError(f"{user.path}:{item.line}: no {name!r} in {source}; correct the name")


def _imported_by_text(
    uses: Uses, chain: Chain, line: int, *, module: Module
) -> Iterator[tuple[str, Target]]:
    """The modules that are imported by a name in a string."""
    if chain in uses.not_called:
        raise _cannot_follow(module, line, ".".join(chain))
    for name in sorted(uses.called_with.get(chain, ())):
        if name.startswith("."):
            raise _cannot_follow(module, line, ".".join(chain))
        yield name, Whole(name) if is_project(name) else External(name)


def _full_name(target: Target, chain: Chain) -> str:
    """The full name of something external with its attributes; "" for anything else."""
    return ".".join([target.origin, *chain[1:]]) if isinstance(target, External) else ""


def _may_hide_names(module: Module) -> bool:
    return "__getattr__" in module.defined or "*" in module.imported


def _cannot_follow(module: Module, line: int, what: str) -> ValueError:
    return ValueError(
        f"{module.path}:{line}: cannot determine which code {what} uses; import it by name instead"
    )
