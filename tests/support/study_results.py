"""Fake results of the studies, in the layout that their stages write."""

import copy
import io
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from PIL import Image

from ecgfuse.classes import CLASSES
from ecgfuse.datasets.fusions import FUSIONS
from ecgfuse.ec57.counts import ROWS
from ecgfuse.ec57.scores import summarise as summarise_ec57
from ecgfuse.evaluate.metrics import headline_names, nest_headline, score, summarise
from ecgfuse.pipeline.files import write_json
from ecgfuse.report.build import STUDY_OF_RESULTS
from ecgfuse.report.standing import Standing
from ecgfuse.report.studies import TITLES, Ablation, HeartbeatFiles, Studies
from ecgfuse.studies.ablation.grid import Row
from ecgfuse.studies.ablation.table import results_table
from ecgfuse.studies.noise.config import NoiseConfig
from ecgfuse.studies.noise.scores import nest_scores
from ecgfuse.studies.pretrain_comparison.arms import arms_of
from ecgfuse.studies.pretrain_comparison.run import by_encoder, by_objective
from ecgfuse.studies.published.comparison import FORESTS
from ecgfuse.studies.published.results import RowResults, summarise_seeds


def _png() -> bytes:
    file = io.BytesIO()
    Image.new("RGB", (8, 8), "white").save(file, "PNG")
    return file.getvalue()


PNG = _png()
LABELS = np.repeat(range(4), 5)
SPREAD = {"mean": 0.625, "sd": 0.03125}
CURVE = {"4": nest_headline(dict.fromkeys(headline_names(CLASSES), SPREAD), classes=CLASSES)}
CURVE["4"]["valid"] = CURVE["4"].copy()
NOISE = NoiseConfig(kinds=("bw", "ma"), snr_db=(24.0, 0.0, -6.0))


def probabilities(*, n_wrong: int) -> np.ndarray:
    """(n_beats, 4); `n_wrong` of the 5 S beats are predicted as N."""
    predicted = LABELS.copy()
    predicted[5 : 5 + n_wrong] = 0
    return np.asarray(np.eye(4)[predicted] * 0.5 + 0.125)


def results_files(*, kind: str = "real", noise_kind: str = "real") -> dict[str, Any]:
    """Name of the results file -> its content, which a test may change."""
    return copy.deepcopy(_results_files(kind, noise_kind))


@cache
def _results_files(kind: str, noise_kind: str) -> dict[str, Any]:
    return {
        "annotate": annotate(),
        "bridge": bridge(),
        "daeac": daeac(),
        "detectors": detectors(),
        "ec57": {
            fusion: {rule: ec57_scores() for rule in ("standard", "whole_record", "literature")}
            for fusion in FUSIONS
        },
        "folds": {
            "data": {"database": "mitdb", "kind": kind, "beats": 50_969, "records": 22},
            "seeds": 1,
            **score(LABELS, probabilities(n_wrong=2), classes=CLASSES),
        },
        "forest": {name: published_row() for name in FORESTS},
        "leads": leads(),
        "learning_curve": CURVE,
        "pretrain_comparison": objectives(kind=kind),
        "published": {name: published_row() for name in ("mhca_opt1", "mhca_opt3")},
        "summary": summary(),
        "noise": {
            "data": {"database": "mitdb", "kind": kind},
            "noise": {"database": "nstdb", "kind": noise_kind},
            **nest_scores(
                {
                    fusion: {
                        condition: score(LABELS, probabilities(n_wrong=number % 5), classes=CLASSES)
                        for number, condition in enumerate(NOISE.conditions())
                    }
                    for fusion in FUSIONS
                }
            ),
        },
    }


def published_row() -> RowResults:
    """Two seeds with two checkpoints each, which miss 1 and 3 of 5 S beats."""
    good, bad = (score(LABELS, probabilities(n_wrong=n), classes=CLASSES) for n in (1, 3))
    return summarise_seeds([{"macro_auprc": bad, "macro_f1": good}] * 2)


def bridge() -> dict[str, Any]:
    """Three rows, each 12.5 points of macro AUPRC better than the one before."""
    return {
        name: {
            "change": change,
            "seeds": 2,
            "beats": 20,
            "mean": {"macro_auprc": auprc, "macro_f1": 0.5},
            "sd": {"macro_auprc": 0.03125, "macro_f1": 0.03125},
        }
        for name, change, auprc in (
            ("as_published", "as published", 0.375),
            ("relu", "ReLU in place of tanh", 0.5),
            ("default", "today's default", 0.625),
        )
    }


def objectives(*, kind: str) -> dict[str, Any]:
    """Hybrid fusion with all arms, a different number of missed S beats in each."""
    arms = arms_of(("macnn_se", "vit", "wav2vec"))
    scores = {
        arm: summarise(
            LABELS,
            np.stack([probabilities(n_wrong=n % 6), probabilities(n_wrong=0)]),
            classes=CLASSES,
        )
        for n, arm in enumerate(arms)
    }
    probes = {arm: {"macro_auroc": 0.5 + n / 20} for n, arm in enumerate(arms)}
    trivial = {"valid_mae_if_zero": 1.0, "valid_nextclip_if_zero": 2.0}
    history = pd.DataFrame([{"epoch": 1, "valid_loss": 3.0, "valid_mae": 0.25, **trivial}])
    histories = {arm: history for arm in arms if arm.objective != "none"}
    return {
        "data": {"database": "mitdb", "kind": kind, "test_beats": len(LABELS)},
        "seeds": 2,
        "hybrid": by_encoder(scores),
        **by_objective(histories, probes),
    }


def daeac() -> dict[str, Any]:
    """Two seeds; adaptation fixes all errors."""
    before, after = (
        summarise(LABELS, np.stack([probabilities(n_wrong=n) for n in wrong]), classes=CLASSES)
        for wrong in ((4, 2), (0, 0))
    )
    return {
        "transductive": "adapted to unlabelled beats of the test patients",
        "adaptation_s": 300.0,
        "adaptation_beats": 8123,
        "test_beats": 41_538,
        "seeds": 2,
        "source_only": before,
        "adapted": after,
    }


def ec57_scores() -> dict[str, Any]:
    """3 of 8 VEB are found, and one normal beat is called a VEB; there is no SVEB."""
    counts = np.zeros((7, 7), dtype=int)
    veb, normal = ROWS.index("V"), ROWS.index("N")
    counts[veb, veb], counts[veb, normal], counts[normal, veb] = 3, 5, 1
    return summarise_ec57([counts])


def annotate() -> dict[str, Any]:
    """No label differs, and detection does not change the scores."""
    reference, detected = (
        {
            "flags": {"edge": 2, "judged": 8123},
            "late_ms": 2.8,
            "within_ms": 8.3,
            "standard": ec57_scores(),
            "whole_record": ec57_scores(),
        }
        for _ in range(2)
    )
    runtime = {"beats": 8123, "other_labels": 0, "largest_difference": 1e-6}
    return {
        "onnx": {"best": runtime},
        "model": "best",
        "reference": reference,
        "detected": detected,
    }


def detectors() -> dict[str, Any]:
    """Two detectors; the better one was selected."""
    scores = {
        "se": 0.99,
        "ppv": 0.98,
        "beats": 1000,
        "records_failed": 1,
        "average_se": 0.99,
        "average_ppv": 0.98,
        "late_ms": 5.6,
        "within_ms": 22.2,
    }
    return {
        "chosen": "khamis2016",
        "detectors": {
            name: {"library": "neurokit2"}
            | {split: {**scores, "missed": missed, "extra": 7} for split in ("ds1", "ds2")}
            for name, missed in (("khamis2016", 3), ("<other>", 1234))
        },
    }


def summary() -> dict[str, Any]:
    """Linear probes of ssl12 are above chance, except with MAE-Nextclip."""
    auroc = {"mae_moco": 0.75, "mae_nextclip": 0.5625, "w2v_cmsc_rlm": 0.75}
    sd = {"macro_auroc": 0.03125, "ovo_auc": 0.0, "macro_f1": 0.0}
    recipes = {
        name: {
            recipe: {"macro_auroc": value, "ovo_auc": 0.5, "macro_f1": 0.5, "sd": sd}
            for recipe in ("scratch", "linear_probe", "fine_tune")
        }
        for name, value in auroc.items()
    }
    counts = {"recordings": {"test": 53}, "patients": {"test": 50}}
    return {
        "data": {"databases": "ptb-xl", "left_out": 0, **counts},
        **{name: {**found, "rhythm": found} for name, found in recipes.items()},
    }


def leads() -> dict[str, Any]:
    """From scratch, one lead identifies fewer patients than twelve."""
    return {
        "scratch": {
            leads: {
                "macro_auroc": 0.75,
                "identification": {"rank1": rank1, "rank1_sd": 0.0, "patients": 25},
            }
            for leads, rank1 in (("12", 0.5), ("1", 0.25))
        }
    }


@cache
def ablation_table() -> pd.DataFrame:
    """Two rows; do not change it."""
    rows = [
        Row(name="default", asks="where all begin", settings=(), params={}),
        Row(name="no-gate", asks="is <gating> of use?", settings=(), params={}),
    ]
    scores = {
        row.name: score(LABELS, probabilities(n_wrong=n), classes=CLASSES)
        for n, row in enumerate(rows, start=1)
    }
    return results_table(rows, scores=scores)


def studies_in(
    folder: Path,
    *,
    ablated: bool = True,
    external: dict[str, Any] | None = None,
    **kinds: str,
) -> Studies:
    """Fake results with figures in a folder; all studies but external were run."""
    figure = folder / "study.png"
    figure.write_bytes(PNG)
    return Studies(
        **results_files(**kinds),
        standings={name: Standing(was_run=name != "external", reasons=()) for name in TITLES},
        networks={},
        external=external or {},
        heartbeat=HeartbeatFiles(
            scores=None, ood=None, augmentation=None, leads=None, small=None, figures={}
        ),
        curve_figure=figure,
        noise_figure=figure,
        pretrain_comparison_figure=figure,
        ablation=Ablation(table=ablation_table(), figure=figure) if ablated else None,
        pretrain_folds=Ablation(table=ablation_table(), figure=figure) if ablated else None,
        fusions={},
    )


def write_studies(root: Path) -> None:
    """Results and figures of all studies below studies/, without an ablation."""
    for study, figure in (
        ("noise", "noise"),
        ("pretrain_comparison", "pretrain_comparison"),
        ("learning_curve", "curve"),
    ):
        folder = root / "studies" / study / "plots"
        folder.mkdir(parents=True)
        (folder / f"{figure}.png").write_bytes(PNG)
    for name, content in results_files().items():
        write_json(content, root / "studies" / STUDY_OF_RESULTS[name] / f"results/{name}.json")
