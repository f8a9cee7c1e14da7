"""Which files of the project a script imports, directly or not, found by reading the code."""

import ast
from pathlib import Path

ROOT = Path(__file__).parents[1]
SOURCE = ROOT / "src"


def import_closure(script: Path) -> set[str]:
    """Paths, relative to the repository, of all project modules that a script needs.

    Packages whose __init__.py runs nothing of the project when it is imported are not counted.
    """
    found: set[Path] = set()
    waiting = [script]
    while waiting:
        for module in _imported(waiting.pop()):
            if module not in found:
                found.add(module)
                waiting.append(module)
    return {str(path.relative_to(ROOT)) for path in found}


def _imported(path: Path) -> set[Path]:
    files: set[Path] = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative import"
            names = [f"{node.module}.{alias.name}" for alias in node.names]
        else:
            continue
        for name in names:
            files |= _files_of(name)
    return files


def _files_of(name: str) -> set[Path]:
    """The module of a dotted name, which may end in something defined there, and its packages."""
    parts = name.split(".")
    if parts[0] != "ecgfuse":
        return set()
    candidates = [SOURCE.joinpath(*parts[:n]) for n in range(1, len(parts) + 1)]
    modules = {path.with_suffix(".py") for path in candidates}
    packages = {path / "__init__.py" for path in candidates}
    return {path for path in modules if path.is_file()} | {
        path for path in packages if path.is_file() and _runs_something(path)
    }


def _runs_something(init: Path) -> bool:
    return not all(_runs_nothing(node) for node in ast.parse(init.read_text()).body)


def _runs_nothing(node: ast.stmt) -> bool:
    """Docstrings, functions that nobody calls yet, and imports of others or for types alone."""
    match node:
        case ast.Expr(value=ast.Constant()) | ast.FunctionDef():
            return True
        case ast.ImportFrom(module=str(module)):
            return not module.startswith("ecgfuse")
        case ast.If(test=ast.Name(id="TYPE_CHECKING")):
            return True
    return False
