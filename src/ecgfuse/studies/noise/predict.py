"""Predict the beats of one recording without noise and with each kind of noise at each ratio."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from ecgfuse.datasets.fusions import FUSIONS, Fusion
from ecgfuse.datasets.inputs import join_inputs
from ecgfuse.evaluate.predictions import predict_seeds
from ecgfuse.export.deployable import Deployable, load_deployable
from ecgfuse.noise.kinds import Kind
from ecgfuse.noise.mix import add_noise
from ecgfuse.noise.read import read_noise
from ecgfuse.preprocess.beats import cut_beats, read_leads
from ecgfuse.recordings.labelled_record import Record, channel_of
from ecgfuse.rr.extract import split_rr
from ecgfuse.studies.noise.config import NoiseConfig


@dataclass(frozen=True)
class NoisyPredictions:
    """Labels and predictions of each fusion under each condition, for beats of the four classes."""

    labels: np.ndarray
    """(n_beats,) int64, indices into CLASSES."""
    probabilities: dict[Fusion, np.ndarray]
    """(n_conditions, n_beats, 4), in the order of NoiseConfig.conditions."""


def load_fusions(folder: Path) -> dict[Fusion, Deployable]:
    """Load the exported models of all fusions.

    Raises:
        ValueError: one is missing or damaged, or they have different preprocessing.
    """
    models: dict[Fusion, Deployable] = {
        fusion: load_deployable(folder / f"{fusion}.safetensors") for fusion in FUSIONS
    }
    if len({model.preprocess for model in models.values()}) > 1:
        raise ValueError(
            f"{folder}: the models have different preprocessing, so they are not from one run of "
            "the pipeline; run the stage 'export' again"
        )
    return models


def predict_noisy(
    record: Path, *, noise: Path, models: Mapping[Fusion, Deployable], config: NoiseConfig
) -> NoisyPredictions:
    """Predict one recording under all conditions.

    A noisy recording is filtered and cut like any other, and the patient's median beat is that of
    the noisy beats. R peaks are the reference annotations, so RR features do not change.

    Args:
        record: path of the recording, without extension.
        noise: folder of the noise records.

    Raises:
        ValueError: the recording or a noise record cannot be used.
    """
    prepare = next(iter(models.values())).preprocess  # the same for all: see load_fusions
    clean = read_leads(record, config=prepare)
    noises = [_noises_for(lead, path=record, noise=noise, kinds=config.kinds) for lead in clean]
    beats = cut_beats(*clean, config=prepare)
    rr = {fusion: split_rr(beats.annotated, config=model.rr) for fusion, model in models.items()}
    parts: dict[Fusion, list[np.ndarray]] = {fusion: [] for fusion in models}
    for condition in config.conditions():
        if condition is not None:
            kind, snr_db = condition
            noisy = [
                add_noise(lead, noise=of_lead[kind], snr_db=snr_db)
                for lead, of_lead in zip(clean, noises, strict=True)
            ]
            beats = cut_beats(*noisy, config=prepare)
        for fusion, model in models.items():
            data = join_inputs(beats, rr=rr[fusion], fusion=fusion)
            parts[fusion].append(
                predict_seeds([model.stored], data=data, name=None, workers=1).ensemble
            )
    return NoisyPredictions(
        labels=beats.labels,
        probabilities={fusion: np.stack(of_fusion) for fusion, of_fusion in parts.items()},
    )


def _noises_for(
    lead: Record, *, path: Path, noise: Path, kinds: Sequence[Kind]
) -> dict[Kind, np.ndarray]:
    """The noises for the channel of one lead of a recording."""
    channel = channel_of(path, lead=lead.lead)
    return {kind: read_noise(noise / kind, channel=channel, fs=lead.fs) for kind in kinds}
