"""How many stages an edited line of the package reruns: python benchmarks/measure_reruns.py

The mean over all lines of src/ecgfuse. A line of a docstring or a comment, or a blank one, reruns
none, and neither does an import: only what a name stands for counts, wherever it comes from. (If an
import line counted like the code that uses its names, "mean_with_imports" would be the mean.) The
stage `code` itself, which takes a second, is not counted. Writes reruns.json.
"""

import ast
import json
import tokenize
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

from dvc.repo import Repo

from ecgfuse.code.package import Package
from ecgfuse.code.reach import Walks
from ecgfuse.code.write import fingerprint_file, stage_scripts
from ecgfuse.files import write_json
from ecgfuse.stage import run_stage

RESULTS = Path("benchmarks/reruns.json")
_NO_CODE = {
    tokenize.COMMENT,
    tokenize.NL,
    tokenize.NEWLINE,
    tokenize.INDENT,
    tokenize.DEDENT,
    tokenize.ENDMARKER,
}


def main() -> None:
    """Measure, print and write."""
    stages = scripts_by_stage()
    reruns = reruns_by_line(stages.values())
    lines = [
        count
        for path in sorted(Path("src/ecgfuse").rglob("*.py"))
        for count in _of_file(path, reruns=reruns)
    ]
    with_imports = sum(lines) + sum(reruns_by_import(stages.values()).values())
    found = {
        "stages": len(stages),
        "lines": len(lines),
        "mean_reruns_of_a_line": round(sum(lines) / len(lines), 2),
        "mean_with_imports": round(with_imports / len(lines), 2),
        "share_that_reruns_none": round(sum(count == 0 for count in lines) / len(lines), 3),
        "share_that_reruns_twenty_or_more": round(
            sum(count >= 20 for count in lines) / len(lines), 3
        ),
    }
    print(json.dumps(found, indent=2))
    write_json(found, RESULTS)


def scripts_by_stage() -> dict[str, set[Path]]:
    """Stage of any pipeline -> the scripts on whose fingerprints it depends."""
    repository = Repo()
    folder = Path(repository.root_dir) / "code"
    files = {folder / fingerprint_file(script): script for script in stage_scripts(Path())}
    return {
        stage.addressing: {
            script
            for file, script in files.items()
            for dep in stage.deps
            if file.is_relative_to(dep.fs_path) and file.is_relative_to(folder)
        }
        for stage in repository.index.stages
        if stage.addressing != "code"
    }


def reruns_by_line(stages: Iterable[set[Path]]) -> Counter[tuple[Path, int]]:
    """File and line -> how many stages reach it."""
    walks = Walks(Package(Path()))
    reruns: Counter[tuple[Path, int]] = Counter()
    for scripts in stages:
        reruns.update(
            {
                (path, line)
                for script in scripts
                for path, spans in walks.reach(script).spans().items()
                for first, last in spans
                for line in range(first, last + 1)
            }
        )
    return reruns


def reruns_by_import(stages: Iterable[set[Path]]) -> Counter[tuple[Path, int]]:
    """File and line of an import -> how many stages reach code that uses what it names."""
    walks = Walks(Package(Path()))
    reruns: Counter[tuple[Path, int]] = Counter()
    for scripts in stages:
        used: dict[Path, set[str]] = {}
        for script in scripts:
            for statement in walks.reach(script).statements:
                names = used.setdefault(statement.module.path, set())
                names |= {n.id for n in ast.walk(statement.node) if isinstance(n, ast.Name)}
        reruns.update(
            {
                (path, alias.lineno)
                for path, names in used.items()
                if path.is_relative_to("src/ecgfuse")
                for node in ast.parse(path.read_text()).body
                if isinstance(node, ast.Import | ast.ImportFrom)
                for alias in node.names
                if (alias.asname or alias.name).partition(".")[0] in names
            }
        )
    return reruns


def _of_file(path: Path, *, reruns: Counter[tuple[Path, int]]) -> list[int]:
    code = code_lines(path)
    n_lines = len(path.read_text().splitlines())
    return [reruns[path, line] if line in code else 0 for line in range(1, n_lines + 1)]


def code_lines(path: Path) -> set[int]:
    """The lines of a file that hold more than a comment or a part of a docstring."""
    with path.open("rb") as file:
        tokens = [token for token in tokenize.tokenize(file.readline) if token.type not in _NO_CODE]
    lines = {
        line for token in tokens[1:] for line in range(token.start[0], token.end[0] + 1)
    }  # the first is the encoding
    for node in ast.walk(ast.parse(path.read_text())):
        match node:
            case ast.Expr(value=ast.Constant(value=str())):
                lines -= set(range(node.lineno, (node.end_lineno or node.lineno) + 1))
    return lines


if __name__ == "__main__":
    run_stage(main)
