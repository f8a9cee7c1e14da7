"""Each fusion loads the inputs it uses, row by row beside the waveforms."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import torch
from small_networks import no_morphology

from ecgfuse.datasets.beats import BeatSet, save_beats
from ecgfuse.datasets.fusions import Fusion
from ecgfuse.datasets.inputs import Inputs, LabelledInputs, join_inputs, load_inputs, select
from ecgfuse.datasets.rr import RRSet, load_rr, save_rr

N_BEATS = 5
RNG = np.random.default_rng(0)
ECG = RNG.normal(size=(N_BEATS, 3, 16)).astype(np.float32)
RR = RRSet(
    ratios=RNG.normal(size=(N_BEATS, 2)).astype(np.float32),
    features=RNG.normal(size=(N_BEATS, 7)).astype(np.float32),
)
LABELS = [0, 2, 1, 3, 0]
MORPHOLOGY = RNG.normal(size=(N_BEATS, 6)).astype(np.float32)


@pytest.fixture
def folders(tmp_path: Path) -> dict[str, Path]:
    annotated = pd.DataFrame(
        {
            "record": "100",
            "sample": np.arange(N_BEATS + 2) * 300,
            "time_s": np.arange(N_BEATS + 2) * 300 / 360,
            "symbol": list("NNVAFNN"),
            "label": [0, *LABELS, 0],
            "used": [0, *[1] * N_BEATS, 0],
        }
    )
    waveforms = BeatSet(ecg=ECG, morphology=no_morphology(N_BEATS), annotated=annotated)
    save_beats(waveforms, tmp_path / "beats" / "train")
    save_rr(RR, tmp_path / "rr" / "train")
    return {"beats": tmp_path / "beats", "rr": tmp_path / "rr"}


def load(folders: dict[str, Path], fusion: Fusion) -> LabelledInputs:
    return load_inputs("train", beats=folders["beats"], rr=folders["rr"], fusion=fusion)


@pytest.mark.parametrize(
    ("fusion", "n_ratios", "n_features"),
    [("early", N_BEATS, 0), ("late", 0, N_BEATS), ("hybrid", N_BEATS, N_BEATS)],
)
def test_a_fusion_loads_the_inputs_it_uses(
    folders: dict[str, Path], fusion: Fusion, n_ratios: int, n_features: int
) -> None:
    loaded = load(folders, fusion)
    assert len(loaded) == N_BEATS
    assert tuple(map(len, loaded.inputs)) == (N_BEATS, n_ratios, n_features)
    np.testing.assert_array_equal(loaded.inputs.ecg.numpy(), ECG)
    if n_ratios:
        np.testing.assert_array_equal(loaded.inputs.ratios.numpy(), RR.ratios)
    if n_features:
        np.testing.assert_array_equal(loaded.inputs.features.numpy(), RR.features)


def test_tensors_have_the_types_of_network_inputs(folders: dict[str, Path]) -> None:
    loaded = load(folders, "hybrid")
    assert {part.dtype for part in loaded.inputs} == {torch.float32}
    assert loaded.labels.dtype == torch.int64
    assert loaded.labels.tolist() == LABELS


@pytest.mark.parametrize(
    ("file", "fusion"),
    [("ratios.npy", "early"), ("features.npy", "late"), ("ratios.npy", "hybrid")],
)
def test_a_missing_file_is_reported_with_the_cure(
    folders: dict[str, Path], file: str, fusion: Fusion
) -> None:
    (folders["rr"] / "train" / file).unlink()
    with pytest.raises(
        ValueError, match=rf"{file}: no such file; run the stage that writes .*train again"
    ):
        load(folders, fusion)


def test_a_file_that_a_fusion_does_not_use_may_be_missing(folders: dict[str, Path]) -> None:
    (folders["rr"] / "train" / "features.npy").unlink()
    assert len(load(folders, "early")) == N_BEATS


def test_rr_features_of_other_beats_are_refused(folders: dict[str, Path]) -> None:
    save_rr(RRSet(ratios=RR.ratios[:4], features=RR.features[:4]), folders["rr"] / "train")
    with pytest.raises(
        ValueError,
        match=r"train: RR features of 4 beats, but 5 waveforms; run the stage .*rr again",
    ):
        load(folders, "hybrid")


def test_saved_rr_features_are_read_back(folders: dict[str, Path]) -> None:
    loaded = load_rr(folders["rr"] / "train", ratios=True, features=True)
    np.testing.assert_array_equal(loaded.ratios, RR.ratios)
    np.testing.assert_array_equal(loaded.features, RR.features)


@pytest.mark.parametrize("index", [torch.tensor([3, 0]), slice(1, 4)], ids=["tensor", "slice"])
def test_selected_beats_are_those_of_the_index(index: torch.Tensor | slice) -> None:
    inputs = Inputs(torch.from_numpy(ECG), torch.from_numpy(RR.ratios), torch.empty(0, 0))
    some = select(inputs, index)
    rows = np.arange(N_BEATS)[index if isinstance(index, slice) else index.numpy()]
    np.testing.assert_array_equal(some.ecg.numpy(), ECG[rows])
    np.testing.assert_array_equal(some.ratios.numpy(), RR.ratios[rows])
    assert some.features.shape == (0, 0)


def beats_of(records: list[str], *, morphology: np.ndarray) -> BeatSet:
    annotated = pd.DataFrame({"record": records, "label": LABELS, "used": 1})
    return BeatSet(ecg=ECG, morphology=morphology, annotated=annotated)


def test_patients_are_numbered_by_record() -> None:
    records = ["208", "106", "106", "230", "208"]
    data = join_inputs(beats_of(records, morphology=no_morphology(N_BEATS)), rr=RR)
    assert data.labels.tolist() == LABELS
    assert data.patients.tolist() == [1, 0, 0, 2, 1]


def test_morphology_features_follow_the_rr_features_of_the_same_beat() -> None:
    features = join_inputs(beats_of(["100"] * 5, morphology=MORPHOLOGY), rr=RR).inputs.features
    assert features.shape == (N_BEATS, 7 + 6)
    assert features.dtype == torch.float32
    np.testing.assert_array_equal(features[:, :7].numpy(), RR.features)
    np.testing.assert_array_equal(features[:, 7:].numpy(), MORPHOLOGY)


def test_without_morphology_the_features_are_those_of_rr() -> None:
    data = join_inputs(beats_of(["100"] * 5, morphology=no_morphology(N_BEATS)), rr=RR)
    np.testing.assert_array_equal(data.inputs.features.numpy(), RR.features)


def test_a_fusion_without_rr_features_gets_no_morphology() -> None:
    rr = RRSet(ratios=RR.ratios, features=np.empty((0, 0), dtype=np.float32))
    data = join_inputs(beats_of(["100"] * 5, morphology=MORPHOLOGY), rr=rr)
    assert data.inputs.features.shape == (0, 0)


def test_beats_at_an_index_keep_their_labels_and_the_numbers_of_their_patients() -> None:
    inputs = Inputs(torch.from_numpy(ECG), torch.from_numpy(RR.ratios), torch.empty(0, 0))
    labels, patients = torch.tensor(LABELS), torch.tensor([1, 0, 0, 2, 1])
    part = LabelledInputs(inputs=inputs, labels=labels, patients=patients).at(torch.tensor([3, 1]))
    np.testing.assert_array_equal(part.inputs.ecg.numpy(), ECG[[3, 1]])
    assert part.labels.tolist() == [3, 2]
    assert part.patients.tolist() == [2, 0]
