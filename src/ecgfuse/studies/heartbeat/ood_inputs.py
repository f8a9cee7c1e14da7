"""Unfamiliar inputs of every kind, made of the recordings of a split and of synthetic signals."""

import dataclasses
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np
import pandas as pd
from tqdm import tqdm

from ecgfuse.datasets.single_beats import FS, LENGTH, SingleBeats
from ecgfuse.engine.processes import process_pool
from ecgfuse.noise.kinds import Kind
from ecgfuse.noise.mix import add_noise, extend_noise
from ecgfuse.noise.read import read_noise
from ecgfuse.preprocess.kachuee import cut_single_beats
from ecgfuse.qrs.detect import FS as RECORDING_FS
from ecgfuse.recordings.labelled_record import Record, read_record
from ecgfuse.studies.heartbeat.ood_kinds import (
    CHANGED_BEATS,
    CHANGED_LEADS,
    SYNTHETIC_LEADS,
    changed_beats,
    changed_lead,
    synthetic_lead,
)
from ecgfuse.studies.heartbeat.ptbxl import find_r_peaks
from ecgfuse.synthetic.noise import write_synthetic_noise

NOISY: Mapping[str, Kind] = {"muscle_artefact": "ma", "electrode_motion": "em"}
"""Kind of input -> record of the MIT-BIH Noise Stress Test Database that is added."""
_EDGE_S = 2.0
"""Seconds at the end of an excerpt whose annotated beats are left out: they would be cut short."""


@dataclass(frozen=True, kw_only=True)
class InputsJob:
    """How unfamiliar inputs are made."""

    recordings: Path
    """Folder of the MIT-BIH records."""
    leads: tuple[str, ...]
    """In order of preference."""
    seconds: float
    """Length of the excerpt from the middle of each recording."""
    per_kind: int
    """Inputs of each kind, at most; as many of each recording."""
    snr_db: tuple[float, ...]
    """Signal-to-noise ratios of the noisy kinds."""
    seed: int


@dataclass(frozen=True)
class Unfamiliar:
    """Inputs that are no heartbeats, or no clean ones of the known lead and rate."""

    ecg: np.ndarray
    """(n, 187) float32."""
    table: pd.DataFrame
    """One row per input: kind, and snr_db, which is NaN but for the noisy kinds."""

    def of_kind(self) -> dict[str, np.ndarray]:
        """Kind -> indices of its inputs; of noisy kinds those with most noise."""
        ratio = self.table["snr_db"]
        most = (ratio.isna() | (ratio == ratio.min())).to_numpy()
        kinds = self.table["kind"].to_numpy(dtype=str)
        return {str(kind): np.flatnonzero((kinds == kind) & most) for kind in dict.fromkeys(kinds)}

    def of_ratio(self) -> dict[str, dict[float, np.ndarray]]:
        """Noisy kind -> signal-to-noise ratio in dB, highest first -> indices of its inputs."""
        kinds, ratio = self.table["kind"].to_numpy(dtype=str), self.table["snr_db"].to_numpy()
        noisy = dict.fromkeys(kinds[np.isfinite(ratio)].tolist())
        ratios = -np.unique(-ratio[np.isfinite(ratio)])
        return {
            kind: {one: np.flatnonzero((kinds == kind) & (ratio == one)) for one in ratios.tolist()}
            for kind in noisy
        }


def read_noises(folder: Path, *, channel: int, seed: int) -> tuple[dict[str, np.ndarray], bool]:
    """The noise of NOISY at the rate of recordings; electrode motion is synthetic if it is absent.

    Args:
        folder: of the noise records.
        channel: which of their two signals.
        seed: of the synthetic noise.

    Returns:
        Kind of input -> (n_samples,) in its own unit; and whether electrode motion is synthetic.

    Raises:
        ValueError: the record of muscle artefact is missing, or a record is damaged.
    """
    is_synthetic = not (folder / "em.hea").is_file()
    with tempfile.TemporaryDirectory() as made:
        if is_synthetic:
            write_synthetic_noise(Path(made), records=["em"], seed=seed)
        return {
            kind: read_noise(
                (Path(made) if record == "em" and is_synthetic else folder) / record,
                channel=channel,
                fs=RECORDING_FS,
            )
            for kind, record in NOISY.items()
        }, is_synthetic


def make_unfamiliar(
    records: Sequence[str],
    *,
    beats: SingleBeats,
    noises: Mapping[str, np.ndarray],
    job: InputsJob,
    workers: int,
) -> Unfamiliar:
    """All kinds of inputs, of the recordings of one split.

    Args:
        records: their names.
        beats: their beats, some of which are damaged.
        noises: as `read_noises`.
        workers: processes; results do not depend on it.

    Raises:
        ValueError: a recording is missing or not usable.
    """
    most = -(-job.per_kind // len(records))
    make = partial(_of_recording, noises=noises, job=job, most=most)
    with process_pool(workers) as pool:
        done = pool.map(make, records)
        parts = list(tqdm(done, total=len(records), desc="inputs", unit="record", disable=None))
    found = _without_recording(beats, n_inputs=job.per_kind, seed=job.seed)
    found += [part for of_recording in parts for part in of_recording]
    found = [part for part in found if len(part.ecg)]
    return Unfamiliar(
        ecg=np.concatenate([part.ecg for part in found]),
        table=pd.concat([part.table for part in found], ignore_index=True),
    )


def _inputs(kind: str, ecg: np.ndarray, *, snr_db: float = np.nan) -> Unfamiliar:
    rows = pd.DataFrame({"kind": [kind] * len(ecg), "snr_db": snr_db})
    return Unfamiliar(ecg=ecg.astype(np.float32).reshape(-1, LENGTH), table=rows)


def _without_recording(beats: SingleBeats, *, n_inputs: int, seed: int) -> list[Unfamiliar]:
    """Damaged beats, and beats that are found in signals that are no ECG."""
    found = []
    for place, kind in enumerate(CHANGED_BEATS):
        generator = np.random.default_rng([seed, 0, place])
        drawn = generator.permutation(len(beats))[:n_inputs]
        found.append(_inputs(kind, changed_beats(kind, beats.ecg[drawn], generator=generator)))
    for place, lead in enumerate(SYNTHETIC_LEADS):
        generator = np.random.default_rng([seed, 1, place])
        # Two seconds per beat are enough even for breaths.
        signal = synthetic_lead(lead, seconds=2.0 * n_inputs, generator=generator)
        ecg = _cut(signal, fs=FS)
        found.append(_inputs(lead, ecg[generator.permutation(len(ecg))[:n_inputs]]))
    return found


def _of_recording(
    name: str, *, noises: Mapping[str, np.ndarray], job: InputsJob, most: int
) -> list[Unfamiliar]:
    """The kinds that are made of a recording, and of it with a piece of each noise of its own."""
    record = read_record(job.recordings / name, leads=job.leads, fs=RECORDING_FS)
    generator = np.random.default_rng([job.seed, 2, *name.encode()])
    clean = excerpt(record, seconds=job.seconds)
    found = []
    for kind in CHANGED_LEADS:
        signal, fs = changed_lead(kind, clean.signal, fs=clean.fs, generator=generator)
        ecg = _cut(signal, fs=fs)
        found.append(_inputs(kind, ecg[generator.permutation(len(ecg))[:most]]))
    for noisy, noise in noises.items():
        own = from_random_start(noise, generator=generator)
        for snr_db in job.snr_db:
            part = excerpt(add_noise(record, noise=own, snr_db=snr_db), seconds=job.seconds)
            pieces = cut_single_beats(part.signal, fs=part.fs, r_peaks=part.beats.r_peaks)
            drawn = generator.permutation(len(pieces.ecg))[:most]
            found.append(_inputs(noisy, pieces.ecg[drawn], snr_db=snr_db))
    return found


def from_random_start(noise: np.ndarray, *, generator: np.random.Generator) -> np.ndarray:
    """The same noise (n,), from a random sample on to its end, and on from its beginning.

    Else every excerpt would have the same minute of it, which may be louder or quieter than the
    rest. The second part begins where the first one ends, as in `extend_noise`.
    """
    start = int(generator.integers(len(noise)))
    return extend_noise(noise, n_samples=start + len(noise))[start:]


def _cut(signal: np.ndarray, *, fs: float) -> np.ndarray:
    """Beats (n, 187) of a signal as `annotate` finds and cuts them."""
    return cut_single_beats(signal, fs=fs, r_peaks=find_r_peaks(signal, fs=fs)).ecg


def excerpt(record: Record, *, seconds: float) -> Record:
    """The middle of a recording, with its beats but those that end after it."""
    length = min(len(record.signal), round(seconds * record.fs))
    first = (len(record.signal) - length) // 2
    r_peaks = record.beats.r_peaks - first
    kept = (r_peaks >= 0) & (r_peaks < length - round(_EDGE_S * record.fs))
    beats = dataclasses.replace(
        record.beats,
        r_peaks=r_peaks[kept],
        symbols=record.beats.symbols[kept],
        labels=record.beats.labels[kept],
    )
    return dataclasses.replace(record, signal=record.signal[first : first + length], beats=beats)
