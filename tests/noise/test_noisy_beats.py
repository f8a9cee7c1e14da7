"""Noisy copies are the same beats of the same recordings, with noise from another channel."""

import dataclasses
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from ecgfuse.datasets.beats import BeatSet, load_beats, save_beats
from ecgfuse.datasets.inputs import load_inputs
from ecgfuse.datasets.rr import save_rr
from ecgfuse.noise.config import NoisyBeatsConfig
from ecgfuse.noise.mix import add_noise
from ecgfuse.noise.noisy_beats import NoisyBeatsJob, make_noisy_beats, noisy_copies, pick_beats
from ecgfuse.noise.read import read_noise
from ecgfuse.preprocess.beats import cut_beats, join_beats, read_leads
from ecgfuse.preprocess.config import PreprocessConfig
from ecgfuse.synthetic.database import write_synthetic_database
from ecgfuse.synthetic.noise import write_synthetic_noise

DS1 = {"train": ("100", "101"), "valid": ("103",)}


@pytest.fixture(scope="module")
def job(
    tmp_path_factory: pytest.TempPathFactory, preprocess_config: PreprocessConfig
) -> NoisyBeatsJob:
    root = tmp_path_factory.mktemp("noisy")
    for name in ("mitdb", "nstdb"):
        (root / name).mkdir()
    names = [name for records in DS1.values() for name in records]
    write_synthetic_database(root / "mitdb", minutes=0.5, seed=1, records=names)
    write_synthetic_noise(root / "nstdb", records=("bw", "ma"), seed=1)
    return NoisyBeatsJob(
        recordings=root / "mitdb",
        noise=root / "nstdb",
        preprocess=dataclasses.replace(preprocess_config, comparisons=True, second_lead=True),
        config=NoisyBeatsConfig(kinds=("bw", "ma"), snr_db=(12.0, 0.0), seed=1),
    )


def clean_beats(job: NoisyBeatsJob, name: str) -> BeatSet:
    leads = read_leads(job.recordings / name, config=job.preprocess)
    return cut_beats(*leads, config=job.preprocess)


@pytest.mark.slow
def test_every_training_and_validation_beat_has_one_noisy_copy(
    job: NoisyBeatsJob, tmp_path: Path
) -> None:
    make_noisy_beats(job, records=DS1, workers=2, out=tmp_path / "noisy")
    assert sorted(path.name for path in (tmp_path / "noisy").iterdir()) == ["train", "valid"]
    for split, records in DS1.items():
        clean = join_beats([clean_beats(job, name) for name in records])
        noisy = load_beats(tmp_path / "noisy" / split)
        pd.testing.assert_frame_equal(noisy.annotated, clean.annotated, atol=1e-6)
        assert noisy.ecg.shape == clean.ecg.shape
        assert np.all((noisy.ecg != clean.ecg).any(axis=(1, 2)))


def test_each_copy_is_cut_from_a_recording_with_one_of_the_noises(job: NoisyBeatsJob) -> None:
    copies = noisy_copies(job, "100")
    leads = read_leads(job.recordings / "100", config=job.preprocess)
    assert [lead.lead for lead in leads] == ["MLII", "V1"]
    counts = []
    for kind, snr_db in job.conditions():
        noises = [read_noise(job.noise / kind, channel=channel, fs=360) for channel in (1, 0)]
        noisy = [
            add_noise(lead, noise=noise, snr_db=snr_db)
            for lead, noise in zip(leads, noises, strict=True)
        ]
        beats = cut_beats(*noisy, config=job.preprocess)
        same = (beats.ecg == copies.ecg).all(axis=(1, 2))
        np.testing.assert_array_equal(copies.morphology[same], beats.morphology[same])
        counts.append(same.sum())
    assert len(counts) == 4
    assert sum(counts) == len(copies)
    assert min(counts) > 0


def test_the_draw_follows_the_seed(job: NoisyBeatsJob) -> None:
    one, again = noisy_copies(job, "100"), noisy_copies(job, "100")
    np.testing.assert_array_equal(one.ecg, again.ecg)
    other = dataclasses.replace(job, config=dataclasses.replace(job.config, seed=2))
    assert not np.array_equal(one.ecg, noisy_copies(other, "100").ecg)


def test_a_beat_is_picked_from_the_set_drawn_for_it(job: NoisyBeatsJob) -> None:
    beats = clean_beats(job, "100")
    others = dataclasses.replace(beats, ecg=beats.ecg + 1, morphology=beats.morphology + 2)
    drawn = np.arange(len(beats)) % 2
    picked = pick_beats([beats, others], drawn=drawn)
    np.testing.assert_array_equal(picked.ecg, beats.ecg + drawn[:, None, None].astype(np.float32))
    np.testing.assert_array_equal(
        picked.morphology, beats.morphology + 2 * drawn[:, None].astype(np.float32)
    )


def test_noisy_copies_of_other_beats_are_refused(job: NoisyBeatsJob, tmp_path: Path) -> None:
    beats = clean_beats(job, "100")
    save_beats(beats, tmp_path / "beats/train")
    save_beats(dataclasses.replace(beats, ecg=beats.ecg[:, :, ::2]), tmp_path / "noisy/train")
    save_rr(np.ones((len(beats), 7), dtype=np.float32), tmp_path / "rr/train")
    with pytest.raises(ValueError, match=r"without noise; run the stage that writes .*noisy again"):
        load_inputs(
            "train",
            beats=tmp_path / "beats",
            rr=tmp_path / "rr",
            fusion="early",
            noisy_beats=tmp_path / "noisy",
        )


@pytest.mark.parametrize(
    ("field", "value"),
    [("kinds", ()), ("snr_db", ()), ("snr_db", (70.0,)), ("snr_db", (-50.0, 6.0)), ("seed", -1)],
)
def test_a_value_out_of_range_is_refused(job: NoisyBeatsJob, field: str, value: object) -> None:
    with pytest.raises(ValueError, match=rf"noisy_beats\.{field} is .* must"):
        dataclasses.replace(job.config, **{field: value})  # type: ignore[arg-type]
