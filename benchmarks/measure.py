"""Measure the speed of the pipeline on this machine: make bench

Every figure is measured together with its baseline in the same run, since machines differ and are
shared. Needs a finished 'dvc repro', for the recordings and for the time of a run with nothing to
do. Writes benchmarks/results.json.
"""

import json
import os
import platform
import tempfile
from pathlib import Path
from statistics import median
from typing import Any

import torch
from measure_annotation import MODEL, measure_annotation
from measure_inference import inference_rates
from measure_pipeline import RESULTS, preprocessing_rate, stage_seconds
from measure_runtimes import measure_runtimes
from measure_training import baseline_rate, training_rate

from ecgfuse.datasets.fusions import FUSIONS
from ecgfuse.datasets.inputs import load_inputs
from ecgfuse.datasets.splits import SplitConfig
from ecgfuse.download.config import DataConfig
from ecgfuse.engine.device import has_fast_bf16
from ecgfuse.pipeline.files import write_json
from ecgfuse.pipeline.params import load_params
from ecgfuse.pipeline.stage import run_stage
from ecgfuse.train.job import load_training_job
from ecgfuse.train.trained_model import TrainedModel

ROUNDS = 3


def main() -> None:
    """Run all measurements and print them."""
    results: dict[str, Any] = {"machine": describe_machine(), "fusions": {}}
    for fusion in FUSIONS:
        job = load_training_job(TrainedModel(fusion), backbone=None)
        data = job.load("train")
        spec = job.spec(data)
        # Alternating, and the median, because other work on the machine varies.
        rounds = [
            (
                baseline_rate(spec, data=data, config=job.train),
                training_rate(spec, data=data, config=job.train, augment=job.augment),
            )
            for _ in range(ROUNDS)
        ]
        results["fusions"][fusion] = {
            "plain_training_beats_per_s": round(median(plain for plain, _ in rounds)),
            "training_beats_per_s": round(median(ours["beats_per_s"] for _, ours in rounds)),
            "training_ratio": round(median(o["beats_per_s"] / plain for plain, o in rounds), 2),
            "training_peak_memory_mb": round(max(o["peak_memory_mb"] for _, o in rounds)),
            **inference_rates(spec, data=data),
        }
        print(fusion, json.dumps(results["fusions"][fusion], indent=2))
    with tempfile.TemporaryDirectory() as folder:
        results["preprocessing_beats_per_s"] = round(preprocessing_rate(Path(folder)))
    split = load_params(SplitConfig)
    results["runtimes"] = measure_runtimes(
        Path("models") / MODEL,
        inputs=load_inputs(
            "test", beats=Path("data/beats"), rr=Path("data/rr"), fusion="hybrid"
        ).inputs,
    )
    results["annotation"] = measure_annotation(
        Path("data/raw") / load_params(DataConfig).database, record="213", day_of=split.test
    )
    results |= stage_seconds()
    write_json(results, RESULTS)
    print(json.dumps(results, indent=2))


def describe_machine() -> dict[str, Any]:
    """The hardware and software that the figures depend on."""
    cpuinfo = Path("/proc/cpuinfo")
    models = [
        line.split(":")[1].strip()
        for line in (cpuinfo.read_text().splitlines() if cpuinfo.is_file() else [])
        if line.startswith("model name")
    ]
    return {
        "processor": models[0] if models else platform.processor(),
        "cores": os.cpu_count(),
        "bf16": has_fast_bf16(),
        "torch": torch.__version__,
        "python": platform.python_version(),
    }


if __name__ == "__main__":
    run_stage(main)
