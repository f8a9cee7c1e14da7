"""Device and precision follow environment, parameters and hardware."""

from pathlib import Path

import pytest
import torch

from ecgfuse.engine.device import (
    Precision,
    compute_device,
    has_fast_bf16,
    n_networks_at_once,
    uses_bf16,
)

CPU, GPU = torch.device("cpu"), torch.device("cuda")


@pytest.mark.parametrize(
    ("wanted", "has_gpu", "expected"),
    [
        (None, False, "cpu"),
        (None, True, "cuda"),
        ("", True, "cuda"),
        ("auto", False, "cpu"),
        ("auto", True, "cuda"),
        ("cpu", False, "cpu"),
        ("cpu", True, "cpu"),
        ("cuda", True, "cuda"),
    ],
)
def test_device_follows_the_environment_and_the_hardware(
    wanted: str | None, has_gpu: bool, expected: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("ECGFUSE_DEVICE", raising=False)
    if wanted is not None:
        monkeypatch.setenv("ECGFUSE_DEVICE", wanted)
    monkeypatch.setattr("torch.cuda.is_available", lambda: has_gpu)
    assert compute_device().type == expected


@pytest.mark.parametrize(
    ("wanted", "message"),
    [
        ("gpu", "ECGFUSE_DEVICE is 'gpu', but must be one of: auto, cpu, cuda"),
        ("cuda", "torch finds no GPU; .* or set ECGFUSE_DEVICE=cpu"),
    ],
)
def test_device_that_is_unknown_or_missing_is_refused(
    wanted: str, message: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ECGFUSE_DEVICE", wanted)
    monkeypatch.setattr("torch.cuda.is_available", lambda: False)
    with pytest.raises(ValueError, match=message):
        compute_device()


@pytest.mark.parametrize(("has_gpu", "expected"), [(True, 1), (False, 3)])
def test_one_network_at_a_time_is_trained_on_a_gpu(
    has_gpu: bool, expected: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ECGFUSE_WORKERS", "3")
    monkeypatch.delenv("ECGFUSE_DEVICE", raising=False)
    monkeypatch.setattr("torch.cuda.is_available", lambda: has_gpu)
    assert n_networks_at_once(10) == expected


@pytest.mark.skipif(not Path("/proc/cpuinfo").is_file(), reason="reads /proc/cpuinfo")
def test_bf16_is_fast_only_if_the_cpu_supports_it() -> None:
    flags = Path("/proc/cpuinfo").read_text().split()
    assert not has_fast_bf16() or "avx512_bf16" in flags


@pytest.mark.parametrize(
    ("precision", "device", "expected"),
    [
        ("bf16", CPU, True),
        ("bf16", GPU, True),
        ("fp32", CPU, False),
        ("fp32", GPU, False),
        ("auto", CPU, has_fast_bf16()),
        ("auto", GPU, True),
    ],
)
def test_precision_follows_the_parameter_and_the_device(
    precision: Precision, device: torch.device, expected: bool
) -> None:
    assert uses_bf16(precision, device=device) == expected
