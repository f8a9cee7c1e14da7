"""Every network is trained on the beats of its split, and a file holds all that is needed of it."""

import os
import shutil
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import torch
from serial_pool import serial_pool

from ecgfuse.datasets.single_beats import (
    join_single_beats,
    load_single_beats,
    save_single_beats,
)
from ecgfuse.engine.checkpoint import load_checkpoint, save_checkpoint
from ecgfuse.models.single_beat import n_parameters
from ecgfuse.pipeline.params import build_config
from ecgfuse.studies.heartbeat import networks
from ecgfuse.studies.heartbeat.network_beats import (
    files_of,
    intra_beats,
    intra_is_kaggle,
    ptbxl_beats,
    second_database,
    second_training_beats,
    training_beats,
)
from ecgfuse.studies.heartbeat.networks import (
    FIVE,
    SECOND,
    NetworksConfig,
    load_trained,
    runs_of,
    save_trained,
    train_networks,
    trained_path,
)
from ecgfuse.studies.heartbeat.training import FitConfig, Fitted

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
    for part in ("mitdb/train", "mitdb/valid", "ptbxl/train", "ptbxl/valid", "kaggle"):
        shutil.copytree(beats_folder / part, tmp_path / part)
    for one, other in zip(
        training_beats("inter", beats=tmp_path),
        training_beats("inter", beats=beats_folder),
        strict=True,
    ):
        pd.testing.assert_frame_equal(one.table, other.table)
    assert len(second_training_beats(tmp_path)[0]) == 24
    assert files_of("inter", beats=tmp_path) == sorted(
        path for path in tmp_path.rglob("*") if path.is_file()
    )


def test_intra_mixes_the_beats_of_all_records(beats_folder: Path) -> None:
    everything, split = intra_beats(beats_folder)
    assert len(everything) == 240
    assert len(split.test) == 48
    train, valid = training_beats("intra", beats=beats_folder)
    assert (len(train), len(valid)) == (len(split.train), len(split.valid))
    assert set(train.records) & set(everything.at(split.test).records)


def with_kaggle(folder: Path, *, beats: Path, **parts: str) -> Path:
    """Beats as with files of Kaggle: name of the set -> the beats to use as its own."""
    shutil.copytree(beats / "mitdb", folder / "mitdb")
    for name, part in parts.items():
        save_single_beats(load_single_beats(beats / part), folder / "kaggle" / name)
    (folder / "kaggle/sets.csv").write_text("\n".join(("set", *parts)) + "\n")
    return folder


def test_intra_takes_the_test_beats_of_kaggle_if_its_files_are_there(
    beats_folder: Path, tmp_path: Path
) -> None:
    with_kaggle(tmp_path, beats=beats_folder, mitbih_train="mitdb/train", mitbih_test="mitdb/test")
    assert intra_is_kaggle(tmp_path)
    assert second_database(tmp_path) == "ptb-xl"
    everything, split = intra_beats(tmp_path)
    assert set(everything.at(split.test).records) == {"100", "103"}
    assert set(everything.at(split.train).records) == {"101", "106"}
    assert len(split.test) == 60


def test_the_second_member_takes_the_ptb_beats_of_kaggle_if_its_files_are_there(
    beats_folder: Path, tmp_path: Path
) -> None:
    with_kaggle(tmp_path, beats=beats_folder, ptbdb="ptbxl/train")  # of all leads, 24 + 24
    assert second_database(tmp_path) == "ptbdb"
    assert not intra_is_kaggle(tmp_path)
    train, valid = second_training_beats(tmp_path)
    assert (len(train), len(valid)) == (33, 15)
    joined = join_single_beats([train, valid])
    assert np.bincount(joined.abnormal).tolist() == [24, 24]
    assert len(joined.table.drop_duplicates(["record", "lead", "sample"])) == 48
    assert len(intra_beats(tmp_path)[0]) == 240
    for split, read in (("intra", False), ("inter", True)):
        assert (tmp_path / "kaggle/ptbdb/ecg.npy" in files_of(split, beats=tmp_path)) == read


def test_beats_of_ptbxl_are_those_of_lead_ii(beats_folder: Path) -> None:
    beats = ptbxl_beats(beats_folder, part="test")
    assert set(beats.leads) == {"II"}
    assert len(beats) == 24


def test_every_run_and_seed_has_a_file_and_the_second_member_is_trained_once(
    trained_folder: Path,
) -> None:
    names = {path.stem for path in (trained_folder / "networks/inter").iterdir()}
    assert names == {f"{run}-{seed}" for run in runs_of("inter") for seed in (1, 2)}
    assert set(runs_of("inter")) - set(runs_of("intra")) == {SECOND}
    assert not list((trained_folder / "networks/intra").glob(f"{SECOND}*"))


def test_a_file_holds_the_network_of_the_epoch_with_the_lowest_loss(trained_folder: Path) -> None:
    for run, parameters in (("cnn_lstm", 8_690), (FIVE, 8_690 + 3 * 17), (SECOND, 27_010)):
        trained = load_trained(trained_path(trained_folder / "networks/inter", run=run, seed=2))
        assert n_parameters(trained.network) == parameters
        assert not trained.network.training
        losses = [epoch["valid_loss"] for epoch in trained.history]
        assert trained.epoch == 1 + int(np.argmin(losses))
    assert trained.network(torch.rand(3, 187)).shape == (3, 2)


def test_equal_networks_give_equal_files_from_any_process_and_after_a_checkpoint(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = [{"epoch": float(epoch), "valid_loss": 1 / epoch} for epoch in (1, 2)]
    weights = {name: torch.arange(3.0) for name in ("weight", "bias")}
    save_checkpoint({"history": rows[:1], "weights": weights}, tmp_path / "epoch.pt")
    state = load_checkpoint(tmp_path / "epoch.pt")
    assert state is not None
    whole = Fitted(weights=weights, history=rows, epoch=2)
    resumed = Fitted(weights=state["weights"], history=[*state["history"], rows[1]], epoch=2)
    save_trained(whole, tmp_path / "one-1.pt", network="cnn_lstm")
    monkeypatch.setattr(os, "getpid", lambda: 123_456_789)  # in the name of the temporary file
    save_trained(whole, tmp_path / "other/another-2.pt", network="cnn_lstm")
    save_trained(resumed, tmp_path / "resumed.pt", network="cnn_lstm")
    content = (tmp_path / "one-1.pt").read_bytes()
    assert (tmp_path / "other/another-2.pt").read_bytes() == content
    assert (tmp_path / "resumed.pt").read_bytes() == content


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
    for name in ("cnn_lstm-1.pt", f"{FIVE}-1.pt"):
        assert (out / name).read_bytes() == (trained_folder / "networks/inter" / name).read_bytes()
    assert not list((tmp_path / "checkpoints/heartbeat").iterdir())


def test_each_run_has_its_own_largest_number_of_epochs() -> None:
    epochs = {run: CONFIG.max_epochs(run) for run in runs_of("inter")}
    assert epochs == {
        "cnn_lstm": None,
        FIVE: 2,
        "cnn_lstm_dropout": 1,
        SECOND: 1,
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
