"""Predict beats, and score a network on the validation split."""

import numpy as np
import torch
from sklearn.metrics import average_precision_score, f1_score
from torch import nn
from torch.nn import functional as F

from ecgfuse.datasets.inputs import Inputs, LabelledInputs, select


@torch.inference_mode()
def predict_logits(model: nn.Module, inputs: Inputs, *, batch_size: int = 1024) -> torch.Tensor:
    """Logits (n_beats, 4) in fp32 on the CPU, of the model in evaluation mode.

    They are computed on the device of the model.
    """
    model.eval()
    device = next(model.parameters()).device
    return torch.cat(
        [
            model(select(inputs, slice(first, first + batch_size)).to(device)).cpu()
            for first in range(0, inputs.n_beats, batch_size)
        ]
    )


def validate(model: nn.Module, data: LabelledInputs) -> dict[str, float]:
    """Unweighted loss, macro AUPRC and macro F1 on a split that contains all classes.

    Raises:
        ValueError: the output of the model is not finite.
    """
    logits = predict_logits(model, data.inputs)
    if not logits.isfinite().all():  # the last step can break the weights after a finite loss
        raise ValueError(
            "the output on the validation beats is not finite; lower train.learning_rate or set "
            "train.precision: fp32"
        )
    labels = data.labels.numpy()
    one_hot = np.eye(logits.shape[1])[labels]
    return {
        "valid_loss": float(F.cross_entropy(logits, data.labels)),
        "valid_macro_auprc": float(average_precision_score(one_hot, logits.softmax(1).numpy())),
        "valid_macro_f1": float(
            f1_score(labels, logits.argmax(1).numpy(), average="macro", zero_division=0)
        ),
    }
