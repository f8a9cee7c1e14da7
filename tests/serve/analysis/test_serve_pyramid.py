"""The pyramid holds all samples, and no reduction loses an extreme."""

import time
import tracemalloc
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ecgfuse.serve.analysis.codes import decode, encode, extremes
from ecgfuse.serve.analysis.pyramid import (
    BUCKETS,
    BYTES_PER_SAMPLE,
    PyramidWriter,
    has_pyramid,
    level_file,
    read_index,
)
from ecgfuse.serve.analysis.windows import read_overview, read_window


def write(
    folder: Path, signal: np.ndarray, *, fs: float = 360.0, sizes: tuple[int, ...] = ()
) -> Path:
    """Write a pyramid of leads (n, n_leads) in blocks of these sizes, the rest at once."""
    leads = [f"L{i}" for i in range(signal.shape[1])]
    edges = np.cumsum((0, *sizes)).tolist()
    path = folder / "pyramid"
    with PyramidWriter(path, leads=leads, fs=fs, part="test") as pyramid:
        for first, end in zip(edges, [*edges[1:], max(len(signal), edges[-1])], strict=True):
            pyramid.add(signal[first:end])
        pyramid.publish()
    return path


def ecg_like(n_samples: int, *, seed: int = 0, scale: float = 1.0) -> np.ndarray:
    """Noise with rare narrow peaks and gaps, (n_samples, 1), in mV."""
    rng = np.random.default_rng(seed)
    signal = 0.02 * rng.normal(size=n_samples)
    places = rng.integers(0, max(n_samples, 1), size=n_samples // 500)
    signal[places] += scale * rng.normal(size=len(places))
    for first in rng.integers(0, max(n_samples, 1), size=3).tolist():
        signal[first : first + int(rng.integers(1, 3000))] = np.nan
    return np.round(signal, 3)[:, None].astype(np.float32)


def microvolts(values: np.ndarray | None) -> np.ndarray:
    assert values is not None
    return np.round(values, 3)


@settings(max_examples=60, deadline=None)
@given(
    n_samples=st.integers(1, 40_000),
    seed=st.integers(0, 1000),
    sizes=st.lists(st.integers(0, 9_000), max_size=4),
    window=st.tuples(st.floats(0, 1), st.floats(0.0001, 1)),
    points=st.integers(1, 500),
    scale=st.sampled_from([0.5, 5.0, 200.0]),
)
def test_no_window_loses_an_extreme_or_a_gap(
    tmp_path_factory: pytest.TempPathFactory,
    n_samples: int,
    seed: int,
    sizes: list[int],
    window: tuple[float, float],
    points: int,
    scale: float,
) -> None:
    fs = 250.0
    signal = ecg_like(n_samples, seed=seed, scale=scale)
    folder = write(tmp_path_factory.mktemp("p"), signal, fs=fs, sizes=tuple(sizes))
    duration = n_samples / fs
    from_s = window[0] * duration * 0.99
    to_s = min(duration, from_s + max(window[1] * duration, 1 / fs))
    (lead,) = read_window(folder, from_s=from_s, to_s=to_s, points=points)
    first, end = int(np.floor(from_s * fs)), int(np.ceil(to_s * fs))
    mv = np.round(signal[:, 0].astype(np.float64), 3)
    if lead.mode == "samples":
        np.testing.assert_array_equal(microvolts(lead.values), mv[first : min(end, n_samples)])
        assert round(lead.t0_s * fs) == first
        return
    assert lead.low is not None
    size, begin = round(lead.dt_s * fs), round(lead.t0_s * fs)
    assert begin <= first
    assert begin + size * len(lead.low) >= min(end, n_samples)
    assert len(lead.low) <= points + 2
    assert len(lead.low) >= 0.7 * points - 2
    for i, (low, high) in enumerate(zip(microvolts(lead.low), microvolts(lead.high), strict=True)):
        part = mv[begin + i * size : begin + (i + 1) * size]
        part = part[~np.isnan(part)]
        expected = (part.min(), part.max()) if len(part) else (np.nan, np.nan)
        np.testing.assert_array_equal((low, high), expected)


@settings(max_examples=40, deadline=None)
@given(n_samples=st.integers(1, 60_000), seed=st.integers(0, 100), bins=st.integers(1, 700))
def test_no_bin_of_an_overview_lacks_an_extreme(
    tmp_path_factory: pytest.TempPathFactory, n_samples: int, seed: int, bins: int
) -> None:
    signal = ecg_like(n_samples, seed=seed)
    folder = write(tmp_path_factory.mktemp("p"), signal)
    overview = read_overview(folder, bins=bins)
    assert overview.bins == min(bins, n_samples)
    assert overview.bins * overview.seconds_per_bin == pytest.approx(n_samples / 360)
    found = overview.leads["L0"]
    mv = np.round(signal[:, 0].astype(np.float64), 3)
    edges = np.arange(overview.bins + 1) * n_samples / overview.bins
    for i in range(overview.bins):
        part = mv[int(edges[i]) : max(int(np.ceil(edges[i + 1])), int(edges[i]) + 1)]
        part = part[~np.isnan(part)]
        if len(part):
            assert microvolts(found.low)[i] <= part.min()
            assert microvolts(found.high)[i] >= part.max()
    present = mv[~np.isnan(mv)]
    if len(present):
        assert np.nanmin(microvolts(found.low)) == present.min()
        assert np.nanmax(microvolts(found.high)) == present.max()
    else:
        assert np.isnan(found.low).all()


def test_each_level_holds_the_extremes_of_its_groups(tmp_path: Path) -> None:
    signal = np.concatenate([ecg_like(100_001), ecg_like(100_001, seed=1)], axis=1)
    folder = write(tmp_path, signal, sizes=(1, 63, 64, 5000, 70_000))
    for lead in range(2):
        samples = np.load(level_file(folder, lead=lead, bucket=1))
        np.testing.assert_array_equal(samples, encode(signal[:, lead], dtype=samples.dtype))
        for bucket in BUCKETS:
            rows = np.load(level_file(folder, lead=lead, bucket=bucket))
            np.testing.assert_array_equal(rows, extremes(samples[:, None], size=bucket))


def test_a_large_value_in_a_later_block_widens_what_was_written(tmp_path: Path) -> None:
    signal = np.concatenate([ecg_like(50_000), ecg_like(50_000, seed=1)], axis=1)
    signal[40_000, 0] = 33.0
    signal[10, 0] = np.nan
    folder = write(tmp_path, signal, sizes=(30_000, 5_000))
    wide = np.load(level_file(folder, lead=0, bucket=1))
    assert wide.dtype == np.int32
    assert np.load(level_file(folder, lead=1, bucket=1)).dtype == np.int16
    np.testing.assert_array_equal(
        np.round(decode(wide), 3), np.round(signal[:, 0].astype(np.float64), 3)
    )
    assert not list(folder.glob("*.narrow"))
    (lead,) = read_window(folder, leads=["L0"], from_s=0, to_s=1e9, points=50)
    assert lead.high is not None
    assert np.nanmax(lead.high) == 33.0


def test_huge_and_infinite_values_are_cut_and_not_lost(tmp_path: Path) -> None:
    signal = np.array([[0.0], [1e30], [-1e30], [np.nan], [1.0]], dtype=np.float32)
    (lead,) = read_window(write(tmp_path, signal), from_s=0, to_s=1, points=100)
    assert lead.values is not None
    values = lead.values.tolist()
    assert values[0] == 0
    assert values[1] > 2_000_000
    assert values[2] < -2_000_000
    assert np.isnan(values[3])
    assert values[4] == 1


def test_an_empty_recording_has_an_empty_overview(tmp_path: Path) -> None:
    folder = write(tmp_path, np.empty((0, 1), dtype=np.float32))
    assert read_index(folder).n_samples == 0
    assert np.isnan(read_overview(folder, bins=10).leads["L0"].low).all()
    with pytest.raises(ValueError, match="outside of the recording, which has 0 s"):
        read_window(folder, from_s=0, to_s=1, points=10)


def test_windows_beside_each_other_agree_where_they_overlap(tmp_path: Path) -> None:
    folder = write(tmp_path, ecg_like(200_000))
    (first,) = read_window(folder, from_s=0, to_s=300, points=200)
    (second,) = read_window(folder, from_s=100, to_s=400, points=200)
    assert first.dt_s == second.dt_s
    shift = round((second.t0_s - first.t0_s) / first.dt_s)
    assert first.low is not None
    assert second.low is not None
    n_both = len(first.low) - shift
    np.testing.assert_array_equal(first.low[shift:], second.low[:n_both])


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"leads": ["V9"]}, "there is no lead 'V9'; the recording has L0"),
        ({"from_s": 5.0, "to_s": 5.0}, "is empty; from_s must be below to_s"),
        ({"from_s": float("nan")}, "is empty"),
        ({"to_s": float("inf")}, "is empty"),
        ({"from_s": 90.0, "to_s": 95.0}, "lies outside of the recording, which has 10 s"),
        ({"from_s": -9.0, "to_s": -1.0}, "lies outside of the recording"),
        ({"points": 0}, "points is 0, but must be 1 to 20,000"),
        ({"points": 20_001}, "points is 20001, but must be"),
    ],
)
def test_a_wrong_window_is_refused_with_the_cure(
    tmp_path: Path, change: dict[str, object], message: str
) -> None:
    folder = write(tmp_path, ecg_like(3600))
    wanted = {"from_s": 0.0, "to_s": 1.0, "points": 100, **change}
    with pytest.raises(ValueError, match=message):
        read_window(folder, **wanted)  # type: ignore[arg-type]


def test_what_lies_outside_of_the_recording_is_left_out(tmp_path: Path) -> None:
    folder = write(tmp_path, ecg_like(3600))
    (lead,) = read_window(folder, from_s=-1e300, to_s=1e300, points=3600)
    assert lead.values is not None
    assert (lead.t0_s, len(lead.values)) == (0, 3600)


def test_a_pyramid_that_is_not_complete_disappears(tmp_path: Path) -> None:
    path = tmp_path / "pyramid"
    with PyramidWriter(path, leads=["L"], fs=1, part="a") as pyramid:
        pyramid.add(ecg_like(1000))
        assert not has_pyramid(path)
    assert list(tmp_path.iterdir()) == []
    with pytest.raises(ValueError, match="have not been read yet; wait"):
        read_window(path, from_s=0, to_s=1, points=1)


def test_of_two_writers_the_first_wins_and_the_second_leaves_nothing(tmp_path: Path) -> None:
    path, signal = tmp_path / "pyramid", ecg_like(1000)
    with PyramidWriter(path, leads=["L"], fs=1, part="a") as first:
        first.add(signal)
        with PyramidWriter(path, leads=["L"], fs=1, part="b") as second:
            second.add(signal)
            second.publish()
        assert first.publish() == read_index(path)
    assert [entry.name for entry in tmp_path.iterdir()] == ["pyramid"]


def test_a_writer_removes_what_it_left_when_it_was_killed(tmp_path: Path) -> None:
    left = tmp_path / ".pyramid.test.part"
    left.mkdir()
    (left / "0.1.npy").write_bytes(b"cut")
    write(tmp_path, ecg_like(1000))
    assert [entry.name for entry in tmp_path.iterdir()] == ["pyramid"]


def test_a_deleted_recording_is_not_written_again(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        write(tmp_path / "deleted", ecg_like(100))


def test_the_size_is_as_announced(tmp_path: Path) -> None:
    folder = write(tmp_path, ecg_like(1_000_000))
    size = sum(path.stat().st_size for path in folder.iterdir())
    assert size == pytest.approx(BYTES_PER_SAMPLE * 1_000_000, rel=0.01)


@pytest.mark.slow
def test_a_day_is_written_in_little_memory_and_its_windows_are_read_at_once(
    tmp_path: Path,
) -> None:
    n_samples, block = 24 * 3600 * 360, ecg_like(1 << 19)
    leads = np.concatenate([block, block], axis=1)
    tracemalloc.start()
    path = tmp_path / "pyramid"
    with PyramidWriter(path, leads=["II", "V1"], fs=360, part="day") as pyramid:
        for first in range(0, n_samples, len(leads)):
            pyramid.add(leads[: n_samples - first])
        pyramid.publish()
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 60e6
    rng, times = np.random.default_rng(0), []
    for length_s in (10, 60, 600, 3600, 6 * 3600, 24 * 3600):
        for _ in range(10):
            from_s = rng.uniform(0, 24 * 3600 - length_s + 1e-6)
            begin = time.process_time()
            read_window(path, from_s=from_s, to_s=from_s + length_s, points=2000)
            times.append(time.process_time() - begin)
    assert np.quantile(times, 0.95) < 0.05
