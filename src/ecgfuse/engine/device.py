"""Compute device and precision of the networks."""

import os
from typing import Literal

import torch

from ecgfuse.engine.processes import n_workers

Precision = Literal["auto", "fp32", "bf16"]
"""auto: bf16 if the hardware computes in it, else fp32."""

_DEVICES = ("auto", "cpu", "cuda")


def compute_device() -> torch.device:
    """The device set by $ECGFUSE_DEVICE: auto (the default: a GPU if available), cpu or cuda.

    Not a DVC parameter, since it should change results by rounding only (not measured yet).

    Raises:
        ValueError: the variable has another value, or requests a GPU that is not available.
    """
    wanted = os.environ.get("ECGFUSE_DEVICE") or "auto"
    if wanted not in _DEVICES:
        raise ValueError(f"ECGFUSE_DEVICE is {wanted!r}, but must be one of: {', '.join(_DEVICES)}")
    has_gpu = torch.cuda.is_available()
    if wanted == "cuda" and not has_gpu:
        raise ValueError(
            "ECGFUSE_DEVICE is 'cuda', but torch finds no GPU; install a build of torch with CUDA, "
            "or set ECGFUSE_DEVICE=cpu"
        )
    return torch.device("cuda" if has_gpu and wanted != "cpu" else "cpu")


def n_networks_at_once(n_tasks: int | None = None) -> int:
    """Networks to train in parallel: `n_workers`, but one on a GPU, which all would share."""
    return 1 if compute_device().type == "cuda" else n_workers(n_tasks)


def uses_bf16(precision: Precision, *, device: torch.device) -> bool:
    """Whether a network on this device computes in bfloat16."""
    if precision == "auto":
        return device.type == "cuda" or has_fast_bf16()
    return precision == "bf16"


def has_fast_bf16() -> bool:
    """Whether this CPU computes in bfloat16 natively; emulation would slow training down."""
    capability = torch.backends.cpu.get_cpu_capability()
    return capability.startswith("AVX512") and bool(
        torch.cpu._is_avx512_bf16_supported()  # the only way torch offers to ask
    )
