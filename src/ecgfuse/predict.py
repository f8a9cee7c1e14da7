"""Classify the annotated beats of one WFDB record with a model of the repository.

Example:
    python -m ecgfuse.predict data/raw/mitdb/213 --model models/hybrid.safetensors --out 213.csv

The record needs its beat annotations (.atr); only their positions are used.
"""

import argparse
from pathlib import Path

import numpy as np
import pandas as pd

from ecgfuse.datasets.beats import BeatSet
from ecgfuse.datasets.inputs import join_inputs
from ecgfuse.datasets.rr import RRSet
from ecgfuse.evaluate.prediction_files import prediction_table
from ecgfuse.evaluate.predictions import predict_seeds
from ecgfuse.export.deployable import Deployable, load_deployable
from ecgfuse.preprocess.beats import cut_beats, read_leads
from ecgfuse.records.annotations import CLASSES
from ecgfuse.rr.extract import split_rr
from ecgfuse.stage import run_stage
from ecgfuse.workers import n_workers


def predict_record(record: Path, *, model: Deployable) -> pd.DataFrame:
    """Class and probabilities of every beat but the first and the last.

    Args:
        record: path of the WFDB record without an extension.

    Returns:
        Columns record, sample, time_s, symbol, actual, predicted, p_N, p_S, p_V, p_F. `actual` is
        "-" for beats outside the four classes.

    Raises:
        ValueError: the record or its annotations cannot be used.
    """
    leads = read_leads(record, config=model.preprocess)
    beats = cut_beats(*leads, config=model.preprocess, labelled=False)
    rr = split_rr(beats.annotated, config=model.rr)
    probabilities = predict_beats(beats, rr=rr, model=model, name=record.name, workers=n_workers())
    return prediction_table(beats.table, probabilities)


def predict_beats(
    beats: BeatSet, *, rr: RRSet, model: Deployable, name: str | None, workers: int
) -> np.ndarray:
    """Probabilities (n_beats, 4) of beats that were cut as the model wants them.

    Args:
        rr: features of the same beats.
        name: for the progress bar; None shows no bar.
        workers: batches predicted at once; the result does not depend on it.

    Raises:
        ValueError: the beats have another shape than the model was trained on.
    """
    data = join_inputs(beats, rr=rr)
    return predict_seeds([model.stored], data=data, name=name, workers=workers).ensemble


def main() -> None:
    """Command line: print the counts, and write the table if asked for."""
    description, example = (__doc__ or "").split("\n\n", 1)
    parser = argparse.ArgumentParser(
        prog="python -m ecgfuse.predict",
        description=description,
        epilog=example,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("record", type=Path, help="path of the record without an extension")
    parser.add_argument(
        "--model",
        type=Path,
        default=Path("models/hybrid.safetensors"),
        help="model file (default: %(default)s)",
    )
    parser.add_argument("--out", type=Path, help="CSV file to write, one row a beat")
    arguments = parser.parse_args()
    table = predict_record(arguments.record, model=load_deployable(arguments.model))
    counts = table["predicted"].value_counts()
    print(f"{arguments.record.name}: " + "  ".join(f"{c} {counts.get(c, 0)}" for c in CLASSES))
    if arguments.out is not None:
        table.to_csv(arguments.out, index=False, float_format="%.6f")
        print(f"written: {arguments.out}")


if __name__ == "__main__":
    run_stage(main)
