"""Checks of the default settings and of the studies: a claim, the two numbers, and a verdict.

The test suite asserts none of these outcomes: they are results of a run, not properties of the
code.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from operator import ge, gt, le, lt
from typing import Literal

import pandas as pd

from ecgfuse.ec57.results import DetectionFigures
from ecgfuse.evaluate.results import EvaluationResults
from ecgfuse.noise.kinds import NOISES
from ecgfuse.report.captions import OBJECTIVES, STARTS
from ecgfuse.studies.annotate.results import AnnotateResults, RuntimeComparison
from ecgfuse.studies.detectors.results import DetectorsResults
from ecgfuse.studies.noise.results import NoiseResults
from ecgfuse.studies.pretrain_comparison.results import PretrainComparisonResults
from ecgfuse.studies.ssl12.results import LeadsResults, SummaryResults

_RELATIONS = {">": gt, ">=": ge, "<": lt, "<=": le}
_FOUND_AT_LEAST = 99.0
"""Sensitivity and positive predictivity, in percent, that QRS detection should exceed."""
_LOST_AT_MOST = 5.0
"""Points of sensitivity or positive predictivity for VEB that detection may cost."""
_FIGURES: dict[Literal["se", "ppv"], str] = {"se": "sensitivity", "ppv": "positive predictivity"}


@dataclass(frozen=True, kw_only=True)
class Check:
    """A claim, and the two numbers that decide it."""

    claim: str
    value: float
    of: str = ""
    """What the value is of."""
    relation: Literal[">", ">=", "<", "<="]
    """The claim holds if value RELATION reference."""
    reference: float
    reference_of: str
    unit: str = "%"
    digits: int = 1

    @property
    def holds(self) -> bool:
        """Whether the numbers, not rounded, satisfy the relation."""
        return bool(_RELATIONS[self.relation](self.value, self.reference))


def check_default(table: pd.DataFrame, *, of: str) -> list[Check]:
    """Whether the default is what cross-validation within DS1 prefers.

    Args:
        table: as `ablation.table.results_table` returns it.
        of: what its rows vary.
    """
    scores = {str(row["row"]): float(row["macro_auprc"]) for row in table.to_dict("records")}
    return _first_of_all(
        scores,
        name="default",
        claim=f"The default has the highest macro AUPRC on held-out patients of DS1, among {of}",
    )


def check_annotating_model(models: Mapping[str, EvaluationResults], *, name: str) -> list[Check]:
    """Whether the model that annotates is what the validation patients prefer.

    Args:
        models: name -> results of all models that were scored on the same data.
        name: of the model that annotates.
    """
    return _first_of_all(
        {model: found["valid"]["macro_f1"] for model, found in models.items()},
        name=name,
        claim="The model that annotates has the highest macro F1 on the validation patients",
    )


def _first_of_all(scores: Mapping[str, float], *, name: str, claim: str) -> list[Check]:
    others = {other: score for other, score in scores.items() if other != name}
    if name not in scores or not others:
        return []
    best = max(others, key=lambda other: others[other])
    return [
        Check(
            claim=claim,
            value=100 * scores[name],
            of=name,
            relation=">=",
            reference=100 * others[best],
            reference_of=f"{best}, the best of {len(others)} others",
        )
    ]


def check_pretraining(found: PretrainComparisonResults) -> list[Check]:
    """Whether pretraining beats chance and trivial guesses on the validation patients."""
    return [
        check
        for objective in OBJECTIVES
        for encoder, trained in found.get(objective, {}).items()
        for check in (
            Check(
                claim="A linear probe distinguishes the classes better than chance (macro AUROC)",
                value=100 * trained["probe"]["macro_auroc"],
                of=f"{STARTS[objective]}, {encoder}",
                relation=">",
                reference=50.0,
                reference_of="chance",
            ),
            *_losses_below_trivial(
                trained["losses"], trained["trivial"], of=f"{STARTS[objective]}, {encoder}"
            ),
        )
    ]


def _losses_below_trivial(
    losses: Mapping[str, float], trivial: Mapping[str, float], *, of: str
) -> list[Check]:
    pairs = (
        ("mae", "mae_if_zero", "reconstruct hidden patches", "predicting zero"),
        ("nextclip", "nextclip_if_zero", "predict the next clip", "predicting zero"),
        ("nextclip", "nextclip_if_repeated", "predict the next clip", "repeating this clip"),
        ("local", "local_by_chance", "identify hidden tokens", "chance"),
    )
    return [
        Check(
            claim=f"The networks {task} with a lower loss than {guess}",
            value=losses[loss],
            of=of,
            relation="<",
            reference=trivial[guessed],
            reference_of=guess,
            unit="",
            digits=3,
        )
        for loss, guessed, task, guess in pairs
        if loss in losses and guessed in trivial
    ]


def check_annotation(annotate: AnnotateResults, *, detectors: DetectorsResults) -> list[Check]:
    """Whether ONNX Runtime changes labels, beats are found, and detection costs little."""
    at_reference, found = annotate["reference"], annotate["detected"]
    detector = detectors["detectors"][detectors["chosen"]]["ds2"]
    return [
        _same_labels(annotate["onnx"]),
        *_beats_found(found["standard"]["gross"]["qrs"]),
        *_little_lost(
            at_reference["standard"]["gross"]["veb"], after=found["standard"]["gross"]["veb"]
        ),
        *_nearer(found["within_ms"], detector["within_ms"], name=detectors["chosen"]),
    ]


def _same_labels(runtimes: Mapping[str, RuntimeComparison]) -> Check:
    return Check(
        claim="ONNX Runtime predicts the same class as PyTorch for every test beat",
        value=float(sum(runtime["other_labels"] for runtime in runtimes.values())),
        of=f"of {sum(runtime['beats'] for runtime in runtimes.values()):,} predictions differ, "
        f"models {', '.join(runtimes)}",
        relation="<=",
        reference=0.0,
        reference_of="limit",
        unit="",
        digits=0,
    )


def _beats_found(qrs: DetectionFigures) -> list[Check]:
    return [
        Check(
            claim=f"The {title} of QRS detection exceeds {_FOUND_AT_LEAST:g} %",
            value=100 * value,
            of="test recordings",
            relation=">",
            reference=_FOUND_AT_LEAST,
            reference_of="limit",
            digits=2,
        )
        for figure, title in _FIGURES.items()
        if (value := qrs[figure]) is not None
    ]


def _little_lost(before: DetectionFigures, *, after: DetectionFigures) -> list[Check]:
    return [
        Check(
            claim=f"Detection changes the {title} for VEB by less than {_LOST_AT_MOST:g} points",
            value=100 * abs(detected - given),
            of="difference to reference beats",
            relation="<",
            reference=_LOST_AT_MOST,
            reference_of="limit",
            unit="points",
        )
        for figure, title in _FIGURES.items()
        if (given := before[figure]) is not None and (detected := after[figure]) is not None
    ]


def _nearer(found_ms: float | None, detector_ms: float | None, *, name: str) -> list[Check]:
    if found_ms is None or detector_ms is None:
        return []
    return [
        Check(
            claim="Annotated R peaks are nearer to the reference than the detector alone puts them",
            value=found_ms,
            of="95 % of the beats are within",
            relation="<",
            reference=detector_ms,
            reference_of=f"the detector {name}",
            unit="ms",
        )
    ]


def check_noise(noise: NoiseResults) -> list[Check]:
    """Whether the strongest muscle artefact lowers the scores."""
    checks = []
    for name, fusion in (
        ("early", noise["early"]),
        ("late", noise["late"]),
        ("hybrid", noise["hybrid"]),
    ):
        if by_ratio := fusion.get("ma"):
            lowest = min(by_ratio, key=float)
            checks.append(
                Check(
                    claim=f"{NOISES['ma'].capitalize()} at {lowest} dB lowers macro F1",
                    value=100 * by_ratio[lowest]["macro_f1"],
                    of=f"{name} fusion",
                    relation="<",
                    reference=100 * fusion["clean"]["macro_f1"],
                    reference_of="clean recording",
                )
            )
    return checks


def check_diagnosis(summary: SummaryResults) -> list[Check]:
    """Whether linear probes of frozen encoders distinguish diagnoses better than chance."""
    checks = []
    for objective in OBJECTIVES:
        probe = summary[objective]["linear_probe"]
        checks.append(
            Check(
                claim="A linear probe distinguishes diagnoses better than chance (macro AUROC)",
                value=100 * (probe["macro_auroc"] - 2 * probe["sd"]["macro_auroc"]),
                of=f"{STARTS[objective]}, mean less 2 sd over the seeds",
                relation=">",
                reference=50.0,
                reference_of="chance",
            )
        )
    return checks


def check_identification(leads: LeadsResults) -> list[Check]:
    """Whether embeddings find a patient among others more often than chance, on any lead set."""
    checks = []
    for recipe, by_set in leads.items():
        worst = min(by_set, key=lambda leads: by_set[leads]["identification"]["rank1"])
        found, unit = by_set[worst]["identification"], "lead" if worst == "1" else "leads"
        checks.append(
            Check(
                claim="A second recording is matched to its patient more often than by chance, "
                "whatever the leads",
                value=100 * found["rank1"],
                of=f"{recipe.replace('_', ' ')}, worst set: {worst} {unit}",
                relation=">",
                reference=100 / found["patients"],
                reference_of=f"chance, {found['patients']} patients",
            )
        )
    return checks
