"""Rows of the results table: this run, trivial predictions, and published results."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Literal

from ecgfuse.classes import CLASSES
from ecgfuse.evaluate.metrics import headline
from ecgfuse.evaluate.results import EvaluationResults, ModelScores, ModelSpread
from ecgfuse.report.published import Published
from ecgfuse.studies.daeac.results import DaeacResults

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

COMPARED = {
    "waveform": "the waveform alone: rows of the ECG and comparisons with the median beat, no RR",
    "rr": "RR features alone, no waveform",
    "early": "as opt2: RR features are additional rows of the input, from the first layer on",
    "late": "as opt1: RR features join behind the backbone, in the fusion block",
    "hybrid": "as opt3: RR features as additional rows and in the fusion block",
    "concat": "late fusion by concatenation in place of the fusion block",
    "gated_concat": "late fusion by a gated multimodal unit in place of the fusion block",
    "film": "late fusion by feature-wise linear modulation in place of the fusion block",
}
"""What each compared network does; opt1 to opt3 are the options of the study."""

TITLES = {
    "waveform": "waveform alone",
    "rr": "RR alone",
    "concat": "late, concatenation",
    "gated_concat": "late, gated",
    "film": "late, FiLM",
}
"""Compared networks whose names do not say enough by themselves."""

BLOCKS = {
    "mhca": "multi-head cross-attention: RR features are the query, the ECG is key and value",
    "concat": "concatenation of the mean over the ECG with the embedded RR features",
    "gated_concat": "gated multimodal unit (Arevalo et al., arXiv:1702.01992): per channel, a gate "
    "computed from both weighs the ECG against RR",
    "film": "feature-wise linear modulation (Perez et al., AAAI 2018): RR features scale and shift "
    "each channel of the ECG",
}
"""How RR features join in the block of late and hybrid fusion, by the name in `fusion.block`."""


STUDY_MODELS = {
    "best": (
        "best single deployable model",
        "hybrid network distilled from the ensembles of all seeds",
    ),
    "causal": ("causal", "hybrid fusion of features that use nothing later than the beat"),
}
"""Models beside the fusions, by their names: their titles, and how they were made."""


@dataclass(frozen=True, kw_only=True)
class Row:
    """One line of the table of results; numbers in percent, None where there is none."""

    name: str
    detail: str = ""
    values: Mapping[str, float | None]
    spread: Mapping[str, float] = field(default_factory=dict)
    """Standard deviation over the seeds, in points."""


def seed_row(model: str, results: EvaluationResults) -> Row:
    """Mean and spread over the seeds of one model."""
    return _mean_row(model, seeds=results["seeds"], mean=results["test"], sd=results["test_sd"])


def ensemble_row(model: str, results: EvaluationResults) -> Row:
    """The mean probability over the seeds of one model."""
    return _ensemble_row(model, seeds=results["seeds"], scores=results["test_ensemble"])


def network_row(name: str, results: EvaluationResults, *, is_current: bool) -> Row:
    """One of STUDY_MODELS.

    Args:
        is_current: whether another run of its study would give the same results.
    """
    title, detail = STUDY_MODELS[name]
    return _noted(seed_row(title, results), detail if is_current else f"{detail}; NOT CURRENT")


def adaptation_rows(daeac: DaeacResults) -> list[Row]:
    """Early fusion before and after adaptation to the test patients, on the same later beats."""
    notes: dict[Literal["source_only", "adapted"], tuple[str, str]] = {
        "source_only": ("Early fusion, before adaptation", "has seen no beat of the test patients"),
        "adapted": (
            "Early fusion, adapted (DAEAC)",
            "transductive: has seen unlabelled beats of the test patients",
        ),
    }
    rows, seeds = [], daeac["seeds"]
    for key, (name, note) in notes.items():
        found = daeac[key]
        rows.append(_noted(_mean_row(name, seeds=seeds, mean=found["mean"], sd=found["sd"]), note))
        if seeds > 1:
            ensemble = _ensemble_row(name, seeds=seeds, scores=found["ensemble"])
            rows.append(_noted(ensemble, note))
    return rows


def always_n_row(results: EvaluationResults) -> Row:
    """Calling every beat N."""
    return Row(
        name="Always N",
        detail="no learning; computed from the numbers of beats",
        values=_percent(results["always_n"]),
    )


def published_row(result: Published) -> Row:
    """A published result."""
    return Row(name=result.method, detail=result.note, values=result.values())


def _mean_row(name: str, *, seeds: int, mean: ModelScores, sd: ModelSpread) -> Row:
    return Row(
        name=capitalised(title_of(name)),
        detail="one seed" if seeds == 1 else f"mean \N{PLUS-MINUS SIGN} sd of {seeds} seeds",
        values=_percent(mean),
        spread={} if seeds == 1 else _percent(sd),
    )


def _ensemble_row(name: str, *, seeds: int, scores: ModelScores) -> Row:
    return Row(
        name=f"{capitalised(title_of(name))}, ensemble",
        detail=f"mean probability of {seeds} seeds",
        values=_percent(scores),
    )


def _noted(row: Row, note: str) -> Row:
    return replace(row, detail=f"{note}; {row.detail}")


def flat_scores(scores: ModelScores | ModelSpread) -> dict[str, float]:
    """The scores of COLUMNS by their flat names, as fractions."""
    return headline(scores, classes=CLASSES) | {"accuracy": scores["accuracy"]}


def _percent(scores: ModelScores | ModelSpread) -> dict[str, float]:
    return {name: 100 * value for name, value in flat_scores(scores).items()}


def title_of(name: str) -> str:
    """A compared network in words, such as "RR alone"; other names as they are."""
    return TITLES.get(name, name)


def capitalised(name: str) -> str:
    """With a capital first letter; other capitals are kept, such as those of DAEAC."""
    return name[:1].upper() + name[1:]
