"""The noisy_beats stage: the beats of DS1 a second time, from recordings with real noise added.

The noisy copy of a beat comes from a noisy recording, which is filtered and cut like any other, so
that the patient's median beat and usual deviation are those of the noisy recording. Noise added to
the finished rows would not change them.
"""

import dataclasses
from collections.abc import Mapping, Sequence
from functools import partial
from itertools import product
from pathlib import Path

import numpy as np
from tqdm import tqdm

from ecgfuse.datasets.beats import BeatSet, save_beats
from ecgfuse.engine.processes import process_pool
from ecgfuse.noise.config import NoisyBeatsConfig
from ecgfuse.noise.kinds import Kind
from ecgfuse.noise.mix import add_noise
from ecgfuse.noise.read import read_noise
from ecgfuse.pipeline.files import atomic_folder
from ecgfuse.preprocess.beats import cut_beats, join_beats, read_leads
from ecgfuse.preprocess.config import PreprocessConfig

_NOISE_CHANNELS = (1, 0)
"""Signal of the noise record for the first and the second lead. The study noise tests MLII, the
first channel of all test records, with the other signal."""


@dataclasses.dataclass(frozen=True, kw_only=True)
class NoisyBeatsJob:
    """Inputs and settings for the noisy copies of all records."""

    recordings: Path
    """Folder of the WFDB records."""
    noise: Path
    """Folder of the noise records."""
    preprocess: PreprocessConfig
    config: NoisyBeatsConfig

    def conditions(self) -> list[tuple[Kind, float]]:
        """Every kind of noise at every ratio."""
        return list(product(self.config.kinds, self.config.snr_db))


def make_noisy_beats(
    job: NoisyBeatsJob, *, records: Mapping[str, Sequence[str]], workers: int, out: Path
) -> None:
    """Write a noisy copy of every training and validation beat, row for row.

    Args:
        records: names by split, "train" and "valid"; empty if no training uses noisy beats.
        workers: processes; the result does not depend on it.
        out: gets one folder per split, in the format of `preprocess`.

    Raises:
        ValueError: a recording or a noise record is missing or not usable.
    """
    names = [name for of_split in records.values() for name in of_split]
    with process_pool(workers) as pool:
        done = pool.map(partial(noisy_copies, job), names)
        bar = tqdm(done, total=len(names), unit="record", disable=None)
        by_name = dict(zip(names, bar, strict=True))
    with atomic_folder(out) as folder:
        for split, of_split in records.items():
            save_beats(join_beats([by_name[name] for name in of_split]), folder / split)
        if not records:
            (folder / "none.txt").write_text("augment.noisy_beats is 0: nothing reads them\n")


def noisy_copies(job: NoisyBeatsJob, name: str) -> BeatSet:
    """The beats of one record, each under a randomly drawn condition.

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
    # Seeded by record, so that the copies of a record do not depend on the other records.
    rng = np.random.default_rng([job.config.seed, *name.encode()])
    return pick_beats(under, drawn=rng.integers(len(under), size=len(under[0])))


def pick_beats(sets: Sequence[BeatSet], *, drawn: np.ndarray) -> BeatSet:
    """Take each beat from the set drawn for it.

    Args:
        sets: of the same n_beats beats.
        drawn: (n_beats,) int, indices into `sets`.
    """
    beats = np.arange(len(drawn))
    return dataclasses.replace(
        sets[0],
        ecg=np.stack([one.ecg for one in sets])[drawn, beats],
        morphology=np.stack([one.morphology for one in sets])[drawn, beats],
    )
