"""A score of unfamiliar beats with its threshold, and its file."""

from dataclasses import dataclass
from pathlib import Path
from typing import cast

import numpy as np
from safetensors import SafetensorError, safe_open
from safetensors.torch import save_file

from ecgfuse.ood.scores import SCORE_NAMES, OODScore, ScoreName, build_score
from ecgfuse.pipeline.files import atomic_file


@dataclass(frozen=True, kw_only=True)
class Detector:
    """Flags beats that are unlike those of training."""

    name: ScoreName
    score: OODScore
    threshold: float
    """A beat is flagged if its score is higher."""


def save_detector(detector: Detector, path: Path) -> None:
    """Write a safetensors file; its metadata has name and threshold."""
    tensors = {name: part.contiguous() for name, part in detector.score.state_dict().items()}
    metadata = {"name": detector.name, "threshold": repr(detector.threshold)}
    with atomic_file(path) as temporary:
        save_file(tensors, temporary, metadata=metadata)
        temporary.chmod(0o644)  # safetensors writes with mode 0600


def load_detector_file(path: Path) -> Detector:
    """Read a file of `save_detector`.

    Raises:
        ValueError: it is missing, or no such file.
    """
    cure = "run the stage that writes it again"
    if not path.is_file():
        raise ValueError(f"{path}: no such file; {cure}")
    try:
        with safe_open(path, framework="pt") as file:
            metadata = file.metadata() or {}
            state = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
        if metadata["name"] not in SCORE_NAMES:
            raise KeyError(metadata["name"])
        name = cast(ScoreName, metadata["name"])
        score = build_score(name, state).eval()
        threshold = float(metadata["threshold"])
    except (SafetensorError, KeyError, ValueError, RuntimeError) as error:
        raise ValueError(f"{path}: not a detector of unfamiliar beats ({error}); {cure}") from None
    return Detector(name=name, score=score, threshold=threshold)


def patient_quantile(scores: np.ndarray, patients: np.ndarray, *, share: float) -> float:
    """The lowest score that at most a share of the beats exceeds, where patients weigh alike.

    Args:
        scores: (n_beats,).
        patients: (n_beats,) names.
        share: of the beats of a patient, the mean over patients; above 0 and below 1.
    """
    _, index, counts = np.unique(patients, return_inverse=True, return_counts=True)
    weights = 1 / counts[index] / len(counts)
    order = np.argsort(scores)
    above = weights.sum() - np.cumsum(weights[order])
    return float(scores[order][np.argmax(above <= share + 1e-12)])
