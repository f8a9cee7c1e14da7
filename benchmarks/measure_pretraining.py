"""Windows per second of pretraining, in fp32 and bf16, alternating in one run.

    python benchmarks/measure_pretraining.py

Small networks on one core; networks of the published size on a GPU, if there is one. Windows are
ten seconds of twelve leads of noise, since the speed does not depend on their contents.
"""

import dataclasses
import json
import os
import time
from pathlib import Path
from statistics import median
from typing import Literal

import torch

from ecgfuse.engine.device import has_fast_bf16
from ecgfuse.engine.threads import use_one_thread
from ecgfuse.models.config import Size
from ecgfuse.pipeline.files import atomic_file
from ecgfuse.pipeline.params import load_params
from ecgfuse.pipeline.stage import run_stage
from ecgfuse.pretrain.config import OBJECTIVES, ObjectiveName, PretrainConfig
from ecgfuse.pretrain.loop import Pretraining
from ecgfuse.pretrain.objectives import build_objective
from ecgfuse.pretrain.windows import Windows
from ecgfuse.studies.ssl12.data import window_shape
from ecgfuse.studies.ssl12.encoders import ENCODERS, fresh_encoder
from ecgfuse.studies.ssl12.lead_sets import LEADS

RESULTS = Path("benchmarks/pretraining.json")
PAPER_FS: dict[ObjectiveName, float] = {"mae_moco": 360, "mae_nextclip": 360, "w2v_cmsc_rlm": 500}
BATCH_SIZE = 64  # as published
ROUNDS, STEPS = 3, 4


def main() -> None:
    """Measure and print."""
    use_one_thread()
    gpu = torch.cuda.is_available()
    places: dict[str, Size] = {"cpu": "small", "cuda": "paper"} if gpu else {"cpu": "small"}
    results = {
        "bf16_in_hardware": has_fast_bf16(),
        "gpu": torch.cuda.get_device_name() if gpu else "none at hand: not measured",
        **{
            f"{size}_on_{device}": {
                name: measure(name, size=size, device=device) for name in OBJECTIVES
            }
            for device, size in places.items()
        },
    }
    with atomic_file(RESULTS) as temporary:
        temporary.write_text(json.dumps(results, indent=2) + "\n")
    print(json.dumps(results, indent=2))


def measure(objective: ObjectiveName, *, size: Size, device: str) -> dict[str, float]:
    """Windows per second in both precisions, and their ratio; medians over the rounds."""
    fs = 250.0 if size == "small" else PAPER_FS[objective]
    rounds = [
        {
            precision: rate(objective, size=size, fs=fs, precision=precision, device=device)
            for precision in ("fp32", "bf16")
        }
        for _ in range(ROUNDS)
    ]
    found = {name: round(median(one[name] for one in rounds), 1) for name in ("fp32", "bf16")}
    return found | {"ratio": round(median(one["bf16"] / one["fp32"] for one in rounds), 2)}


def rate(
    objective: ObjectiveName,
    *,
    size: Size,
    fs: float,
    precision: Literal["fp32", "bf16"],
    device: str,
) -> float:
    """Windows per second in an epoch of a few steps, after a warm-up epoch."""
    params = load_params(PretrainConfig, path=Path("studies/ssl12/params.yaml"))
    config = dataclasses.replace(
        params, objective=objective, size=size, precision=precision, batch_size=BATCH_SIZE
    )
    n_windows = BATCH_SIZE * STEPS
    signal = torch.randn(n_windows, len(LEADS), round(10 * fs))
    windows = Windows(signal, torch.arange(n_windows))
    shape = window_shape(signal, fs=fs)
    os.environ["ECGFUSE_DEVICE"] = device
    pretraining = Pretraining(
        lambda: build_objective(
            fresh_encoder(ENCODERS[objective], size=size, shape=shape),
            config=config,
            shape=shape,
            n_windows=n_windows,
        ),
        train=windows,
        valid=windows,
        config=config,
    )
    seconds = 0.0
    for _ in range(2):  # the first epoch warms up
        start = time.perf_counter()
        pretraining.train_epoch()
        if device == "cuda":
            torch.cuda.synchronize()
        seconds = time.perf_counter() - start
    return n_windows / seconds


if __name__ == "__main__":
    run_stage(main)
