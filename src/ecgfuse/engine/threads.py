"""CPU settings of a process: one thread, and reuse of freed memory."""

import ctypes
import platform

import torch

_M_TRIM_THRESHOLD, _M_MMAP_THRESHOLD = -1, -3


def use_one_thread() -> None:
    """Use one thread from now on, so that results do not depend on the number of cores.

    Parallel work runs in processes, each of which calls this first.
    """
    torch.set_num_threads(1)
    keep_freed_memory()


def keep_freed_memory() -> None:
    """Ask glibc to keep freed memory for the next step instead of returning it to the system.

    Every training step frees and reallocates tensors of the same sizes; page faults would take up
    to half the time. Does nothing without glibc.
    """
    if platform.libc_ver()[0] != "glibc":
        return
    libc = ctypes.CDLL("libc.so.6")
    libc.mallopt(_M_TRIM_THRESHOLD, 2**31 - 1)
    if not libc.mallopt(_M_MMAP_THRESHOLD, 2**30):  # older releases accept 32 MiB at most
        libc.mallopt(_M_MMAP_THRESHOLD, 2**25)
