"""Both files of a model of single beats compute what its networks and its score do."""

import json
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import onnx
import pytest
import torch
from root import ROOT
from small_networks import assert_identical
from torch import Tensor

import ecgfuse
from ecgfuse.export.onnx_file import OUTPUT
from ecgfuse.export.single_beat import (
    SCORE,
    SingleBeatModel,
    SingleBeatSpec,
    StoredSingleBeat,
    export_single_beat,
    load_single_beat,
)
from ecgfuse.models.single_beat import SingleBeatName, build_single_beat
from ecgfuse.ood.scores import ScoreName, fit_score, look_at, place_of

pytestmark = pytest.mark.slow

MADE: Mapping[str, tuple[tuple[SingleBeatName, ...], ScoreName]] = {
    "cnn_lstm": (("cnn_lstm",), "energy"),
    "ensemble": (("cnn_lstm_dropout", "cnn_lstm_dropout"), "features_mahalanobis"),
    "transformer": (("transformer",), "shape_neighbours"),
    "transformer_published": (("transformer_published",), "samples_neighbours"),
}
"""Every network and every way to score, and an ensemble."""
THRESHOLD = 1.7
"""In the middle of the scores of the ensemble."""


def beats(n_beats: int, *, seed: int = 0) -> Tensor:
    """R, T and the next R wave with noise, in [0, 1], (n_beats, 187); zeros after 90 to 187."""
    generator = torch.Generator().manual_seed(seed)

    def drawn(low: float, high: float) -> Tensor:
        return low + (high - low) * torch.rand(n_beats, 1, generator=generator)

    at, end = torch.arange(187), drawn(90, 187).round()
    waves = [
        (0.0, drawn(1.5, 4), drawn(0.5, 0.8)),
        (drawn(25, 45), drawn(5, 12), drawn(0.05, 0.25)),
        (end / 1.2, drawn(1.5, 4), drawn(0.5, 0.8)),
    ]
    ecg = drawn(0.05, 0.2) + sum(
        height * torch.exp(-0.5 * ((at - middle) / width) ** 2) for middle, width, height in waves
    )
    ecg = ecg + 0.01 * torch.randn(n_beats, 187, generator=generator)
    return ecg.clamp(0, 1) * (at < end)


def made(name: str) -> StoredSingleBeat:
    """A model of untrained networks, with a score fitted to some beats."""
    names, score_name = MADE[name]
    torch.manual_seed(len(name))
    networks = [build_single_beat(one).eval() for one in names]
    ecg = beats(600, seed=1)
    with torch.inference_mode():
        features = networks[0].features(ecg)
    score = fit_score(
        score_name,
        seen=look_at(place_of(score_name), ecg=ecg, features=features),
        labels=torch.arange(600) % 2,
        generator=torch.Generator().manual_seed(0),
    )
    origin = {"leads": ["MLII"], "ood": {"score": score_name, "threshold": THRESHOLD}}
    return StoredSingleBeat(
        spec=SingleBeatSpec(networks=names, n_classes=2, score=score_name),
        model=SingleBeatModel(networks, score=score).eval(),
        origin=origin,
    )


@pytest.fixture(scope="module")
def exported(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The safetensors files; the ONNX files are beside them."""
    folder = tmp_path_factory.mktemp("models")
    for name in MADE:
        export_single_beat(made(name), folder / f"{name}.safetensors")
    return {name: folder / f"{name}.safetensors" for name in MADE}


@pytest.mark.parametrize("name", MADE)
@pytest.mark.parametrize("n_beats", [1, 5, 300])
def test_the_onnx_file_gives_the_probabilities_and_scores_of_the_model(
    exported: dict[str, Path], name: str, n_beats: int
) -> None:
    ecg = beats(n_beats)
    with torch.inference_mode():
        expected = made(name).model(ecg)
    model = ecgfuse.load(exported[name].with_suffix(".onnx")).model
    found = model.file.run({"beats": ecg.numpy()}, outputs=[OUTPUT, SCORE])
    for one, other in zip(found, expected, strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-4, atol=1e-4)


@pytest.mark.parametrize("name", MADE)
def test_the_safetensors_file_rebuilds_the_model(exported: dict[str, Path], name: str) -> None:
    again, before = load_single_beat(exported[name]), made(name)
    assert (again.spec, again.origin) == (before.spec, before.origin)
    assert_identical(dict(again.model.state_dict()), dict(before.model.state_dict()))
    assert not again.model.training
    with torch.inference_mode():
        assert torch.equal(again.model(beats(7))[1], before.model(beats(7))[1])


def test_an_ensemble_averages_the_probabilities_of_its_networks() -> None:
    model = made("ensemble").model
    with torch.inference_mode():
        parts = [network(beats(4)).softmax(dim=1) for network in model.networks]
        found, _ = model(beats(4))
    assert not torch.allclose(*parts)
    torch.testing.assert_close(found, (parts[0] + parts[1]) / 2)


def test_beats_above_the_threshold_are_unclassified(exported: dict[str, Path]) -> None:
    ecg = beats(200)
    with torch.inference_mode():
        probabilities, score = made("ensemble").model(ecg)
    unfamiliar = (score > THRESHOLD).numpy()
    assert 0 < unfamiliar.sum() < 200
    table = ecgfuse.load(exported["ensemble"].with_suffix(".onnx")).classify_beats(ecg.numpy())
    assert ((table["flag"] == "unfamiliar") == unfamiliar).all()
    names = np.where(probabilities[:, 1] > 0.5, "abnormal", "N")
    assert table["class"].tolist() == np.where(unfamiliar, "Q", names).tolist()


def test_the_onnx_file_carries_its_origin_and_no_folder_of_this_machine(
    exported: dict[str, Path],
) -> None:
    path = exported["cnn_lstm"].with_suffix(".onnx")
    (entry,) = onnx.load(path).metadata_props
    assert entry.key == "ecgfuse"
    assert json.loads(entry.value) == {**made("cnn_lstm").origin, "kind": "single_beat"}
    content = path.read_bytes()
    assert b".py" not in content
    assert str(ROOT).encode() not in content


def test_equal_models_give_equal_files(exported: dict[str, Path], tmp_path: Path) -> None:
    export_single_beat(made("cnn_lstm"), tmp_path / "again.safetensors")
    for suffix in (".safetensors", ".onnx"):
        again = (tmp_path / "again").with_suffix(suffix)
        assert again.read_bytes() == exported["cnn_lstm"].with_suffix(suffix).read_bytes()


def test_files_are_readable_by_others(exported: dict[str, Path]) -> None:
    assert {path.stat().st_mode & 0o777 for path in exported.values()} == {0o644}


def test_other_files_are_refused_with_a_cure(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"x\.safetensors: no such model file; restore it by"):
        load_single_beat(tmp_path / "x.safetensors")
    (tmp_path / "x.safetensors").write_bytes(b"rubbish")
    with pytest.raises(ValueError, match=r"x\.safetensors: not a model of single beats"):
        load_single_beat(tmp_path / "x.safetensors")
    with pytest.raises(ValueError, match=r"best\.safetensors: not a model of single beats"):
        load_single_beat(ROOT / "models/best.safetensors")
