"""A linear probe: what a frozen encoder tells of beats of patients whom it never saw."""

import copy

import numpy as np
import torch
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from torch import Tensor
from torch.optim.swa_utils import update_bn

from ecgfuse.evaluate.metrics import MACRO, score
from ecgfuse.models.encoder import Encoder, summary

_BATCH_SIZE = 1024


def probe(
    encoder: Encoder,
    *,
    train: tuple[Tensor, np.ndarray],
    valid: tuple[Tensor, np.ndarray],
    n_beats: int,
) -> dict[str, float]:
    """Fit a logistic regression on what the encoder says of training beats; score it on others.

    The classes weigh alike, as the macro scores do.

    Args:
        encoder: not changed.
        train, valid: rows of the beats (n, n_rows, length), and their labels (n,).
        n_beats: training beats used, drawn evenly over all.

    Returns:
        The macro scores on the beats of `valid`. Chance is 0.5 in AUROC.
    """
    encoder = copy.deepcopy(encoder)
    ecg, labels = train
    # Statistics of batch normalisation are of masked beats and views, or there are none yet.
    update_bn(ecg.split(_BATCH_SIZE), encoder)
    drawn = np.linspace(0, len(labels) - 1, min(n_beats, len(labels))).astype(np.int64)
    classifier = make_pipeline(
        StandardScaler(), LogisticRegression(class_weight="balanced", max_iter=1000)
    )
    classifier.fit(embed(encoder, ecg[torch.from_numpy(drawn)]), labels[drawn])
    held_out, held_out_labels = valid
    probabilities = classifier.predict_proba(embed(encoder, held_out))
    scores = score(held_out_labels, probabilities, split="valid")
    return {name: scores[name] for name in MACRO}


@torch.inference_mode()
def embed(encoder: Encoder, ecg: Tensor) -> np.ndarray:
    """One vector a beat, (n_beats, out_channels)."""
    encoder.eval()
    return torch.cat([summary(encoder, part) for part in ecg.split(_BATCH_SIZE)]).numpy()
