"""What a piece of code names, imports and quotes: everything that leads to other code."""

import ast
from collections.abc import Iterable
from dataclasses import dataclass, field

from ecgfuse.pipeline.code.syntax import is_for_type_checkers, is_idle

Chain = tuple[str, ...]
"""A name and its attributes: a.b.c is ("a", "b", "c")."""

_IMPORT_ERRORS = {"ImportError", "ModuleNotFoundError", "Exception", "BaseException"}


@dataclass(frozen=True)
class Import:
    """One name of an import statement."""

    module: str
    """The module, such as ecgfuse.models.vit; with leading dots if relative."""
    name: str | None
    """x in from a import x; None in import a."""
    bound: str | None
    """The module that the local name refers to; None if it refers to `name` of `module`."""
    local: str
    line: int
    optional: bool
    """Whether the code handles its absence."""


@dataclass
class Uses:
    """The names, imports and strings in a piece of code."""

    chains: dict[Chain, int] = field(default_factory=dict)
    """Names with their attributes, and the line of their first use."""
    not_called: set[Chain] = field(default_factory=set)
    """Chains used in any way but a call whose first argument is a string."""
    called_with: dict[Chain, set[str]] = field(default_factory=dict)
    """The strings that are first arguments of calls, by chain."""
    imports: list[Import] = field(default_factory=list)
    texts: set[str] = field(default_factory=set)
    """String constants."""
    hidden: dict[str, int] = field(default_factory=dict)
    """Ways to other code that cannot be followed, and their lines."""


_HIDDEN = {"__subclasses__", "__doc__"}  # attributes of any object


def uses_of(nodes: Iterable[ast.AST]) -> Uses:
    """What these statements and expressions, and the functions defined in them, use.

    Annotations count only in class bodies, where they make fields. Local scopes are not
    distinguished, so a local name may resolve to more than it refers to.
    """
    uses = Uses()
    for node in nodes:
        _visit(node, uses, in_class=False, optional=False)
    return uses


def chain_of(node: ast.AST) -> Chain | None:
    """The chain of a name or of attributes of a name; None for any other expression."""
    attributes: list[str] = []
    while isinstance(node, ast.Attribute):
        attributes.append(node.attr)
        node = node.value
    return (node.id, *reversed(attributes)) if isinstance(node, ast.Name) else None


def imports_of(node: ast.AST, *, optional: bool = False) -> list[Import]:
    """The names that an import statement binds; none for any other node."""
    if isinstance(node, ast.Import):
        return [
            Import(
                module=alias.name,
                name=None,
                bound=alias.name if alias.asname else alias.name.partition(".")[0],
                local=alias.asname or alias.name.partition(".")[0],
                line=node.lineno,
                optional=optional,
            )
            for alias in node.names
        ]
    if isinstance(node, ast.ImportFrom):
        return [
            Import(
                module="." * node.level + (node.module or ""),
                name=alias.name,
                bound=None,
                local=alias.asname or alias.name,
                line=node.lineno,
                optional=optional,
            )
            for alias in node.names
        ]
    return []


def _visit(node: ast.AST, uses: Uses, *, in_class: bool, optional: bool) -> None:
    chain = chain_of(node)
    if chain is not None:
        _add_chain(node, chain, uses, called=False)
        return
    for child in _children(node, uses, in_class=in_class, optional=optional):
        if isinstance(child, ast.expr_context):
            continue
        inside = isinstance(node, ast.ClassDef) or (in_class and isinstance(node, ast.stmt))
        _visit(child, uses, in_class=inside, optional=optional)


def _children(
    node: ast.AST, uses: Uses, *, in_class: bool, optional: bool
) -> Iterable[ast.AST | ast.expr]:
    """The parts of a node to visit; the node itself is added to the uses."""
    match node:
        case ast.Constant(value=str(text)):
            uses.texts.add(text)
        case ast.Import() | ast.ImportFrom():
            uses.imports += imports_of(node, optional=optional)
            return ()
        case ast.FunctionDef() | ast.AsyncFunctionDef():
            if node.name == "__init_subclass__":
                uses.hidden.setdefault(node.name, node.lineno)
            defaults = [default for default in node.args.kw_defaults if default is not None]
            for part in (*node.decorator_list, *node.args.defaults, *defaults, *node.body):
                _visit(part, uses, in_class=False, optional=optional)
            return ()
        case ast.AnnAssign() if not in_class:
            return [part for part in (node.target, node.value) if part is not None]
        case ast.If() if is_for_type_checkers(node):
            return node.orelse
        case ast.Try() if any(map(_catches_import_errors, node.handlers)):
            for statement in node.body:
                _visit(statement, uses, in_class=in_class, optional=True)
            return (*node.handlers, *node.orelse, *node.finalbody)
        case ast.Global():
            for name in node.names:
                uses.chains.setdefault((name,), node.lineno)
        case ast.Call():
            return _call(node, uses)
        case ast.Attribute(attr=name) if name in _HIDDEN:
            uses.hidden.setdefault(name, node.lineno)
    if is_idle(node):
        return ()
    return ast.iter_child_nodes(node)


def _call(node: ast.Call, uses: Uses) -> list[ast.AST]:
    chain = chain_of(node.func)
    match node.args:
        case [ast.Constant(value=str(text)), *_] if chain is not None:
            uses.called_with.setdefault(chain, set()).add(text)
            _add_chain(node.func, chain, uses, called=True)
            return [*node.args, *node.keywords]
    return [node.func, *node.args, *node.keywords]


def _add_chain(node: ast.AST, chain: Chain, uses: Uses, *, called: bool) -> None:
    for name in _HIDDEN.intersection(chain[1:]):
        uses.hidden.setdefault(name, getattr(node, "lineno", 0))
    root = node
    while isinstance(root, ast.Attribute):
        root = root.value
    if isinstance(root, ast.Name) and isinstance(root.ctx, ast.Load):
        uses.chains.setdefault(chain, root.lineno)
        if not called:
            uses.not_called.add(chain)


def _catches_import_errors(handler: ast.ExceptHandler) -> bool:
    if handler.type is None:
        return True
    types = handler.type.elts if isinstance(handler.type, ast.Tuple) else [handler.type]
    return any((chain_of(kind) or ("",))[-1] in _IMPORT_ERRORS for kind in types)
