"""How many stages rerun per edited line of the package: python benchmarks/measure_reruns.py

The mean over all lines of src/ecgfuse. Docstrings, comments, blank lines and imports rerun nothing:
only what a name refers to counts, wherever it is imported from. (If an import line counted like
the code that uses its names, "mean_with_imports" would be the mean.) The stage `code` itself, which
takes a second, is not counted. Writes reruns.json.
"""

import ast
import json
import tokenize
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

from dvc.repo import Repo

from ecgfuse.pipeline.code.package import Package
from ecgfuse.pipeline.code.reach import Reached, Walks
from ecgfuse.pipeline.code.write import fingerprint_file, stage_scripts
from ecgfuse.pipeline.files import write_json
from ecgfuse.pipeline.stage import run_stage

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
    walks = Walks(Package(Path()))
    reached = {script: walks.reach(script) for script in stage_scripts(Path())}
    stages = [
        [reached[script] for script in scripts] for scripts in scripts_by_stage(reached).values()
    ]
    reruns = reruns_by_line(stages)
    lines = [
        count
        for path in sorted(Path("src/ecgfuse").rglob("*.py"))
        for count in _of_file(path, reruns=reruns)
    ]
    with_imports = sum(lines) + sum(reruns_by_import(stages).values())
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


def scripts_by_stage(scripts: Iterable[Path]) -> dict[str, set[Path]]:
    """Stage of any pipeline -> those of the scripts on whose fingerprints it depends."""
    repository = Repo()
    folder = Path(repository.root_dir) / "code"
    files = {folder / fingerprint_file(script): script for script in scripts}
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


def reruns_by_line(stages: Iterable[list[Reached]]) -> Counter[tuple[Path, int]]:
    """File and line -> number of stages that reach it."""
    reruns: Counter[tuple[Path, int]] = Counter()
    for stage in stages:
        reruns.update(
            {
                (path, line)
                for reached in stage
                for path, spans in reached.spans().items()
                for first, last in spans
                for line in range(first, last + 1)
            }
        )
    return reruns


def reruns_by_import(stages: Iterable[list[Reached]]) -> Counter[tuple[Path, int]]:
    """File and line of an import -> number of stages that reach code that uses its names."""
    reruns: Counter[tuple[Path, int]] = Counter()
    for stage in stages:
        used: dict[Path, set[str]] = {}
        for reached in stage:
            for statement in reached.statements:
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
    """The lines of a file that hold more than a comment or part of a docstring."""
    with path.open("rb") as file:
        tokens = [token for token in tokenize.tokenize(file.readline) if token.type not in _NO_CODE]
    lines = {
        line for token in tokens[1:] for line in range(token.start[0], token.end[0] + 1)
    }  # the first token is the encoding
    for node in ast.walk(ast.parse(path.read_text())):
        match node:
            case ast.Expr(value=ast.Constant(value=str())):
                lines -= set(range(node.lineno, (node.end_lineno or node.lineno) + 1))
    return lines


if __name__ == "__main__":
    run_stage(main)
