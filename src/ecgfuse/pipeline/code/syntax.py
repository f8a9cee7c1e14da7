"""Syntax trees as text that changes only with what runs."""

import ast
import hashlib
from collections.abc import Iterable

_NOT_RUN = {"ctx", "type_comment", "kind"}

DIGITS = 12
"""Hexadecimal digits of a fingerprint."""


def digest(parts: Iterable[str]) -> str:
    """The fingerprint of a sequence of strings."""
    hashed = hashlib.sha256()
    for part in parts:
        hashed.update(f"{len(part)}:{part}".encode("utf-8", "surrogatepass"))
    return hashed.hexdigest()[:DIGITS]


def canonical(node: ast.AST) -> str:
    """A syntax tree as text, without what does not affect the outputs of a run.

    Left out are comments, docstrings, positions, imports (what a name refers to is hashed where
    it is used), code for type checkers, and annotations of variables and of functions without a
    decorator that could read them.

    The words of error messages are left out as well: literal text in the arguments of a raised
    exception, in the keyword argument `cure`, and in what is assigned to `cure` or `_CURE`. That
    is safe because a stage that raises has no outputs, and the package neither writes the text of
    a caught exception to an output nor branches on it. Everything else in a raise statement
    counts: the type of the exception, the values formatted into the message, and text that is
    used for something else, such as a key.

    ast.dump is not used, since its output depends on the version of Python.
    """
    parts: list[str] = []
    _write(node, parts, within="module")
    return "".join(parts)


def is_idle(node: ast.AST) -> bool:
    """Whether a statement does nothing: a docstring or another constant, or pass."""
    return isinstance(node, ast.Pass) or (
        isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    )


def is_for_type_checkers(node: ast.AST) -> bool:
    """Whether this is `if TYPE_CHECKING:`, of which only the else branch runs."""
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
    node = _without_words(node)
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
    """How annotations inside this node are used, if it opens a scope."""
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


def _without_words(node: ast.AST) -> ast.AST:
    """A raise statement, or a keyword argument or variable `cure`, without the words."""
    match node:
        case ast.Raise(exc=ast.Call(func=function, args=args, keywords=keywords), cause=cause):
            named = [ast.keyword(arg=item.arg, value=_wordless(item.value)) for item in keywords]
            call = ast.Call(func=function, args=[*map(_wordless, args)], keywords=named)
            return ast.Raise(exc=call, cause=cause)
        case ast.keyword(arg="cure", value=value):
            return ast.keyword(arg="cure", value=_wordless(value))
        case ast.Assign(targets=[ast.Name(id="cure" | "_CURE")] as targets, value=value):
            return ast.Assign(targets=targets, value=_wordless(value))
    return node


def _wordless(message: ast.expr) -> ast.expr:
    """A string as an f-string of its formatted expressions only; anything else unchanged."""
    match message:
        case ast.Constant(value=str()):
            return ast.JoinedStr(values=[])
        case ast.JoinedStr(values=values):
            return ast.JoinedStr(values=[v for v in values if isinstance(v, ast.FormattedValue)])
        case ast.IfExp(test=test, body=body, orelse=orelse):
            return ast.IfExp(test=test, body=_wordless(body), orelse=_wordless(orelse))
        case ast.BinOp(left=left, op=ast.Add(), right=right):
            left, right = _wordless(left), _wordless(right)
            if isinstance(left, ast.JoinedStr) and isinstance(right, ast.JoinedStr):
                return ast.JoinedStr(values=[*left.values, *right.values])
            return ast.BinOp(left=left, op=ast.Add(), right=right)
    return message
