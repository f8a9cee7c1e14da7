"""What makes training fast on a CPU, and does not change what is computed from run to run."""

import ctypes
import platform
from typing import Literal

import torch

from ecgfuse.workers import n_workers

_M_TRIM_THRESHOLD, _M_MMAP_THRESHOLD = -1, -3


def use_one_thread() -> None:
    """Compute in one thread from now on, so that no result depends on the number of cores.

    What runs side by side does so in processes, each of which calls this first.
    """
    torch.set_num_threads(1)
    keep_freed_memory()


def keep_freed_memory() -> None:
    """Ask glibc to keep freed memory for the next step instead of returning it to the system.

    A training step frees and takes the same tensors again; page faults cost up to half the time.
    Elsewhere than on glibc nothing is done.
    """
    if platform.libc_ver()[0] != "glibc":
        return
    libc = ctypes.CDLL("libc.so.6")
    libc.mallopt(_M_TRIM_THRESHOLD, 2**31 - 1)
    if not libc.mallopt(_M_MMAP_THRESHOLD, 2**30):  # older releases take 32 MiB at most
        libc.mallopt(_M_MMAP_THRESHOLD, 2**25)


def pretraining_device() -> torch.device:
    """A GPU if there is one. (Networks of single beats are small, and train on the CPU.)"""
    return torch.device("cuda" if torch.cuda.is_available() else "cpu")


def n_networks_at_once(n_tasks: int | None = None) -> int:
    """Processes that train side by side: as `n_workers`, but one where all would share a GPU."""
    return 1 if pretraining_device().type == "cuda" else n_workers(n_tasks)


def uses_bf16(precision: Literal["auto", "fp32", "bf16"]) -> bool:
    """Whether to compute in bfloat16; auto is where the CPU is fast at it."""
    return precision == "bf16" or (precision == "auto" and has_fast_bf16())


def has_fast_bf16() -> bool:
    """Whether this CPU computes in bfloat16; where it only emulates it, training gets slower."""
    capability = torch.backends.cpu.get_cpu_capability()
    return capability.startswith("AVX512") and bool(
        torch.cpu._is_avx512_bf16_supported()  # the only way torch offers to ask
    )
