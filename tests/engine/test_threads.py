"""One thread per process, and reuse of freed memory with glibc."""

import ctypes
import platform
import subprocess
import sys

import pytest
import torch
from root import ROOT

from ecgfuse.engine.threads import keep_freed_memory, use_one_thread

ON_GLIBC = platform.libc_ver()[0] == "glibc"
TAKE_AND_FREE = """
import ctypes, resource, sys
sys.path.insert(0, sys.argv[1])
from ecgfuse.engine.threads import keep_freed_memory

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
    """Records calls of mallopt, and rejects a high threshold, as older glibc does."""

    def __init__(self, limit: int) -> None:
        self.limit = limit
        self.taken: dict[int, int] = {}

    def mallopt(self, parameter: int, value: int) -> int:
        if parameter == -3 and value > self.limit:
            return 0
        self.taken[parameter] = value
        return 1


@pytest.mark.slow
@pytest.mark.skipif(not ON_GLIBC, reason="mallopt is a function of glibc")
def test_freed_memory_is_reused_without_page_faults() -> None:
    source = str(ROOT / "src")
    done = subprocess.run(
        [sys.executable, "-c", TAKE_AND_FREE, source], capture_output=True, text=True, check=True
    )
    assert int(done.stdout) < 10  # 4096 each time without it, or 8 where pages are huge


@pytest.mark.parametrize(("limit", "threshold"), [(2**40, 2**30), (2**25, 2**25)])
def test_threshold_is_the_highest_that_glibc_accepts(
    limit: int, threshold: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    libc = Libc(limit)
    monkeypatch.setattr(platform, "libc_ver", lambda: ("glibc", "2.31"))
    monkeypatch.setattr(ctypes, "CDLL", lambda name: libc)
    keep_freed_memory()
    assert libc.taken == {-1: 2**31 - 1, -3: threshold}


def test_nothing_is_done_without_glibc(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(name: str) -> None:
        raise AssertionError(name)

    monkeypatch.setattr(platform, "libc_ver", lambda: ("", ""))
    monkeypatch.setattr(ctypes, "CDLL", refuse)
    keep_freed_memory()


def test_torch_uses_one_thread() -> None:
    before = torch.get_num_threads()
    try:
        torch.set_num_threads(2)
        use_one_thread()
        assert torch.get_num_threads() == 1
    finally:
        torch.set_num_threads(before)
