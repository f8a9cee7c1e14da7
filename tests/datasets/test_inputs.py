"""Every network loads the inputs it reads, beat by beat, and all read the same of each kind."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import torch
from small_networks import no_morphology

from ecgfuse.datasets.beats import BeatSet, save_beats
from ecgfuse.datasets.fusions import NETWORKS, Fusion
from ecgfuse.datasets.inputs import Inputs, LabelledInputs, join_inputs, load_inputs, select
from ecgfuse.datasets.rr import load_rr, save_rr

N_BEATS = 5
RNG = np.random.default_rng(0)
ECG = RNG.normal(size=(N_BEATS, 3, 16)).astype(np.float32)
RR = RNG.normal(size=(N_BEATS, 7)).astype(np.float32)
LABELS = [0, 2, 1, 3, 0]
MORPHOLOGY = RNG.normal(size=(N_BEATS, 6)).astype(np.float32)
WHOLE = {"ecg": ECG, "rr": RR, "morphology": MORPHOLOGY}
READ = {
    "waveform": {"ecg", "morphology"},
    "rr": {"rr"},
    "early": set(WHOLE),
    "late": set(WHOLE),
    "hybrid": set(WHOLE),
}
"""Network -> the inputs it reads."""


def beats_of(records: list[str], *, morphology: np.ndarray = MORPHOLOGY) -> BeatSet:
    """The beats, with an unused one before and after them."""
    annotated = pd.DataFrame(
        {
            "record": [records[0], *records, records[-1]],
            "sample": np.arange(N_BEATS + 2) * 300,
            "time_s": np.arange(N_BEATS + 2) * 300 / 360,
            "symbol": list("NNVAFNN"),
            "label": [0, *LABELS, 0],
            "used": [0, *[1] * N_BEATS, 0],
        }
    )
    return BeatSet(ecg=ECG, morphology=morphology, annotated=annotated)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with beats/ and rr/."""
    save_beats(beats_of(["100"] * N_BEATS), tmp_path / "beats" / "train")
    save_rr(RR, tmp_path / "rr" / "train")
    return tmp_path


def load(folder: Path, fusion: Fusion) -> LabelledInputs:
    return load_inputs("train", beats=folder / "beats", rr=folder / "rr", fusion=fusion)


@pytest.mark.parametrize("fusion", NETWORKS)
def test_a_network_loads_the_whole_of_each_input_it_reads_and_nothing_else(
    folder: Path, fusion: Fusion
) -> None:
    loaded = load(folder, fusion)
    assert len(loaded) == loaded.inputs.n_beats == N_BEATS
    assert loaded.labels.tolist() == LABELS
    assert loaded.labels.dtype == torch.int64
    for name, part in loaded.inputs._asdict().items():
        if name in READ[fusion]:
            np.testing.assert_array_equal(part.numpy(), WHOLE[name], strict=True)
        else:
            assert part.shape == (0, 0)


@pytest.mark.parametrize("fusion", ["rr", "early", "late", "hybrid"])
def test_missing_rr_features_are_reported_with_the_cure(folder: Path, fusion: Fusion) -> None:
    (folder / "rr" / "train" / "features.npy").unlink()
    message = r"features\.npy: no such file; run the stage that writes .*train again"
    with pytest.raises(ValueError, match=message):
        load(folder, fusion)
    assert len(load(folder, "waveform")) == N_BEATS


def test_rr_features_of_other_beats_are_refused(folder: Path) -> None:
    save_rr(RR[:4], folder / "rr" / "train")
    with pytest.raises(
        ValueError,
        match=r"train/features\.npy: RR features of 4 beats, but 5 waveforms; run the stage .*rr ",
    ):
        load(folder, "hybrid")


def test_saved_rr_features_are_read_back(folder: Path) -> None:
    np.testing.assert_array_equal(load_rr(folder / "rr" / "train"), RR, strict=True)


@pytest.mark.parametrize("index", [torch.tensor([3, 0]), slice(1, 4)], ids=["tensor", "slice"])
def test_selected_beats_are_those_of_the_index(index: torch.Tensor | slice) -> None:
    some = select(Inputs(torch.from_numpy(ECG), torch.from_numpy(RR), torch.empty(0, 0)), index)
    rows = np.arange(N_BEATS)[index if isinstance(index, slice) else index.numpy()]
    np.testing.assert_array_equal(some.ecg.numpy(), ECG[rows])
    np.testing.assert_array_equal(some.rr.numpy(), RR[rows])
    assert some.morphology.shape == (0, 0)


def test_patients_are_numbered_by_record() -> None:
    records = ["208", "106", "106", "230", "208"]
    data = join_inputs(beats_of(records), rr=RR, fusion="hybrid")
    assert data.labels.tolist() == LABELS
    assert data.patients.tolist() == [1, 0, 0, 2, 1]


def test_beats_that_were_not_compared_with_the_median_beat_have_no_morphology() -> None:
    beats = beats_of(["100"] * N_BEATS, morphology=no_morphology(N_BEATS))
    inputs = join_inputs(beats, rr=RR, fusion="hybrid").inputs
    assert inputs.morphology.shape == (N_BEATS, 0)
    np.testing.assert_array_equal(inputs.rr.numpy(), RR)


def test_beats_at_an_index_keep_their_labels_and_the_numbers_of_their_patients() -> None:
    records = ["208", "106", "106", "230", "208"]
    part = join_inputs(beats_of(records), rr=RR, fusion="hybrid").at(torch.tensor([3, 1]))
    np.testing.assert_array_equal(part.inputs.morphology.numpy(), MORPHOLOGY[[3, 1]])
    assert part.labels.tolist() == [3, 2]
    assert part.patients.tolist() == [2, 0]


def test_noisy_copies_are_loaded_beside_the_beats_with_the_same_rr_features(folder: Path) -> None:
    noisy = beats_of(["100"] * N_BEATS, morphology=MORPHOLOGY + 1)
    save_beats(noisy, folder / "noisy" / "train")
    loaded = load_inputs(
        "train",
        beats=folder / "beats",
        rr=folder / "rr",
        fusion="hybrid",
        noisy_beats=folder / "noisy",
    )
    assert loaded.noisy is not None
    np.testing.assert_array_equal(loaded.noisy.morphology.numpy(), MORPHOLOGY + 1)
    np.testing.assert_array_equal(loaded.noisy.rr.numpy(), RR)
    np.testing.assert_array_equal(loaded.inputs.morphology.numpy(), MORPHOLOGY)
