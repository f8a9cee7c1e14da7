"""Write the tables of README.md and docs/ from committed results: python benchmarks/table.py

Each table stands between two marks. `make bench` calls this; tests/test_readme.py checks that the
text is current.
"""

import json
from collections.abc import Callable, Mapping
from pathlib import Path

from json_files import Json, Read
from score_tables import (
    format_class_scores,
    format_main_pairs,
    format_pairs,
    format_pretrained_folds,
    format_pretrained_test,
    format_results,
    format_scores,
)
from speed_tables import format_pretraining, format_reruns, format_speed
from web_tables import format_web

TABLES: Mapping[str, Mapping[str, Callable[[Read], str]]] = {
    "README.md": {"results": format_results, "main pairs": format_main_pairs},
    "docs/results.md": {
        "scores": format_scores,
        "class scores": format_class_scores,
        "pairs": format_pairs,
    },
    "docs/pretraining.md": {
        "pretrained on DS2": format_pretrained_test,
        "pretrained on DS1": format_pretrained_folds,
    },
    "docs/benchmarks.md": {
        "speed": format_speed,
        "pretraining": format_pretraining,
        "web": format_web,
    },
    "docs/pipeline.md": {"reruns": format_reruns},
}
"""Document -> its tables by name."""


def main() -> None:
    """Replace the tables in all documents."""
    for document in TABLES:
        path = Path(document)
        path.write_text(fill_tables(path.read_text(), document=document, read=read_json))


def read_json(path: Path) -> Json:
    """Content of a JSON file; the path is relative to the working directory."""
    content: Json = json.loads(path.read_text())
    return content


def fill_tables(text: str, *, document: str, read: Read) -> str:
    """The text of a document with its tables replaced.

    Raises:
        ValueError: the marks around a table are missing.
    """
    for name, format_table in TABLES[document].items():
        begin, end = marks(name)
        before, found_begin, rest = text.partition(begin)
        _, found_end, after = rest.partition(end)
        if not (found_begin and found_end):
            raise ValueError(
                f"{document}: the lines {begin!r} and {end!r} are missing; restore them"
            )
        text = f"{before}{begin}\n\n{format_table(read)}\n\n{end}{after}"
    return text


def marks(name: str) -> tuple[str, str]:
    """The lines before and after a table."""
    return f"<!-- begin {name}: written by benchmarks/table.py -->", f"<!-- end {name} -->"


if __name__ == "__main__":
    main()
