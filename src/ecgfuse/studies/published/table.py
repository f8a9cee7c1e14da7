"""The page of the study, in Markdown: published and own scores side by side, and the bridge."""

import json
from pathlib import Path
from typing import Any

from ecgfuse.pipeline.files import atomic_file
from ecgfuse.pipeline.markdown import markdown_table
from ecgfuse.studies.published.comparison import (
    BRIDGE_COLUMNS,
    CHOICE_COLUMNS,
    SCORE_COLUMNS,
    bridge_rows,
    checkpoint_sentence,
    choice_rows,
    forest_sentence,
    score_rows,
)

_SCORES = """# The study as published: table

Written by the stage `table` of studies/published from its committed results. All scores are in
percent, on the records of DS2 unless said otherwise. [README.md](../README.md) explains the rows.

## Published and own scores on DS2

Ours: mean over the seeds, with the standard deviation over them, of the checkpoint that macro
AUPRC on the validation records names. Range: macro F1 of the four checkpoints that the study
keeps, lowest and highest, mean over the seeds; the highest is what choosing on DS2 would print.
Accuracy is the mean over the classes of one against the rest, as the study prints it.

"""
_BRIDGE = """## From the study to today's default, one change at a time

Each row keeps the changes of the rows above it. Scores are of patients held out within DS1, pooled
over the folds, means over {seeds} seeds with their standard deviation; nothing is chosen by them
here. DS2 is shown for the first and the last row only.

"""


def write_table(*, published: Path, forest: Path, bridge: Path, today: Path, out: Path) -> None:
    """Write the page.

    Args:
        published: JSON, name of a row -> `RowResults`.
        forest: the same of the random forest.
        bridge: JSON of the bridge.
        today: results of the default hybrid network.
        out: Markdown file.
    """
    rows, forests, steps, default = map(_read, (published, forest, bridge, today))
    changes = bridge_rows(steps, first=rows.get("mhca_opt3"), last=default)
    page = (
        _SCORES
        + markdown_table(SCORE_COLUMNS, score_rows(rows, forests))
        + f"\n\n{forest_sentence(forests['forest'])}\n"
        + f"\n### Where differences come from\n\n{checkpoint_sentence(rows)} Single choices:\n\n"
        + markdown_table(CHOICE_COLUMNS, choice_rows(rows))
        + "\n\n"
        + _BRIDGE.format(seeds=next(iter(steps.values()))["seeds"])
        + markdown_table(BRIDGE_COLUMNS, changes)
        + "\n"
    )
    with atomic_file(out) as temporary:
        temporary.write_text(page)


def _read(path: Path) -> Any:
    return json.loads(path.read_text())
