"""Memory is kept where glibc allows it, and bf16 is used where the CPU has it."""

import ctypes
import platform
import subprocess
import sys
from pathlib import Path

import pytest
import torch

from ecgfuse.train.compute import (
    has_fast_bf16,
    keep_freed_memory,
    n_networks_at_once,
    pretraining_device,
    use_one_thread,
    uses_bf16,
)

ON_GLIBC = platform.libc_ver()[0] == "glibc"
TAKE_AND_FREE = """
import ctypes, resource, sys
sys.path.insert(0, sys.argv[1])
from ecgfuse.train.compute import keep_freed_memory

def take_and_free():
    libc.memset(address := libc.malloc(SIZE), 1, SIZE)
    libc.free(address)

def page_faults():
    return resource.getrusage(resource.RUSAGE_SELF).ru_minflt

libc = ctypes.CDLL("libc.so.6")
libc.malloc.restype = ctypes.c_void_p
libc.malloc.argtypes = [ctypes.c_size_t]
libc.free.argtypes = [ctypes.c_void_p]
libc.memset.argtypes = [ctypes.c_void_p, ctypes.c_int, ctypes.c_size_t]
SIZE = 2**24  # the largest tensors of a training step
keep_freed_memory()
take_and_free()
before = page_faults()
for _ in range(10):
    take_and_free()
print(page_faults() - before)
"""


class Libc:
    """Notes what mallopt is asked for, and refuses a high threshold, as older glibc does."""

    def __init__(self, limit: int) -> None:
        self.limit = limit
        self.taken: dict[int, int] = {}

    def mallopt(self, parameter: int, value: int) -> int:
        if parameter == -3 and value > self.limit:
            return 0
        self.taken[parameter] = value
        return 1


@pytest.mark.skipif(not ON_GLIBC, reason="mallopt is glibc's")
def test_freed_memory_is_taken_again_without_page_faults() -> None:
    source = str(Path(__file__).parents[2] / "src")
    done = subprocess.run(
        [sys.executable, "-c", TAKE_AND_FREE, source], capture_output=True, text=True, check=True
    )
    assert int(done.stdout) < 10  # 4096 each time without it, or 8 where pages are huge


@pytest.mark.parametrize(("limit", "threshold"), [(2**40, 2**30), (2**25, 2**25)])
def test_threshold_is_the_highest_that_this_glibc_takes(
    limit: int, threshold: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    libc = Libc(limit)
    monkeypatch.setattr(platform, "libc_ver", lambda: ("glibc", "2.31"))
    monkeypatch.setattr(ctypes, "CDLL", lambda name: libc)
    keep_freed_memory()
    assert libc.taken == {-1: 2**31 - 1, -3: threshold}


def test_nothing_is_done_elsewhere_than_on_glibc(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(name: str) -> None:
        raise AssertionError(name)

    monkeypatch.setattr(platform, "libc_ver", lambda: ("", ""))
    monkeypatch.setattr(ctypes, "CDLL", refuse)
    keep_freed_memory()


@pytest.mark.skipif(not Path("/proc/cpuinfo").is_file(), reason="asks Linux about the CPU")
def test_bf16_is_fast_only_where_the_cpu_says_so() -> None:
    flags = Path("/proc/cpuinfo").read_text().split()
    assert not has_fast_bf16() or "avx512_bf16" in flags


def test_auto_precision_is_bf16_where_it_is_fast() -> None:
    assert uses_bf16("bf16")
    assert not uses_bf16("fp32")
    assert uses_bf16("auto") == has_fast_bf16()


@pytest.mark.parametrize(("has_gpu", "expected"), [(True, 1), (False, 3)])
def test_networks_that_would_share_a_gpu_are_trained_one_after_the_other(
    monkeypatch: pytest.MonkeyPatch, has_gpu: bool, expected: int
) -> None:
    monkeypatch.setenv("ECGFUSE_WORKERS", "3")
    monkeypatch.setattr("torch.cuda.is_available", lambda: has_gpu)
    assert n_networks_at_once(10) == expected
    assert pretraining_device().type == ("cuda" if has_gpu else "cpu")


def test_one_thread_is_one_thread() -> None:
    before = torch.get_num_threads()
    try:
        torch.set_num_threads(2)
        use_one_thread()
        assert torch.get_num_threads() == 1
    finally:
        torch.set_num_threads(before)
