"""Train a network on single beats and predict others, in a process of a pool."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch

from ecgfuse.datasets.single_beats import SingleBeats
from ecgfuse.engine.threads import use_one_thread
from ecgfuse.models.single_beat import SingleBeatName, build_single_beat
from ecgfuse.studies.heartbeat.training import Augment, Examples, FitConfig, fit, predict


@dataclass(frozen=True, kw_only=True)
class Predicted:
    """What a training of a network led to."""

    p_abnormal: np.ndarray
    """(n_beats,), probabilities of the beats that were predicted."""
    n_examples: int
    """Beats per epoch of the training."""
    epochs: int
    """Epochs until training stopped."""


def fit_and_predict(
    network: SingleBeatName,
    *,
    train: Examples,
    valid: Examples,
    test: np.ndarray,
    config: FitConfig,
    seed: int,
    checkpoint: Path,
    augment: Augment | None = None,
) -> Predicted:
    """Train with early stopping on `valid` and predict `test`, in one thread.

    Args:
        test: (n_beats, 187).
        checkpoint: file to resume from; it is kept, so that a finished training is not repeated.
        augment: changes each training batch.

    Raises:
        ValueError: a loss is not finite.
    """
    use_one_thread()
    fitted = fit(
        network,
        train=train,
        valid=valid,
        config=config,
        seed=seed,
        augment=augment,
        checkpoint=checkpoint,
    )
    model = build_single_beat(network)
    model.load_state_dict(fitted.weights)
    probabilities = predict(model, torch.from_numpy(test))
    return Predicted(
        p_abnormal=probabilities[:, 1],
        n_examples=len(train),
        epochs=len(fitted.history),
    )


def as_examples(beats: SingleBeats) -> Examples:
    """Normal and abnormal beats to train or validate on."""
    return Examples(ecg=torch.from_numpy(beats.ecg), labels=torch.from_numpy(beats.abnormal))
