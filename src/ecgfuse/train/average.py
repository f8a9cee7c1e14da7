"""Weight averaging over training; the averaged weights are validated and saved."""

from collections.abc import Sequence

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
"""Batches from which the batch normalisation statistics of the average are estimated."""


def averaged_model(model: nn.Module, *, config: TrainConfig) -> AveragedModel:
    """The weight average of a network about to be trained, initially a copy of the network.

    An exponential moving average includes the batch normalisation statistics. For an equal average
    over epochs (SWA) they are re-estimated, since the averaged weights may lie far apart (Izmailov
    et al., "Averaging Weights Leads to Wider Optima", UAI 2018).
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
    batches: Sequence[Tensor],
) -> None:
    """Update the average at the end of an epoch, unless it is updated after every step.

    Without averaging, and before epoch `swa_from`, the average is a copy of the current weights.

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
        # update_bn passes on the first item of a list or tuple: of bare Inputs, only the ECG.
        device = next(model.parameters()).device
        update_bn(([select(inputs, index).to(device)] for index in batches[:NORM_STEPS]), averaged)
