"""Inputs of the noise stage in its tests."""

import dataclasses
from pathlib import Path

from small_networks import spec_of

from ecgfuse.datasets.fusions import FUSIONS
from ecgfuse.models.store import save_model
from ecgfuse.preprocess.config import PreprocessConfig
from ecgfuse.preprocess.morphology import N_MORPHOLOGY
from ecgfuse.rr.config import RRConfig
from ecgfuse.studies.noise.config import NoiseConfig

RECORDS = ("100", "114")
"""MLII is the first signal of 100, and the second of 114."""
CONFIG = NoiseConfig(kinds=("bw", "ma"), snr_db=(12.0, -6.0))
RR = RRConfig(features="ratio", causal=False, local_beats=10, irregularity_beats=65)


def write_models(folder: Path, preprocess: PreprocessConfig) -> None:
    """Write an untrained small model of each fusion, without the ONNX file, which no test reads."""
    for fusion in FUSIONS:
        spec = spec_of(
            fusion,
            n_signal_rows=len(preprocess.rows),
            length=preprocess.length,
            n_morphology=N_MORPHOLOGY * preprocess.comparisons,
        )
        origin = {
            "seed": 1,
            "preprocess": dataclasses.asdict(preprocess),
            "rr": dataclasses.asdict(RR),
        }
        weights = spec.build().state_dict()
        save_model(weights, folder / f"{fusion}.safetensors", spec=spec, origin=origin)
