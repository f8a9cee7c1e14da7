"""Noisy twins are the same beats of the same recordings, with noise that the test does not hear."""

import dataclasses
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from ecgfuse.datasets.beats import load_beats
from ecgfuse.datasets.inputs import load_inputs
from ecgfuse.datasets.splits import SplitConfig
from ecgfuse.noise.mix import add_noise
from ecgfuse.noise.read import read_noise
from ecgfuse.noisy_beats.config import NoisyBeatsConfig
from ecgfuse.noisy_beats.run import NoisyBeatsJob, make_noisy_beats, noisy_twins, pick_beats
from ecgfuse.preprocess.beats import cut_beats, preprocess, read_leads
from ecgfuse.preprocess.config import PreprocessConfig
from ecgfuse.records.synthetic import write_synthetic_database
from ecgfuse.records.synthetic_noise import write_synthetic_noise

SPLIT = SplitConfig(train=("100", "101"), valid=("103",), test=("105",))
DS1 = {"train": SPLIT.train, "valid": SPLIT.valid}


@pytest.fixture(scope="module")
def job(
    tmp_path_factory: pytest.TempPathFactory, preprocess_config: PreprocessConfig
) -> NoisyBeatsJob:
    root = tmp_path_factory.mktemp("noisy")
    for name in ("mitdb", "nstdb"):
        (root / name).mkdir()
    names = [name for records in SPLIT.records().values() for name in records]
    write_synthetic_database(root / "mitdb", minutes=0.5, seed=1, records=names)
    write_synthetic_noise(root / "nstdb", records=("bw", "ma"), seed=1)
    return NoisyBeatsJob(
        recordings=root / "mitdb",
        noise=root / "nstdb",
        preprocess=dataclasses.replace(preprocess_config, comparisons=True, second_lead=True),
        config=NoisyBeatsConfig(kinds=("bw", "ma"), snr_db=(12.0, 0.0), seed=1),
    )


def test_every_beat_of_training_and_validation_has_one_twin_and_no_test_beat_has(
    job: NoisyBeatsJob, tmp_path: Path
) -> None:
    make_noisy_beats(job, records=DS1, workers=2, out=tmp_path / "noisy")
    preprocess(
        job.recordings, config=job.preprocess, split=SPLIT, out=tmp_path / "beats", workers=1
    )
    assert sorted(path.name for path in (tmp_path / "noisy").iterdir()) == ["train", "valid"]
    for split in ("train", "valid"):
        noisy, clean = (load_beats(tmp_path / part / split) for part in ("noisy", "beats"))
        pd.testing.assert_frame_equal(noisy.annotated, clean.annotated)
        assert noisy.ecg.shape == clean.ecg.shape
        assert np.all((noisy.ecg != clean.ecg).any(axis=(1, 2)))


def test_each_twin_is_cut_from_a_recording_with_one_of_the_noises(job: NoisyBeatsJob) -> None:
    twins = noisy_twins(job, "100")
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
        same = (beats.ecg == twins.ecg).all(axis=(1, 2))
        np.testing.assert_array_equal(twins.comparison[same], beats.comparison[same])
        counts.append(same.sum())
    assert len(counts) == 4
    assert sum(counts) == len(twins)
    assert min(counts) > 0


def test_the_draw_follows_the_seed(job: NoisyBeatsJob) -> None:
    one, again = noisy_twins(job, "100"), noisy_twins(job, "100")
    np.testing.assert_array_equal(one.ecg, again.ecg)
    other = dataclasses.replace(job, config=dataclasses.replace(job.config, seed=2))
    assert not np.array_equal(one.ecg, noisy_twins(other, "100").ecg)


def test_a_beat_is_picked_from_the_set_drawn_for_it(job: NoisyBeatsJob) -> None:
    beats = cut_beats(
        *read_leads(job.recordings / "100", config=job.preprocess), config=job.preprocess
    )
    others = dataclasses.replace(beats, ecg=beats.ecg + 1, comparison=beats.comparison + 2)
    drawn = np.arange(len(beats)) % 2
    picked = pick_beats([beats, others], drawn=drawn)
    np.testing.assert_array_equal(picked.ecg, beats.ecg + drawn[:, None, None].astype(np.float32))
    np.testing.assert_array_equal(
        picked.comparison, beats.comparison + 2 * drawn[:, None].astype(np.float32)
    )


def test_twins_of_other_beats_are_refused(job: NoisyBeatsJob, tmp_path: Path) -> None:
    make_noisy_beats(job, records=DS1, workers=1, out=tmp_path / "noisy")
    config = dataclasses.replace(job.preprocess, length=32)
    preprocess(job.recordings, config=config, split=SPLIT, out=tmp_path / "beats", workers=1)
    (tmp_path / "rr/train").mkdir(parents=True)
    n_beats = len(load_beats(tmp_path / "beats/train"))
    np.save(tmp_path / "rr/train/ratios.npy", np.ones((n_beats, 2), dtype=np.float32))
    with pytest.raises(ValueError, match=r"without noise; make them again with 'dvc repro --force"):
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
def test_settings_that_cannot_be_are_refused(job: NoisyBeatsJob, field: str, value: object) -> None:
    with pytest.raises(ValueError, match=rf"noisy_beats\.{field} is .* must"):
        dataclasses.replace(job.config, **{field: value})  # type: ignore[arg-type]
