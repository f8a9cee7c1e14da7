"""Published and own scores side by side, and the bridge, as rows of text for page and report."""

from collections.abc import Mapping, Sequence
from statistics import fmean
from typing import TypedDict

from ecgfuse.evaluate.results import EvaluationResults, MacroScores
from ecgfuse.studies.published.results import RowResults
from ecgfuse.studies.published.rows import ROWS, Published

Cells = Sequence[str]

SCORE_COLUMNS = (
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
CHOICE_COLUMNS = ("choice", "change of macro F1", "sd of the seeds")
BRIDGE_COLUMNS = (
    "change",
    "macro AUPRC, folds",
    "difference",
    "macro F1, folds",
    "macro F1, DS2",
)
FORESTS = {"forest": "random forest, DS1", "forest_train": "random forest, training records"}
"""Name in the results -> title."""
FOREST_PUBLISHED = {"accuracy": 96.14, "N": 97.97, "S": 73.06, "V": 90.85}
"""In percent: accuracy, and F1 by class. The paper has no macro scores."""
PAIRS = {
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
_NONE = "-"


class BridgeStep(TypedDict):
    """What results/bridge.json holds of a row: scores on the folds of DS1."""

    change: str
    seeds: int
    beats: int
    mean: MacroScores
    sd: MacroScores
    """Sample standard deviation over the seeds."""


def score_rows(rows: Mapping[str, RowResults], forests: Mapping[str, RowResults]) -> list[Cells]:
    """Cells of SCORE_COLUMNS in percent: networks in the order of ROWS, then the forests."""
    lines = []
    for name, row in ROWS.items():
        if name in rows:
            lines.append(_scores(row.title, rows[name], published=row.published))
        if f"{name}_full" in rows:
            title = f"{row.title}, published budget"
            lines.append(_scores(title, rows[f"{name}_full"], published=row.published))
    return lines + [
        _scores(title, forests[name], published=None) for name, title in FORESTS.items()
    ]


def forest_sentence(forest: RowResults) -> str:
    """The random forest beside its paper, class by class."""
    mean = forest["validated"]
    f1 = ", ".join(
        f"F1 of {name} {100 * mean[name]['f1']:.1f} (published {FOREST_PUBLISHED[name]})"
        for name in ("N", "S", "V")
    )
    accuracy = 100 * mean["accuracy"]
    published = FOREST_PUBLISHED["accuracy"]
    return f"The random forest on DS1: accuracy {accuracy:.1f} (published {published}), {f1}."


def choice_rows(rows: Mapping[str, RowResults]) -> list[Cells]:
    """Cells of CHOICE_COLUMNS: what single choices of the study are worth, from pairs of rows."""
    lines: list[Cells] = []
    for name, (other, what) in PAIRS.items():
        if name not in rows or other not in rows:
            continue
        ours, against = rows[name], rows[other]
        change = ours["validated"]["macro_f1"] - against["validated"]["macro_f1"]
        sd = (
            ours["validated_sd"]["macro_f1"] ** 2 + against["validated_sd"]["macro_f1"] ** 2
        ) ** 0.5
        # One seed has no spread.
        known = min(ours["seeds"], against["seeds"]) > 1
        lines.append((what, f"{100 * change:+.1f}", f"{100 * sd:.1f}" if known else _NONE))
    return lines


def checkpoint_sentence(rows: Mapping[str, RowResults]) -> str:
    """What choosing the checkpoint on DS2 adds, and how much seeds differ."""
    picked = [
        100 * (row["checkpoints"]["macro_f1"]["high"] - row["validated"]["macro_f1"])
        for row in rows.values()
    ]
    spread = [100 * row["validated_sd"]["macro_f1"] for row in rows.values() if row["seeds"] > 1]
    text = (
        f"Choosing among the four checkpoints on DS2 adds {fmean(picked):.1f} points of macro F1 "
        f"on average, {max(picked):.1f} at most."
    )
    if spread:
        text += f" Seeds differ by {fmean(spread):.1f} points on average (standard deviation)."
    return text


def bridge_rows(
    steps: Mapping[str, BridgeStep], *, first: RowResults | None, last: EvaluationResults
) -> list[Cells]:
    """Cells of BRIDGE_COLUMNS; DS2 stands beside the first and the last row only.

    Args:
        steps: results of the bridge.
        first: DS2 results of the study's network that the bridge starts from.
        last: DS2 results of the default hybrid network.
    """
    lines: list[Cells] = []
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
    return lines


def _scores(title: str, ours: RowResults, *, published: Published | None) -> Cells:
    mean, sd = ours["validated"], ours["validated_sd"]
    checkpoints = ours["checkpoints"]["macro_f1"]
    f1 = 100 * mean["macro_f1"]
    paper = published or Published()
    return (
        title,
        str(ours["seeds"]),
        _number(paper.f1),
        f"{f1:.1f}" + (f" ± {100 * sd['macro_f1']:.1f}" if ours["seeds"] > 1 else ""),
        _NONE if paper.f1 is None else f"{f1 - paper.f1:+.1f}",
        f"{100 * checkpoints['low']:.1f} to {100 * checkpoints['high']:.1f}",
        _number(paper.sensitivity),
        f"{100 * mean['macro_sensitivity']:.1f}",
        _number(paper.accuracy),
        f"{100 * mean['class_accuracy']:.1f}",
        f"{100 * mean['macro_auprc']:.1f}",
    )


def _number(value: float | None) -> str:
    return _NONE if value is None else f"{value:.1f}"
