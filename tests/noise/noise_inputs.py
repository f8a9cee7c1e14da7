"""What the tests know about the inputs of the noise stage."""

from pathlib import Path

from small_networks import spec_of

from ecgfuse.datasets.fusions import FUSIONS
from ecgfuse.export.deployable import export_model
from ecgfuse.models.store import StoredModel
from ecgfuse.noise.config import NoiseConfig
from ecgfuse.preprocess.config import PreprocessConfig
from ecgfuse.rr.config import RRConfig

RECORDS = ("100", "114")
"""MLII is the first signal of 100, and the second of 114."""
CONFIG = NoiseConfig(kinds=("bw", "ma"), snr_db=(12.0, -6.0))


def write_models(folder: Path, preprocess: PreprocessConfig) -> None:
    """Export an untrained small model of each fusion."""
    for fusion in FUSIONS:
        spec = spec_of(fusion, n_signal_rows=len(preprocess.rows), length=preprocess.length)
        origin = {"seed": 1, "epoch": 1, "valid_macro_auprc": 0.5}
        stored = StoredModel(spec=spec, network=spec.build(), origin=origin)
        rr = RRConfig(features="ratio", causal=False, local_beats=10, irregularity_beats=65)
        export_model([stored], preprocess=preprocess, rr=rr, out=folder / f"{fusion}.safetensors")
