"""Syntax trees as text that only a change of what runs can change."""

import ast
import hashlib
from collections.abc import Iterable

_NOT_RUN = {"ctx", "type_comment", "kind"}

DIGITS = 12
"""Hexadecimal digits of a fingerprint."""


def digest(parts: Iterable[str]) -> str:
    """The fingerprint of a sequence of texts."""
    hashed = hashlib.sha256()
    for part in parts:
        hashed.update(f"{len(part)}:{part}".encode("utf-8", "surrogatepass"))
    return hashed.hexdigest()[:DIGITS]


def canonical(node: ast.AST) -> str:
    """A syntax tree as text, without what does not matter to a run.

    Left out are comments, docstrings, positions, imports (what a name stands for is hashed where
    it is used), code for type checkers, and annotations of variables and of functions that
    no decorator could ask for them.
    ast.dump is not used, since its output depends on the version of Python.
    """
    parts: list[str] = []
    _write(node, parts, within="module")
    return "".join(parts)


def is_idle(node: ast.AST) -> bool:
    """A statement that does nothing: a docstring or another constant, or pass."""
    return isinstance(node, ast.Pass) or (
        isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    )


def is_for_type_checkers(node: ast.AST) -> bool:
    """if TYPE_CHECKING: ..., of which only the else branch runs."""
    match node:
        case ast.If(test=ast.Name(id="TYPE_CHECKING") | ast.Attribute(attr="TYPE_CHECKING")):
            return True
    return False


def _write(node: ast.AST, parts: list[str], *, within: str) -> None:
    if isinstance(node, ast.Constant):
        parts.append(f"{type(node.value).__name__} {node.value!r}")
        return
    if isinstance(node, ast.Name):  # nearly half of all nodes
        parts.append(f"Name({node.id})")
        return
    left_out = _left_out(node, within=within)
    inside = _scope(node) or within
    parts.append(type(node).__name__ + "(")
    for field in node._fields:
        value = getattr(node, field, None)
        if value is None or value == [] or field in _NOT_RUN or field in left_out:
            continue
        parts.append(field + "=")
        if isinstance(value, list):
            _write_list(value, parts, within=inside)
        elif isinstance(value, ast.AST):
            _write(value, parts, within=inside)
        else:
            parts.append(repr(value))
        parts.append(" ")
    parts.append(")")


def _write_list(nodes: list[ast.AST | str | None], parts: list[str], *, within: str) -> None:
    parts.append("[")
    for node in nodes:
        if node is None or isinstance(node, str):  # the key of **mapping; a name of global
            parts.append(repr(node))
        elif isinstance(node, ast.If) and is_for_type_checkers(node):
            _write_list([*node.orelse], parts, within=within)
        elif not is_idle(node) and not isinstance(node, ast.Import | ast.ImportFrom):
            _write(node, parts, within=within)
        else:
            continue
        parts.append(",")
    parts.append("]")


def _scope(node: ast.AST) -> str | None:
    """How annotations in this node are used, where that differs from around it."""
    if isinstance(node, ast.ClassDef):
        return "class"
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
        return "decorated" if node.decorator_list else "function"
    return None


def _left_out(node: ast.AST, *, within: str) -> tuple[str, ...]:
    if isinstance(node, ast.AnnAssign) and within != "class":
        return ("annotation",)
    if isinstance(node, ast.arg) and within != "decorated":
        return ("annotation",)
    if _scope(node) == "function":
        return ("returns",)
    return ()
