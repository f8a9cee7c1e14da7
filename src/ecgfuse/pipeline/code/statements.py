"""The top-level statements of a module, and which of them have effects on import."""

import ast
from collections.abc import Callable, Iterator

from ecgfuse.pipeline.code.syntax import is_for_type_checkers, is_idle
from ecgfuse.pipeline.code.uses import Chain, chain_of, imports_of

Origin = Callable[[Chain], str]
"""Where a name comes from: dataclasses.field, builtins.tuple, or "" for the project's own."""

_FUNCTION = ast.FunctionDef | ast.AsyncFunctionDef
_CONTAINERS = ("tuple", "list", "dict", "set", "frozenset", "range", "slice", "bytes")
_NUMBERS = ("len", "int", "float", "bool", "str")
_HARMLESS = {
    *(f"builtins.{name}" for name in (*_CONTAINERS, *_NUMBERS)),
    *(f"builtins.{name}" for name in ("property", "staticmethod", "classmethod")),
    "builtins.dict.fromkeys",
    *(f"dataclasses.{name}" for name in ("dataclass", "field")),
    *(f"typing.{name}" for name in ("TypeVar", "ParamSpec", "NewType", "get_args", "overload")),
    *(f"typing.{name}" for name in ("final", "override", "runtime_checkable")),
    *(f"functools.{name}" for name in ("cache", "lru_cache", "cached_property", "wraps")),
    *(f"contextlib.{name}" for name in ("contextmanager", "asynccontextmanager")),
    *(f"pathlib.{name}" for name in ("Path", "PurePath", "PurePosixPath")),
    *(f"torch.{name}" for name in ("no_grad", "enable_grad", "inference_mode")),
    "abc.abstractmethod",
    "enum.unique",
    "fractions.Fraction",
    "re.compile",
}
"""Calls that only build an object from their arguments or from a decorated function."""
_ACCESSORS = {"setter", "getter", "deleter"}  # of a property
_RUNS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp, ast.Await, ast.NamedExpr)
_SCOPES = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda)


def top_level(tree: ast.Module, *, is_script: bool) -> Iterator[ast.stmt]:
    """The statements that run, without those for type checkers and for other scripts."""
    yield from _running(tree.body, is_script=is_script)


def bound_names(statement: ast.stmt) -> list[str]:
    """The names that a top-level statement binds in its module, sorted."""
    return sorted(set(_bound(statement)))


def has_effects(statement: ast.stmt, *, origin: Origin) -> bool:
    """Whether running a statement may do more than bind a name to a definition or a constant.

    A function or class has effects if a decorator could register it, if a default value is
    computed, or if the class body does more than define fields and methods.
    """
    match statement:
        case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
            return _definition_has_effects(statement, origin)
        case ast.Assign(targets=targets, value=value):
            return not all(map(_is_plain, targets)) or _runs(value, origin)
        case ast.AnnAssign(target=ast.Name(), annotation=annotation, value=annotated):
            return _runs(annotation, origin) or (annotated is not None and _runs(annotated, origin))
    return not is_idle(statement)


def header(statement: ast.stmt) -> Iterator[ast.expr]:
    """The parts of a definition that run when it is defined: decorators and base classes."""
    if isinstance(statement, _FUNCTION):
        yield from statement.decorator_list
    elif isinstance(statement, ast.ClassDef):
        yield from statement.decorator_list
        yield from statement.bases
        yield from (keyword.value for keyword in statement.keywords)
        for inner in statement.body:
            yield from header(inner)


def _running(body: list[ast.stmt], *, is_script: bool) -> Iterator[ast.stmt]:
    for statement in body:
        if isinstance(statement, ast.If) and (
            is_for_type_checkers(statement) or (not is_script and _is_for_scripts(statement))
        ):
            yield from _running(statement.orelse, is_script=is_script)
        else:
            yield statement


def _is_for_scripts(statement: ast.If) -> bool:
    match statement.test:
        case ast.Compare(
            left=ast.Name(id="__name__"), ops=[ast.Eq()], comparators=[ast.Constant("__main__")]
        ):
            return True
    return False


def _bound(node: ast.AST) -> Iterator[str]:
    match node:
        case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
            yield name
        case ast.Name(id=name, ctx=ast.Store()):
            yield name
        case ast.ExceptHandler(name=str(name)) | ast.MatchAs(name=str(name)):
            yield name
        case ast.MatchStar(name=str(name)) | ast.MatchMapping(rest=str(name)):
            yield name
        case ast.Import() | ast.ImportFrom():
            yield from (imported.local for imported in imports_of(node))
    if not isinstance(node, (*_SCOPES, ast.comprehension)):
        for child in ast.iter_child_nodes(node):
            yield from _bound(child)


def _definition_has_effects(statement: ast.stmt, origin: Origin) -> bool:
    if isinstance(statement, _FUNCTION):
        defaults = (*statement.args.defaults, *filter(None, statement.args.kw_defaults))
        return not all(
            _is_harmless_decorator(decorator, origin) for decorator in statement.decorator_list
        ) or any(_runs(default, origin) for default in defaults)
    assert isinstance(statement, ast.ClassDef)
    return (
        bool(statement.keywords)
        or not all(_is_harmless_decorator(item, origin) for item in statement.decorator_list)
        or any(_runs(base, origin) for base in statement.bases)
        or any(has_effects(inner, origin=origin) for inner in statement.body)
    )


def _is_harmless_decorator(node: ast.expr, origin: Origin) -> bool:
    function = node.func if isinstance(node, ast.Call) else node
    arguments: list[ast.AST] = []
    if isinstance(node, ast.Call):
        arguments = [*node.args, *node.keywords]
    if isinstance(function, ast.Attribute) and function.attr in _ACCESSORS:
        return True
    return origin(chain_of(function) or ()) in _HARMLESS and not any(
        _runs(argument, origin) for argument in arguments
    )


def _is_plain(target: ast.expr) -> bool:
    if isinstance(target, ast.Starred):
        return _is_plain(target.value)
    if isinstance(target, ast.Tuple | ast.List):
        return all(map(_is_plain, target.elts))
    return isinstance(target, ast.Name)


def _runs(node: ast.AST, origin: Origin) -> bool:
    if isinstance(node, _RUNS):
        return True
    if isinstance(node, ast.Lambda):
        return any(_runs(default, origin) for default in node.args.defaults)
    if isinstance(node, ast.Call) and origin(chain_of(node.func) or ()) not in _HARMLESS:
        return True
    return any(_runs(child, origin) for child in ast.iter_child_nodes(node))
