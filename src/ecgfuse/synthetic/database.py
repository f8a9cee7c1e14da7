"""A synthetic database with the names, leads and file formats of the MIT-BIH Arrhythmia Database.

It replaces the real one without a network, and serves as a test fixture. Its records are not
recordings of persons.
"""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import wfdb
from numpy.typing import NDArray
from tqdm import tqdm

from ecgfuse.pipeline.params import require
from ecgfuse.recordings.annotation_writer import write_annotation_file
from ecgfuse.synthetic.rhythm import BLOCK, draw_rhythm, schedule_beats
from ecgfuse.synthetic.waveform import (
    Conduction,
    draw_morphology,
    draw_noise,
    render_beats,
)

# fmt: off
MITDB_RECORDS = (
    "100", "101", "102", "103", "104", "105", "106", "107", "108", "109", "111", "112", "113",
    "114", "115", "116", "117", "118", "119", "121", "122", "123", "124", "200", "201", "202",
    "203", "205", "207", "208", "209", "210", "212", "213", "214", "215", "217", "219", "220",
    "221", "222", "223", "228", "230", "231", "232", "233", "234",
)
# fmt: on
"""Names of the 48 records."""

SAMPLING_RATE = 360
"""In Hz."""

_COMMENT = "synthetic record, made by ecgfuse; not a recording of a person"
_GAIN, _BASELINE, _BITS = 200, 1024, 11  # adu/mV, adu, bit: as in the real headers
_PACED = ("102", "104", "107", "217")
_LEFT_BLOCK = ("109", "111", "207", "214")
_RIGHT_BLOCK = ("118", "124", "212", "231", "232")
_LEADS = {"102": ("V5", "V2"), "104": ("V5", "V2"), "114": ("V5", "MLII")}
_NORMAL_SYMBOL: dict[Conduction, str] = {
    "normal": "N",
    "left block": "L",
    "right block": "R",
    "paced": "/",
}
_RHYTHM_MARK = 18  # sample of the first annotation, before the first beat
_PEAK_SEARCH = 0.04  # s around the nominal R peak


def write_synthetic_database(
    folder: Path, *, minutes: float, seed: int, records: Sequence[str] = MITDB_RECORDS
) -> None:
    """Write NAME.dat, NAME.hea and NAME.atr for each record, and RECORDS with their names.

    The same seed and minutes produce the same bytes, and a record does not depend on the others.
    Each record has N, S, V and F in every half minute, except that the paced ones (102, 104, 107,
    217) have no S, and paced beats and their fusions instead of N and F.

    Args:
        folder: an existing empty folder.
        minutes: length of each record, at least 0.5.
        seed: 0 or more.
        records: names from MITDB_RECORDS, each once.

    Raises:
        ValueError: an argument is invalid; the message names it, its value and the cure.
    """
    require(
        folder.is_dir() and not any(folder.iterdir()),
        field="folder",
        value=str(folder),
        cure="must be an existing empty folder",
    )
    require(
        minutes * 60 >= BLOCK,
        field="minutes",
        value=minutes,
        cure=f"must be at least {BLOCK / 60}, so that every class of beat occurs",
    )
    require(seed >= 0, field="seed", value=seed, cure="must be 0 or more")
    for name in records:
        require(
            name in MITDB_RECORDS and list(records).count(name) == 1,
            field="records",
            value=name,
            cure="each must be the name of a record of MIT-BIH, such as 100, and occur once",
        )
    for name in tqdm(records, desc="synthetic records", unit="record", disable=None):
        _write_record(folder, name=name, n_samples=round(minutes * 60 * SAMPLING_RATE), seed=seed)
    (folder / "RECORDS").write_text("".join(f"{name}\n" for name in records))


def _write_record(folder: Path, *, name: str, n_samples: int, seed: int) -> None:
    # The name is part of the seed, so a record does not depend on the others. The patient is drawn
    # before the beats, so it does not depend on the length.
    entropy = np.random.SeedSequence(seed, spawn_key=(int.from_bytes(name.encode(), "big"),))
    rng = np.random.default_rng(entropy)
    conduction = _conduction(name)
    leads = _LEADS.get(name, ("MLII", "V1"))
    rhythm = draw_rhythm(rng)
    morphology = draw_morphology(conduction, rng=rng)

    beats = schedule_beats(rhythm, duration=n_samples / SAMPLING_RATE, rng=rng)
    classes = beats.classes
    if conduction == "paced":
        # The pacemaker follows the atria, so an early atrial beat is a paced beat too.
        classes = np.where(classes == "S", "N", classes)
    nominal = np.round(beats.times * SAMPLING_RATE).astype(np.int64)
    clean = render_beats(
        morphology,
        peaks=nominal,
        classes=classes,
        leads=leads,
        n_samples=n_samples,
        sampling_rate=SAMPLING_RATE,
        rng=rng,
    )
    noise = draw_noise(n_samples, n_leads=len(leads), sampling_rate=SAMPLING_RATE, rng=rng)
    _write_signals(folder, name=name, potential=clean + noise, leads=leads)
    _write_annotations(
        folder,
        name=name,
        peaks=_find_peaks(clean[:, 0], nominal=nominal),
        classes=classes,
        conduction=conduction,
        rng=rng,
    )


def _conduction(name: str) -> Conduction:
    if name in _PACED:
        return "paced"
    if name in _LEFT_BLOCK:
        return "left block"
    return "right block" if name in _RIGHT_BLOCK else "normal"


def _find_peaks(potential: NDArray[np.float64], *, nominal: NDArray[np.int64]) -> NDArray[np.int64]:
    """Samples of the largest deflection near each nominal peak, shifted by neighbouring waves."""
    reach = int(_PEAK_SEARCH * SAMPLING_RATE)
    windows = nominal[:, None] + np.arange(-reach, reach + 1)
    return nominal - reach + np.abs(potential[windows]).argmax(axis=1)


def _write_signals(
    folder: Path, *, name: str, potential: NDArray[np.float64], leads: Sequence[str]
) -> None:
    digital = np.round(potential * _GAIN + _BASELINE).clip(0, 2**_BITS - 1).astype(np.int64)
    n_leads = len(leads)
    # wfdb.wrsamp has no argument for the resolution and would declare 12 bit for format 212.
    record = wfdb.Record(
        record_name=name,
        n_sig=n_leads,
        fs=SAMPLING_RATE,
        sig_len=len(digital),
        sig_name=list(leads),
        units=["mV"] * n_leads,
        fmt=["212"] * n_leads,
        adc_gain=[_GAIN] * n_leads,
        baseline=[_BASELINE] * n_leads,
        adc_res=[_BITS] * n_leads,
        adc_zero=[_BASELINE] * n_leads,
        d_signal=digital,
        comments=[_COMMENT],
    )
    record.set_d_features()
    record.set_defaults()
    record.wrsamp(write_dir=str(folder))


def _write_annotations(
    folder: Path,
    *,
    name: str,
    peaks: NDArray[np.int64],
    classes: NDArray[np.str_],
    conduction: Conduction,
    rng: np.random.Generator,
) -> None:
    normal = _NORMAL_SYMBOL[conduction]
    symbol_of = {"N": normal, "S": "A", "V": "V", "F": "f" if conduction == "paced" else "F"}
    marks = [(_RHYTHM_MARK, "+", "(P\0" if conduction == "paced" else "(N\0")]
    marks += [(int(at), symbol_of[kind], "") for at, kind in zip(peaks, classes, strict=True)]
    # Non-beat annotations, about one per 60 beats: noise ~ and artefact |, between two beats.
    for beat in rng.choice(len(peaks) - 1, 1 + len(peaks) // 60, replace=False):
        middle = int(peaks[beat] + peaks[beat + 1]) // 2
        marks.append((middle, str(rng.choice(["~", "|"])), ""))
    marks.sort(key=lambda mark: mark[0])
    samples, symbols, notes = zip(*marks, strict=True)
    write_annotation_file(folder / f"{name}.atr", np.array(samples), symbols, notes=notes)
