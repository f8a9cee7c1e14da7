"""The noisy_beats stage: the beats of DS1 once more, from recordings with real noise added.

A noisy twin of a beat comes from a noisy recording, filtered and cut like any other, so that the
patient's median beat and what is usual for the patient are those of the noisy recording, too. Noise
added to the finished rows would not change them.
"""

import dataclasses
from collections.abc import Mapping, Sequence
from functools import partial
from itertools import product
from pathlib import Path

import numpy as np
from tqdm import tqdm

from ecgfuse.datasets.beats import BeatSet, save_beats
from ecgfuse.files import atomic_folder
from ecgfuse.noise.config import Kind
from ecgfuse.noise.mix import add_noise
from ecgfuse.noise.read import read_noise
from ecgfuse.noisy_beats.config import NoisyBeatsConfig
from ecgfuse.preprocess.beats import cut_beats, join_beats, read_leads
from ecgfuse.preprocess.config import PreprocessConfig
from ecgfuse.workers import process_pool

_NOISE_CHANNELS = (1, 0)
"""Signal of the noise record for the first and the second lead: the noise stage tests MLII, the
first channel of all test records, with the other signal."""


@dataclasses.dataclass(frozen=True, kw_only=True)
class NoisyBeatsJob:
    """What the noisy twins of all records are made of."""

    recordings: Path
    """Folder of the WFDB records."""
    noise: Path
    """Folder of the noise records."""
    preprocess: PreprocessConfig
    config: NoisyBeatsConfig

    def conditions(self) -> list[tuple[Kind, float]]:
        """Every kind at every ratio."""
        return list(product(self.config.kinds, self.config.snr_db))


def make_noisy_beats(
    job: NoisyBeatsJob, *, records: Mapping[str, Sequence[str]], workers: int, out: Path
) -> None:
    """Write the noisy twin of every training and validation beat, row for row.

    Args:
        records: names by split, "train" and "valid"; none, if no training reads such beats.
        workers: processes; the result does not depend on them.
        out: gets a folder for each split, as `preprocess` writes it.

    Raises:
        ValueError: a record or a noise record is missing or not usable.
    """
    names = [name for of_split in records.values() for name in of_split]
    with process_pool(workers) as pool:
        done = pool.map(partial(noisy_twins, job), names)
        bar = tqdm(done, total=len(names), unit="record", disable=None)
        by_name = dict(zip(names, bar, strict=True))
    with atomic_folder(out) as folder:
        for split, of_split in records.items():
            save_beats(join_beats([by_name[name] for name in of_split]), folder / split)
        if not records:
            (folder / "none.txt").write_text("augment.noisy_beats is 0: nothing reads them\n")


def noisy_twins(job: NoisyBeatsJob, name: str) -> BeatSet:
    """The beats of one record, each under a condition drawn for it.

    Raises:
        ValueError: as `make_noisy_beats`.
    """
    leads = read_leads(job.recordings / name, config=job.preprocess)
    noises = {
        kind: [
            read_noise(job.noise / kind, channel=channel, fs=lead.fs)
            for lead, channel in zip(leads, _NOISE_CHANNELS, strict=False)
        ]
        for kind in job.config.kinds
    }
    under: list[BeatSet] = []
    for kind, snr_db in job.conditions():
        noisy = [
            add_noise(lead, noise=noise, snr_db=snr_db)
            for lead, noise in zip(leads, noises[kind], strict=True)
        ]
        under.append(cut_beats(*noisy, config=job.preprocess))
    # Seeded by record, so that a record's twins do not depend on the other records.
    rng = np.random.default_rng([job.config.seed, *name.encode()])
    return pick_beats(under, drawn=rng.integers(len(under), size=len(under[0])))


def pick_beats(sets: Sequence[BeatSet], *, drawn: np.ndarray) -> BeatSet:
    """Each beat from the set that was drawn for it.

    Args:
        sets: of the same n_beats beats.
        drawn: (n_beats,) int, indices into `sets`.
    """
    beats = np.arange(len(drawn))
    return dataclasses.replace(
        sets[0],
        ecg=np.stack([one.ecg for one in sets])[drawn, beats],
        comparison=np.stack([one.comparison for one in sets])[drawn, beats],
    )
