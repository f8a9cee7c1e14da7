"""Averages of the weights over training, which are validated and kept in place of the last ones."""

from torch import Tensor, nn
from torch.optim.swa_utils import (
    AveragedModel,
    get_ema_multi_avg_fn,
    get_swa_multi_avg_fn,
    update_bn,
)

from ecgfuse.datasets.inputs import Inputs, select
from ecgfuse.train.config import TrainConfig

NORM_STEPS = 32
"""Batches from which the averaged network takes its normalisation statistics."""


def averaged_model(model: nn.Module, *, config: TrainConfig) -> AveragedModel:
    """The average of a network that is about to be trained; it still is the network itself.

    A moving average holds the normalisation statistics too. An equal average over epochs does not:
    these are measured anew, since the weights may lie far apart (Izmailov et al., "Averaging
    Weights Leads to Wider Optima", UAI 2018).
    """
    if config.swa_from:
        return AveragedModel(model, multi_avg_fn=get_swa_multi_avg_fn(), use_buffers=False)
    return AveragedModel(model, multi_avg_fn=get_ema_multi_avg_fn(config.average), use_buffers=True)


def average_epoch(
    averaged: AveragedModel,
    model: nn.Module,
    *,
    epoch: int,
    config: TrainConfig,
    inputs: Inputs,
    batches: tuple[Tensor, ...],
) -> None:
    """Take the weights at the end of an epoch into the average, unless every step does.

    Without an average, and before the epoch from which it is taken, it is the last step's weights.

    Args:
        epoch: from 1.
        inputs: all training beats.
        batches: indices of the beats of each step of the epoch.
    """
    if config.average:
        return
    if epoch <= config.swa_from:
        averaged.n_averaged.zero_()  # so that the update copies
    averaged.update_parameters(model)
    if config.swa_from and epoch > config.swa_from:
        # In lists, of which torch takes the first item: it would take the ECG out of plain inputs.
        update_bn(([select(inputs, index)] for index in batches[:NORM_STEPS]), averaged)
