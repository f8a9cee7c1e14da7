"""Every network is trained on the beats of its split, and a file holds all that is needed of it."""

import shutil
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import torch
from serial_pool import serial_pool

from ecgfuse.datasets.single_beats import load_single_beats, save_single_beats
from ecgfuse.models.single_beat import n_parameters
from ecgfuse.pipeline.params import build_config
from ecgfuse.studies.heartbeat import networks
from ecgfuse.studies.heartbeat.network_beats import (
    intra_beats,
    ptbxl_beats,
    ptbxl_training_beats,
    training_beats,
)
from ecgfuse.studies.heartbeat.networks import (
    FIVE,
    PTBXL,
    NetworksConfig,
    load_trained,
    runs_of,
    train_networks,
    trained_path,
)
from ecgfuse.studies.heartbeat.training import FitConfig

CONFIG = NetworksConfig(
    seeds=(1,),
    cnn_lstm_five_epochs=2,
    cnn_lstm_dropout_epochs=1,
    transformer_epochs=3,
    transformer_published_epochs=4,
)
TRAINING = FitConfig(max_epochs=2, patience=2, precision="fp32")


def test_inter_trains_and_validates_on_records_of_its_own_balanced(beats_folder: Path) -> None:
    train, valid = training_beats("inter", beats=beats_folder)
    assert set(train.records) == {"101", "106"}
    assert set(valid.records) == {"114", "124"}
    for part in (train, valid):
        assert np.bincount(part.abnormal).tolist() == [20, 20]


def test_inter_reads_no_test_records(beats_folder: Path, tmp_path: Path) -> None:
    for part in ("mitdb/train", "mitdb/valid", "ptbxl/train", "ptbxl/valid"):
        shutil.copytree(beats_folder / part, tmp_path / part)
    for one, other in zip(
        training_beats("inter", beats=tmp_path),
        training_beats("inter", beats=beats_folder),
        strict=True,
    ):
        pd.testing.assert_frame_equal(one.table, other.table)
    assert len(ptbxl_training_beats(tmp_path)[0]) == 24


def test_intra_mixes_the_beats_of_all_records(beats_folder: Path) -> None:
    everything, split = intra_beats(beats_folder)
    assert len(everything) == 240
    assert len(split.test) == 48
    train, valid = training_beats("intra", beats=beats_folder)
    assert (len(train), len(valid)) == (len(split.train), len(split.valid))
    assert set(train.records) & set(everything.at(split.test).records)


def test_intra_takes_the_test_beats_of_kaggle_if_its_files_are_there(
    beats_folder: Path, tmp_path: Path
) -> None:
    shutil.copytree(beats_folder / "mitdb", tmp_path / "mitdb")
    for part, name in (("train", "mitbih_train"), ("test", "mitbih_test")):
        beats = load_single_beats(beats_folder / "mitdb" / part)
        save_single_beats(beats, tmp_path / "kaggle" / name)
    everything, split = intra_beats(tmp_path)
    assert set(everything.at(split.test).records) == {"100", "103"}
    assert set(everything.at(split.train).records) == {"101", "106"}
    assert len(split.test) == 60


def test_beats_of_ptbxl_are_those_of_lead_ii(beats_folder: Path) -> None:
    beats = ptbxl_beats(beats_folder, part="test")
    assert set(beats.leads) == {"II"}
    assert len(beats) == 24


def test_every_run_and_seed_has_a_file_and_ptbxl_is_trained_once(trained_folder: Path) -> None:
    names = {path.stem for path in (trained_folder / "networks/inter").iterdir()}
    assert names == {f"{run}-{seed}" for run in runs_of("inter") for seed in (1, 2)}
    assert set(runs_of("inter")) - set(runs_of("intra")) == {PTBXL}
    assert not list((trained_folder / "networks/intra").glob(f"{PTBXL}*"))


def test_a_file_holds_the_network_of_the_epoch_with_the_lowest_loss(trained_folder: Path) -> None:
    for run, parameters in (("cnn_lstm", 8_690), (FIVE, 8_690 + 3 * 17), (PTBXL, 27_010)):
        trained = load_trained(trained_path(trained_folder / "networks/inter", run=run, seed=2))
        assert n_parameters(trained.network) == parameters
        assert not trained.network.training
        losses = [epoch["valid_loss"] for epoch in trained.history]
        assert trained.epoch == 1 + int(np.argmin(losses))
    assert trained.network(torch.rand(3, 187)).shape == (3, 2)


def test_curves_have_every_epoch_and_a_figure(trained_folder: Path) -> None:
    curves = pd.read_csv(trained_folder / "plots/intra.csv")
    epochs = curves.groupby(["network", "seed"])["epoch"].max()
    assert epochs["cnn_lstm"].tolist() == [2, 2]
    assert epochs["transformer"].tolist() == [1, 1]
    assert (trained_folder / "plots/intra.png").stat().st_size > 10_000


def test_an_interrupted_stage_goes_on_with_what_is_done(
    beats_folder: Path, trained_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(networks, "process_pool", serial_pool)
    monkeypatch.setattr(networks, "runs_of", lambda _: ["cnn_lstm", FIVE])
    trained: list[str] = []
    train_one = networks.fit

    def fit_once(name, **settings):
        trained.append(f"{name}, {settings['n_classes']}")
        if settings["n_classes"] == 5 and len(trained) == 2:
            raise KeyboardInterrupt
        return train_one(name, **settings)

    monkeypatch.setattr(networks, "fit", fit_once)
    out = tmp_path / "out"

    def run() -> None:
        train_networks(
            "inter",
            config=CONFIG,
            training=TRAINING,
            beats=beats_folder,
            checkpoints=tmp_path / "checkpoints",
            workers=1,
            out=out,
            curves=tmp_path / "curves.csv",
            figure=tmp_path / "curves.png",
        )

    with pytest.raises(KeyboardInterrupt):
        run()
    assert not out.exists()
    run()
    assert trained == ["cnn_lstm, 2", "cnn_lstm, 5", "cnn_lstm, 5"]
    whole = load_trained(trained_folder / "networks/inter/cnn_lstm-1.pt").network.state_dict()
    for name, weight in load_trained(out / "cnn_lstm-1.pt").network.state_dict().items():
        assert torch.equal(weight, whole[name])
    assert not list((tmp_path / "checkpoints/heartbeat").iterdir())


def test_each_run_has_its_own_largest_number_of_epochs() -> None:
    epochs = {run: CONFIG.max_epochs(run) for run in runs_of("inter")}
    assert epochs == {
        "cnn_lstm": None,
        FIVE: 2,
        "cnn_lstm_dropout": 1,
        PTBXL: 1,
        "transformer": 3,
        "transformer_published": 4,
    }


def test_a_missing_file_and_wrong_settings_are_named(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"cnn_lstm-1\.pt"):
        load_trained(tmp_path / "cnn_lstm-1.pt")
    values = {
        "seeds": [1],
        "cnn_lstm_five_epochs": 2,
        "cnn_lstm_dropout_epochs": 1,
        "transformer_epochs": 1,
        "transformer_published_epochs": 1,
    }
    assert build_config(NetworksConfig, values).seeds == (1,)
    with pytest.raises(ValueError, match=r"networks\.transformer_epochs is 0"):
        build_config(NetworksConfig, values | {"transformer_epochs": 0})
    with pytest.raises(ValueError, match=r"networks\.seeds"):
        build_config(NetworksConfig, values | {"seeds": [1, 1]})
