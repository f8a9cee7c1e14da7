"""Parameter groups that a stage loads, read from the code that it reaches."""

import ast
from collections.abc import Iterator
from pathlib import Path

from ecgfuse.pipeline.code.module import Module, Statement
from ecgfuse.pipeline.code.package import NAME, Package
from ecgfuse.pipeline.code.reach import Reached, Walks
from ecgfuse.pipeline.code.resolve import Defined
from ecgfuse.pipeline.code.uses import Chain, chain_of

_LOADER = f"{NAME}.pipeline.params", "load_params"


def loaded_params(script: Path, *, root: Path) -> set[str]:
    """The groups that a script loads, such as train, or pretrain.size if it reads only one key.

    Args:
        script: path of the script, relative to the repository.
        root: root of the repository.

    Raises:
        ValueError: as `reach`, or load_params is called with anything but the name of a
            configuration class.
    """
    return loaded_by(Walks(Package(root)).reach(script))


def loaded_by(reached: Reached) -> set[str]:
    """As `loaded_params`, for a script that has been walked."""
    found = {
        name
        for statement in reached.statements
        if statement.module.name != _LOADER[0]
        for name in _loaded_in(statement, reached)
    }
    return {name for name in found if name.partition(".")[0] not in found or "." not in name}


def _loaded_in(statement: Statement, reached: Reached) -> Iterator[str]:
    targets = _definitions_by_chain(statement, reached)
    loaders = {
        chain
        for chain, found in targets.items()
        if any((target.module.name, target.name) == _LOADER for target in found)
    }
    if not loaders:
        return
    nodes = list(ast.walk(statement.node))
    keys = {id(node.value): node.attr for node in nodes if isinstance(node, ast.Attribute)}
    called: set[int] = set()
    for node in nodes:
        if isinstance(node, ast.Call) and chain_of(node.func) in loaders:
            called.add(id(node.func))
            group = _group_of_argument(node, statement, targets, reached)
            key = keys.get(id(node))
            yield f"{group}.{key}" if key else group
    for node in nodes:
        if chain_of(node) in loaders and id(node) not in called:
            raise _unclear(statement, getattr(node, "lineno", statement.first_line))


def _definitions_by_chain(statement: Statement, reached: Reached) -> dict[Chain, list[Defined]]:
    found: dict[Chain, list[Defined]] = {}
    for text, target in reached.links[statement].targets:
        if isinstance(target, Defined):
            found.setdefault(tuple(text.split(".")), []).append(target)
    return found


def _group_of_argument(
    call: ast.Call,
    statement: Statement,
    targets: dict[Chain, list[Defined]],
    reached: Reached,
) -> str:
    named = [keyword.value for keyword in call.keywords if keyword.arg == "config"]
    for argument in [*call.args, *named][:1]:
        for target in targets.get(chain_of(argument) or (), []):
            group = _group_of(target.module, target.name, reached)
            if group is not None:
                return group
    raise _unclear(statement, call.lineno)


def _group_of(module: Module, name: str, reached: Reached) -> str | None:
    """The attribute `group` of a class, or of its first base class that has one."""
    for statement in module.defined[name]:
        if not isinstance(statement.node, ast.ClassDef):
            continue
        for node in statement.node.body:
            match node:
                case (
                    ast.AnnAssign(target=ast.Name(id="group"), value=ast.Constant(str(group)))
                    | ast.Assign(targets=[ast.Name(id="group")], value=ast.Constant(str(group)))
                ):
                    return group
        bases = _definitions_by_chain(statement, reached)
        for base in statement.node.bases:
            for target in bases.get(chain_of(base) or (), []):
                inherited = _group_of(target.module, target.name, reached)
                if inherited is not None:
                    return inherited
    return None


def _unclear(statement: Statement, line: int) -> ValueError:
    return ValueError(
        f"{statement.module.path}:{line}: cannot determine which group load_params loads here; "
        "call it with the name of a configuration class that has a group"
    )
