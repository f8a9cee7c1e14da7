"""Beats per second of training: by this package, and by a plain loop over the same network."""

import multiprocessing
import tempfile
import time
from multiprocessing.queues import Queue
from pathlib import Path

import psutil
import torch
from torch.nn import functional as F
from torch.utils.data import DataLoader, TensorDataset

from ecgfuse.datasets.inputs import Inputs, LabelledInputs
from ecgfuse.engine.processes import n_workers
from ecgfuse.engine.threads import use_one_thread
from ecgfuse.models.store import NetworkSpec
from ecgfuse.train.config import AugmentConfig, TrainConfig
from ecgfuse.train.loop import train_seed

WARM_UP_STEPS = 8
STEPS = 40


def baseline_rate(spec: NetworkSpec, *, data: LabelledInputs, config: TrainConfig) -> float:
    """Plain loop: fp32, eager, DataLoader, all cores in one process, one step per batch."""
    context = multiprocessing.get_context("spawn")
    queue: Queue[float] = context.Queue()
    process = context.Process(target=_plain_loop, args=(spec, data, config, queue))
    process.start()
    rate = queue.get()
    process.join()
    return rate


def _plain_loop(
    spec: NetworkSpec, data: LabelledInputs, config: TrainConfig, queue: "Queue[float]"
) -> None:
    network = spec.build().train()
    parts = [part if len(part) else torch.zeros(len(data), 0) for part in data.inputs]
    batches = DataLoader(
        TensorDataset(*parts, data.labels), batch_size=config.batch_size, shuffle=True
    )
    optimizer = torch.optim.AdamW(network.parameters(), lr=1e-3)
    start, n_beats = 0.0, 0
    for step, (ecg, rr, morphology, labels) in enumerate(batches):
        if step == WARM_UP_STEPS:
            start = time.perf_counter()
        loss = F.cross_entropy(network(Inputs(ecg, rr, morphology)), labels)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        n_beats += len(labels) * (step >= WARM_UP_STEPS)
        if step == WARM_UP_STEPS + STEPS:
            break
    queue.put(n_beats / (time.perf_counter() - start))


def training_rate(
    spec: NetworkSpec, *, data: LabelledInputs, config: TrainConfig, augment: AugmentConfig
) -> dict[str, float]:
    """Rate and peak memory as in the train stage: as many seeds in parallel as there are cores."""
    workers = n_workers(len(config.seeds))
    context = multiprocessing.get_context("spawn")
    queue: Queue[float] = context.Queue()
    few = slice(0, config.batch_size * (WARM_UP_STEPS + STEPS))
    part = data.at(few)
    processes = [
        context.Process(target=_train, args=(spec, part, config, augment, seed, queue))
        for seed in range(workers)
    ]
    for process in processes:
        process.start()
    peak = 0.0
    while any(process.is_alive() for process in processes):
        peak = max(peak, sum(_memory_mb(process.pid) for process in processes))
        time.sleep(0.1)
    return {
        "beats_per_s": sum(queue.get() for _ in processes),
        "peak_memory_mb": peak + _memory_mb(None),
    }


def _train(
    spec: NetworkSpec,
    data: LabelledInputs,
    config: TrainConfig,
    augment: AugmentConfig,
    seed: int,
    queue: "Queue[float]",
) -> None:
    use_one_thread()
    times: list[float] = []
    with tempfile.TemporaryDirectory() as folder:
        train_seed(
            spec.build,
            train=data,
            valid=data,
            config=config,
            augment=augment,
            seed=seed,
            checkpoint=Path(folder) / "checkpoint.pt",
            progress=lambda n_beats: times.append(time.perf_counter()),
        )
    # Within the first epoch, before its validation.
    first, last = times[WARM_UP_STEPS - 1], times[WARM_UP_STEPS + STEPS - 1]
    queue.put(STEPS * config.batch_size / (last - first))


def _memory_mb(pid: int | None) -> float:
    try:
        return psutil.Process(pid).memory_info().rss / 2**20
    except psutil.Error:  # the process has just ended
        return 0.0
