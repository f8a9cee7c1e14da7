"""Rows of the tables: results of this run, what is trivial, and what others published."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from ecgfuse.evaluate.metrics import headline
from ecgfuse.report.published import Published

COLUMNS = {
    "accuracy": "Accuracy",
    "macro_sensitivity": "Macro sensitivity",
    "macro_f1": "Macro F1",
    "f1_S": "F1 of S",
    "f1_V": "F1 of V",
    "f1_F": "F1 of F",
    "macro_auprc": "Macro AUPRC",
    "macro_auroc": "Macro AUROC",
}

FUSIONS = {
    "early": "opt2: RR ratios are further rows beside the ECG, from the first layer on",
    "late": "opt1: the ECG alone goes through the network; RR joins at the end",
    "hybrid": "opt3: RR ratios as further rows, and RR joins at the end, too",
}
"""What each fusion of the study does."""

BLOCKS = {
    "mhca": "multi-head cross-attention: RR asks, the ECG answers",
    "concat": "concatenation of the mean over the ECG with the embedded RR features",
    "gated_concat": "gated multimodal unit (Arevalo et al., arXiv:1702.01992): in each channel a "
    "gate made from both weighs the ECG against RR",
    "film": "feature-wise linear modulation (Perez et al., AAAI 2018): RR scales and shifts each "
    "channel of the ECG",
}
"""How RR joins at the end in late and hybrid fusion, by the name in `fusion.block`."""


NETWORKS = {
    "best": (
        "best single deployable model",
        "hybrid network distilled from the ensemble of all seeds",
    ),
    "causal": ("causal", "hybrid fusion of features that use nothing later than the beat"),
}
"""Networks beside the fusions, by their names: their names, and how they were made."""


@dataclass(frozen=True, kw_only=True)
class Row:
    """One line of the table of results; numbers in percent, None where there is none."""

    name: str
    detail: str = ""
    values: Mapping[str, float | None]
    spread: Mapping[str, float] = field(default_factory=dict)
    """Standard deviation over the seeds, in points."""


def seed_row(fusion: str, metrics: Mapping[str, Any]) -> Row:
    """Mean and spread over the seeds of one fusion."""
    one = metrics["seeds"] == 1
    return Row(
        name=_capital(fusion),
        detail="one seed" if one else f"mean \N{PLUS-MINUS SIGN} sd of {metrics['seeds']} seeds",
        values=_percent(metrics["test"]),
        spread={} if one else _percent(metrics["test_sd"]),
    )


def ensemble_row(fusion: str, metrics: Mapping[str, Any]) -> Row:
    """The mean probability over the seeds of one fusion."""
    return Row(
        name=f"{_capital(fusion)}, ensemble",
        detail=f"mean probability of {metrics['seeds']} seeds",
        values=_percent(metrics["test_ensemble"]),
    )


def network_row(name: str, metrics: Mapping[str, Any], *, is_current: bool) -> Row:
    """One of NETWORKS, which are no fusions of their own.

    Args:
        is_current: whether another run of its study would give the same.
    """
    title, detail = NETWORKS[name]
    return _noted(seed_row(title, metrics), detail if is_current else f"{detail}; NOT CURRENT")


def adaptation_rows(daeac: Mapping[str, Any]) -> list[Row]:
    """Early fusion before and after adaptation to the test patients, on the same later beats.

    Args:
        daeac: its results.
    """
    notes = {
        "source_only": ("Early fusion, before adaptation", "has seen no beat of the test patients"),
        "adapted": (
            "Early fusion, adapted (DAEAC)",
            "transductive: has seen unlabelled beats of the test patients",
        ),
    }
    rows = []
    for key, (name, note) in notes.items():
        scores = {"test" if of == "mean" else f"test_{of}": daeac[key][of] for of in daeac[key]}
        found = {"seeds": daeac["seeds"], **scores}
        rows.append(_noted(seed_row(name, found), note))
        if daeac["seeds"] > 1:
            rows.append(_noted(ensemble_row(name, found), note))
    return rows


def _noted(row: Row, note: str) -> Row:
    return replace(row, detail=f"{note}; {row.detail}")


def always_n_row(metrics: Mapping[str, Any]) -> Row:
    """What a program gets that calls every beat N."""
    return Row(
        name="Always N",
        detail="no learning; from the numbers of beats",
        values=_percent(metrics["always_n"]),
    )


def published_row(result: Published) -> Row:
    """A published result."""
    return Row(name=result.method, detail=result.note, values=result.values())


def _percent(scores: Mapping[str, Any]) -> dict[str, float]:
    shown = headline(scores) | {"accuracy": scores["accuracy"]}
    return {name: 100 * value for name, value in shown.items()}


def _capital(name: str) -> str:
    """With a capital at the start, others kept, such as those of DAEAC."""
    return name[:1].upper() + name[1:]
