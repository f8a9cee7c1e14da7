"""One recording is predicted without noise, and with each kind of noise at each ratio."""

import dataclasses
from pathlib import Path

import numpy as np
import pytest
from noise_inputs import CONFIG, write_models

from ecgfuse.datasets.fusions import FUSIONS
from ecgfuse.datasets.inputs import join_inputs
from ecgfuse.evaluate.predictions import predict_seeds
from ecgfuse.export.deployable import Deployable
from ecgfuse.noise.mix import add_noise
from ecgfuse.noise.read import read_noise
from ecgfuse.preprocess.beats import cut_beats
from ecgfuse.preprocess.config import PreprocessConfig
from ecgfuse.recordings.labelled_record import Record, read_record
from ecgfuse.rr.extract import split_rr
from ecgfuse.studies.noise.predict import NoisyPredictions, load_fusions, predict_noisy
from ecgfuse.studies.noise.run import NoisePaths


def predictions_of(name: str, paths: NoisePaths) -> NoisyPredictions:
    models = load_fusions(paths.models)
    return predict_noisy(paths.recordings / name, noise=paths.noise, models=models, config=CONFIG)


def predict_alone(record: Record, *, model: Deployable) -> np.ndarray:
    """Probabilities (n_beats, 4) of the beats of one record."""
    beats = cut_beats(record, config=model.preprocess)
    rr = split_rr(beats.annotated, config=model.rr)
    data = join_inputs(beats, rr=rr, fusion=model.stored.spec.fusion)
    return predict_seeds([model.stored], data=data, name=None, workers=1).ensemble


def test_without_noise_the_predictions_equal_those_of_the_model(
    noise_paths: NoisePaths,
) -> None:
    noisy = predictions_of("100", noise_paths)
    models = load_fusions(noise_paths.models)
    record = read_record(noise_paths.recordings / "100", leads=("MLII",), fs=360)
    for fusion in FUSIONS:
        clean = predict_alone(record, model=models[fusion])
        np.testing.assert_array_equal(noisy.probabilities[fusion][0], clean)


@pytest.mark.parametrize(("name", "channel"), [("100", 0), ("114", 1)])
def test_noise_of_the_channel_is_added_before_the_preprocessing(
    noise_paths: NoisePaths, name: str, channel: int
) -> None:
    noisy = predictions_of(name, noise_paths)
    model = load_fusions(noise_paths.models)["hybrid"]
    clean = read_record(noise_paths.recordings / name, leads=("MLII",), fs=360)
    for place, condition in enumerate(CONFIG.conditions()):
        record = clean
        if condition is not None:
            noise = read_noise(noise_paths.noise / condition[0], channel=channel, fs=360)
            record = add_noise(clean, noise=noise, snr_db=condition[1])
        alone = predict_alone(record, model=model)
        np.testing.assert_array_equal(noisy.probabilities["hybrid"][place], alone)


def test_every_noise_at_every_ratio_changes_the_predictions(noise_paths: NoisePaths) -> None:
    noisy = predictions_of("100", noise_paths).probabilities["early"]
    assert noisy.shape[0] == 5
    for one in range(5):
        for other in range(one):
            assert not np.array_equal(noisy[one], noisy[other])


def test_a_missing_noise_record_is_reported(noise_paths: NoisePaths) -> None:
    config = dataclasses.replace(CONFIG, kinds=("em",))
    models = load_fusions(noise_paths.models)
    with pytest.raises(ValueError, match=r"em\.hea: no such noise record"):
        predict_noisy(
            noise_paths.recordings / "100", noise=noise_paths.noise, models=models, config=config
        )


def test_models_with_different_preprocessing_are_refused(
    tmp_path: Path, preprocess_config: PreprocessConfig
) -> None:
    write_models(tmp_path / "a", preprocess_config)
    write_models(tmp_path / "b", dataclasses.replace(preprocess_config, baseline="none"))
    (tmp_path / "b" / "late.safetensors").replace(tmp_path / "a" / "late.safetensors")
    with pytest.raises(ValueError, match=r"different preprocessing.*run the stage 'export'"):
        load_fusions(tmp_path / "a")
