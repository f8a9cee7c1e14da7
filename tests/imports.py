"""Which files of the project a script imports, directly or not, found by reading the code."""

import ast
from pathlib import Path

ROOT = Path(__file__).parents[1]
SOURCE = ROOT / "src"


def import_closure(script: Path) -> set[str]:
    """Paths, relative to the repository, of all project modules that a script needs.

    Packages whose __init__.py holds a docstring at most are not counted: they run nothing.
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
    return any(
        not (isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant))
        for node in ast.parse(init.read_text()).body
    )
