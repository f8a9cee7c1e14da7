"""One network in PyTorch, torch.compile, ONNX Runtime and OpenVINO, alternating in one run."""

import time
from collections.abc import Callable
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np
import onnxruntime
import openvino
import torch

from ecgfuse.datasets.inputs import Inputs
from ecgfuse.export.deployable import load_deployable

BATCH_SIZES = (1, 256, 1024)
"""Annotating uses 256, with one thread per batch."""
THREADS = (1, 2)
_ROUNDS = 3
_SECONDS = 1.5

Run = Callable[[], Any]


def measure_runtimes(model: Path, *, inputs: Inputs) -> dict[str, Any]:
    """Beats per second by threads and batch size, and their ratio to eager PyTorch.

    Args:
        model: path of the model files without extension.
        inputs: at least 1,024 beats.
    """
    found: dict[str, Any] = {}
    for threads in THREADS:
        torch.set_num_threads(threads)
        for batch_size in BATCH_SIZES:
            batch = Inputs(*(part[:batch_size].contiguous() for part in inputs))
            runs = {
                "pytorch": _eager(model, batch=batch),
                "torch_compile": _compiled(model, batch=batch),
                "onnx_runtime": _onnx_runtime(model, batch=batch, threads=threads),
                "openvino": _openvino(model, batch=batch, threads=threads),
            }
            rates = _rates(runs, batch_size=batch_size)
            found[f"{threads}_threads_batch_{batch_size}"] = {
                name: {"beats_per_s": round(rate), "ratio": round(rate / rates["pytorch"], 2)}
                for name, rate in rates.items()
            }
    return found


def _rates(runs: dict[str, Run], *, batch_size: int) -> dict[str, float]:
    """Beats per second, medians over rounds in which all alternate."""
    expected = runs["pytorch"]()
    for name, run in runs.items():  # the first runs compile and set up
        for _ in range(3):
            np.testing.assert_allclose(run(), expected, atol=1e-4, err_msg=name)
    rounds = [{name: _rate(run) * batch_size for name, run in runs.items()} for _ in range(_ROUNDS)]
    return {name: median(rates[name] for rates in rounds) for name in runs}


def _rate(run: Run) -> float:
    start, n_runs = time.perf_counter(), 0
    while (elapsed := time.perf_counter() - start) < _SECONDS:
        run()
        n_runs += 1
    return n_runs / elapsed


def _eager(model: Path, *, batch: Inputs) -> Run:
    network = load_deployable(model.with_suffix(".safetensors")).stored.network

    @torch.inference_mode()
    def run() -> np.ndarray:
        return network(batch).softmax(dim=1).numpy()

    return run


def _compiled(model: Path, *, batch: Inputs) -> Run:
    network = load_deployable(model.with_suffix(".safetensors")).stored.network
    compiled = torch.compile(network)

    @torch.inference_mode()
    def run() -> np.ndarray:
        return compiled(batch).softmax(dim=1).numpy()

    return run


def _onnx_runtime(model: Path, *, batch: Inputs, threads: int) -> Run:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    session = onnxruntime.InferenceSession(model.with_suffix(".onnx"), options)
    feed = {name: tensor.numpy() for name, tensor in batch._asdict().items()}
    return lambda: session.run(None, feed)[0]


def _openvino(model: Path, *, batch: Inputs, threads: int) -> Run:
    settings = {
        "INFERENCE_NUM_THREADS": threads,
        "NUM_STREAMS": 1,
        "INFERENCE_PRECISION_HINT": "f32",  # the default is bf16, which changes labels
    }
    compiled = openvino.Core().compile_model(model.with_suffix(".onnx"), "CPU", settings)
    request = compiled.create_infer_request()
    feed = {name: tensor.numpy() for name, tensor in batch._asdict().items()}
    return lambda: request.infer(feed)[0]
