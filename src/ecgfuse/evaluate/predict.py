"""The predict stage: trained models and new patients -> predictions of every seed for every beat.

A stage of its own, since running the networks takes far longer than scoring the predictions.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

from ecgfuse.classes import CLASSES
from ecgfuse.datasets.beats import load_beat_table, used_beats
from ecgfuse.datasets.inputs import load_inputs
from ecgfuse.engine.threads import keep_freed_memory
from ecgfuse.evaluate.prediction_files import ATTENTION, GATES, save_predictions
from ecgfuse.evaluate.predictions import predict_seeds
from ecgfuse.models.mhca import MHCAFusion
from ecgfuse.models.store import StoredModel, load_seeds
from ecgfuse.pipeline.files import atomic_folder

SPLITS = ("valid", "test")


def predict(
    name: str,
    *,
    models: Path,
    beats: Mapping[str, Path],
    rr: Mapping[str, Path],
    workers: int,
    out: Path,
) -> None:
    """Predict the validation and the test patients with the networks of all seeds.

    Args:
        name: of the model, for the progress bar.
        models: folder of the networks.
        beats: of each of SPLITS, the output folder of `preprocess` that holds the split.
        rr: the same of `rr`.
        workers: batches predicted at a time; the result does not depend on it.
        out: folder for SPLIT.csv and SPLIT.npy of each split and, for networks with attention,
            ATTENTION and GATES.

    Raises:
        ValueError: something is missing or does not fit.
    """
    keep_freed_memory()
    networks = load_seeds(models)
    with atomic_folder(out) as folder:
        for split in SPLITS:
            data = load_inputs(
                split, beats=beats[split], rr=rr[split], fusion=networks[0].spec.fusion
            )
            found = predict_seeds(networks, data=data, name=f"{name} {split}", workers=workers)
            table = used_beats(load_beat_table(beats[split] / split))
            save_predictions(
                table, found.probabilities, classes=CLASSES, table=folder / f"{split}.csv"
            )
        if found.attention is not None:  # of the test split, the last one
            _save_attention(found.attention, networks=networks, folder=folder)


def _save_attention(
    attention: np.ndarray, *, networks: Sequence[StoredModel], folder: Path
) -> None:
    """Write ATTENTION, and GATES with the learned gate of every seed and its initial logit.

    Args:
        attention: of the test beats, (n_beats, num_heads, n_tokens), the mean over the seeds.
    """
    np.save(folder / ATTENTION, attention)
    blocks = [getattr(stored.network, "fusion", None) for stored in networks]
    gates = [block.gate().detach().numpy() for block in blocks if isinstance(block, MHCAFusion)]
    if gates:
        alpha_init = networks[0].spec.block.alpha_init
        np.savez(folder / GATES, gates=np.stack(gates), alpha_init=alpha_init)
