"""The page of the study: published and own scores side by side, and the bridge."""

import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from ecgfuse.pipeline.files import atomic_file
from ecgfuse.studies.published.results import RowResults
from ecgfuse.studies.published.rows import ROWS, Published

Json = Mapping[str, Any]

_HEAD = """# The study as published: table

Written by the stage `table` of studies/published from its committed results. All scores are in
percent, on the records of DS2 unless said otherwise. [README.md](../README.md) explains the rows.

## Published and own scores on DS2

Ours: mean over the seeds, with the standard deviation over them, of the checkpoint that macro
AUPRC on the validation records names. Range: macro F1 of the four checkpoints that the study
keeps, lowest and highest, mean over the seeds; the highest is what choosing on DS2 would print.
Accuracy is the mean over the classes of one against the rest, as the study prints it.

"""
_COLUMNS = (
    "row",
    "seeds",
    "F1 published",
    "F1 ours",
    "difference",
    "range",
    "Se published",
    "Se ours",
    "accuracy published",
    "accuracy ours",
    "AUPRC ours",
)
_NONE = "-"


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
    page = _HEAD + score_table(rows, forests) + "\n" + differences(rows) + "\n"
    page += bridge_section(steps, first=rows.get("mhca_opt3"), last=default)
    with atomic_file(out) as temporary:
        temporary.write_text(page)


def score_table(rows: Mapping[str, RowResults], forests: Mapping[str, RowResults]) -> str:
    """Markdown of the table of scores on DS2."""
    lines = []
    for name, row in ROWS.items():
        if name in rows:
            lines.append(_line(row.title, rows[name], published=row.published))
        if f"{name}_full" in rows:
            title = f"{row.title}, published budget"
            lines.append(_line(title, rows[f"{name}_full"], published=row.published))
    titles = {"forest": "random forest, DS1", "forest_train": "random forest, training records"}
    for name, title in titles.items():
        lines.append(_line(title, forests[name], published=None))
    return markdown(_COLUMNS, lines) + "\n" + _forest_classes(forests["forest"])


def _forest_classes(forest: RowResults) -> str:
    """A sentence, as the paper of the random forest has no macro scores."""
    mean = forest["validated"]
    f1 = ", ".join(
        f"F1 of {name} {100 * mean[name]['f1']:.1f} (published {published})"
        for name, published in {"N": 97.97, "S": 73.06, "V": 90.85}.items()
    )
    accuracy = 100 * mean["accuracy"]
    return f"The random forest on DS1: accuracy {accuracy:.1f} (published 96.14), {f1}.\n"


def differences(rows: Mapping[str, RowResults]) -> str:
    """Markdown: what single choices of the study are worth, from pairs of rows."""
    lines = []
    for name, (other, what) in _PAIRS.items():
        if name not in rows or other not in rows:
            continue
        ours, against = rows[name], rows[other]
        change = 100 * (ours["validated"]["macro_f1"] - against["validated"]["macro_f1"])
        sd = (
            100
            * (ours["validated_sd"]["macro_f1"] ** 2 + against["validated_sd"]["macro_f1"] ** 2)
            ** 0.5
        )
        lines.append((what, f"{change:+.1f}", f"{sd:.1f}" if sd else _NONE))
    picked = [
        100 * (row["checkpoints"]["macro_f1"]["high"] - row["validated"]["macro_f1"])
        for row in rows.values()
    ]
    spread = [100 * row["validated_sd"]["macro_f1"] for row in rows.values() if row["seeds"] > 1]
    text = (
        "### Where differences come from\n\n"
        f"Choosing among the four checkpoints on DS2 adds {_mean(picked):.1f} points of macro F1 "
        f"on average, {max(picked):.1f} at most. "
    )
    if spread:
        text += f"Seeds differ by {_mean(spread):.1f} points on average (standard deviation). "
    text += "Single choices:\n\n"
    return text + markdown(("choice", "change of macro F1", "sd of the seeds"), lines)


_PAIRS = {
    "mhca_opt3_beats": ("mhca_opt3", "RR between beats only, not all annotations (opt3 MHCA)"),
    "mhca_text_opt1": ("mhca_opt1", "feed-forward width and gate of the text (opt1 MHCA)"),
    "mhca_text_opt3": ("mhca_opt3", "feed-forward width and gate of the text (opt3 MHCA)"),
    "mhca_opt3_full": ("mhca_opt3", "published budget, not the reduction (opt3 MHCA)"),
    "mhca_opt3": ("baseline_opt2", "the MHCA block, which RR cannot reach, on the rows of opt2"),
    "mhca_opt1": ("concat_opt1", "MHCA in place of concat (opt1)"),
    "resunet_b1": ("resunet_a1", "the guessed transformer (naive concat)"),
    "resunet_b2": ("resunet_a2", "the guessed transformer (cross-attention)"),
}
"""Row -> the row it is compared with, and what differs."""


def bridge_section(steps: Json, *, first: RowResults | None, last: Json) -> str:
    """Markdown of the bridge; DS2 stands beside its first and its last row only."""
    lines: list[Sequence[str]] = []
    before: float | None = None
    names = list(steps)
    for name, step in steps.items():
        mean, sd = step["mean"], step["sd"]
        auprc, f1 = mean["macro_auprc"], mean["macro_f1"]
        on_ds2 = _NONE
        if name == names[0] and first is not None:
            on_ds2 = f"{100 * first['validated']['macro_f1']:.1f}"
        elif name == names[-1]:
            on_ds2 = f"{100 * last['test']['macro_f1']:.1f}"
        lines.append(
            (
                step["change"],
                f"{100 * auprc:.1f} ± {100 * sd['macro_auprc']:.1f}",
                _NONE if before is None else f"{100 * (auprc - before):+.1f}",
                f"{100 * f1:.1f} ± {100 * sd['macro_f1']:.1f}",
                on_ds2,
            )
        )
        before = auprc
    columns = ("change", "macro AUPRC, folds", "difference", "macro F1, folds", "macro F1, DS2")
    n_seeds = steps[names[0]]["seeds"]
    return (
        "## From the study to today's default, one change at a time\n\n"
        "Each row keeps the changes of the rows above it. Scores are of patients held out within "
        f"DS1, pooled over the folds, means over {n_seeds} seeds with their standard deviation; "
        "nothing is chosen by them here. DS2 is shown for the first and the last row only.\n\n"
        + markdown(columns, lines)
    )


def markdown(columns: Sequence[str], lines: Iterable[Sequence[str]]) -> str:
    """A table in Markdown."""
    rows = [columns, ["---"] * len(columns), *lines]
    return "".join(f"| {' | '.join(row)} |\n" for row in rows)


def _line(title: str, ours: RowResults, *, published: Published | None) -> Sequence[str]:
    mean, sd = ours["validated"], ours["validated_sd"]
    low_high = ours["checkpoints"]["macro_f1"]
    f1 = 100 * mean["macro_f1"]
    paper = published or Published()
    return (
        title,
        str(ours["seeds"]),
        _number(paper.f1),
        f"{f1:.1f}" + (f" ± {100 * sd['macro_f1']:.1f}" if ours["seeds"] > 1 else ""),
        _NONE if paper.f1 is None else f"{f1 - paper.f1:+.1f}",
        f"{100 * low_high['low']:.1f} to {100 * low_high['high']:.1f}",
        _number(paper.sensitivity),
        f"{100 * mean['macro_sensitivity']:.1f}",
        _number(paper.accuracy),
        f"{100 * mean['class_accuracy']:.1f}",
        f"{100 * mean['macro_auprc']:.1f}",
    )


def _number(value: float | None) -> str:
    return _NONE if value is None else f"{value:.1f}"


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values)


def _read(path: Path) -> Any:
    return json.loads(path.read_text())
