"""A linear probe: how well the output of a frozen encoder classifies beats of other patients."""

import copy

import numpy as np
import torch
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from torch import Tensor
from torch.optim.swa_utils import update_bn

from ecgfuse.classes import CLASSES
from ecgfuse.evaluate.metrics import score
from ecgfuse.models.encoder import Encoder, summary
from ecgfuse.studies.pretrain_comparison.results import ProbeScores, macro_scores

_BATCH_SIZE = 1024


def probe(
    encoder: Encoder,
    *,
    train: tuple[Tensor, np.ndarray],
    valid: tuple[Tensor, np.ndarray],
    n_beats: int,
) -> ProbeScores:
    """Fit a logistic regression to the embeddings of training beats; score it on other patients.

    Classes are weighted equally, as in the macro scores.

    Args:
        encoder: left unchanged.
        train: rows of the beats (n, n_rows, length), and their labels (n,).
        valid: the same of the validation beats.
        n_beats: training beats to use, evenly spaced over all.

    Returns:
        The macro scores on the beats of `valid`. Chance is 0.5 in AUROC.
    """
    encoder = copy.deepcopy(encoder)
    ecg, labels = train
    # Batch normalisation has statistics of masked beats and views so far, or none.
    update_bn(ecg.split(_BATCH_SIZE), encoder)
    drawn = np.linspace(0, len(labels) - 1, min(n_beats, len(labels))).astype(np.int64)
    classifier = make_pipeline(
        StandardScaler(), LogisticRegression(class_weight="balanced", max_iter=1000)
    )
    classifier.fit(embed(encoder, ecg[torch.from_numpy(drawn)]), labels[drawn])
    held_out, held_out_labels = valid
    probabilities = classifier.predict_proba(embed(encoder, held_out))
    scores = score(held_out_labels, probabilities, classes=CLASSES, split="valid")
    return macro_scores(scores)


@torch.inference_mode()
def embed(encoder: Encoder, ecg: Tensor) -> np.ndarray:
    """One vector per beat, (n_beats, out_channels)."""
    encoder.eval()
    return torch.cat([summary(encoder, part) for part in ecg.split(_BATCH_SIZE)]).numpy()
