"""Scores are what their formulas say, and survive saving and export."""

from pathlib import Path

import numpy as np
import onnxruntime
import pytest
import torch
from single_beat_sets import single_beats

from ecgfuse.export.onnx_file import write_onnx
from ecgfuse.ood.detector import (
    Detector,
    load_detector_file,
    patient_quantile,
    save_detector,
)
from ecgfuse.ood.neighbours import K_NEAREST, Neighbours
from ecgfuse.ood.places import look_at
from ecgfuse.ood.scores import (
    SCORE_NAMES,
    Energy,
    Gaussian,
    Mahalanobis,
    OODScore,
    ScoreName,
    build_score,
    fit_score,
    place_of,
)

BEATS = single_beats([0] * 60 + [1] * 40, record="1")
ECG = torch.from_numpy(BEATS.ecg)
LABELS = torch.from_numpy(BEATS.labels)
FEATURES = torch.randn(100, 5, generator=torch.Generator().manual_seed(0)) + 3 * LABELS[:, None]
LOGITS = torch.stack([-FEATURES.sum(dim=1), FEATURES.sum(dim=1)], dim=1)


def fitted(name: ScoreName) -> OODScore:
    seen = look_at(place_of(name), ecg=ECG, features=FEATURES)
    generator = torch.Generator().manual_seed(0)
    return fit_score(name, seen=seen, labels=LABELS, generator=generator)


def test_the_energy_is_minus_the_log_of_the_sum_of_exponentials() -> None:
    logits = torch.tensor([[0.0, 0.0], [np.log(3.0), 0.0]])
    expected = [-np.log(2), -np.log(4)]
    assert Energy()(ECG[:2], FEATURES[:2], logits).tolist() == pytest.approx(expected)


def test_mahalanobis_is_the_squared_distance_to_the_nearest_class_in_standard_deviations() -> None:
    # Two classes around (0, 0) and (10, 0), with variance 4 along x and 1 along y.
    corners = torch.tensor([[2.0, 1.0], [2.0, -1.0], [-2.0, 1.0], [-2.0, -1.0]])
    seen = torch.cat([corners, corners + torch.tensor([10.0, 0.0])])
    labels = torch.tensor([7] * 4 + [2] * 4)  # any numbers
    score = Mahalanobis.fit("features", seen=seen, labels=labels)
    points = torch.tensor([[0.0, 0.0], [4.0, 0.0], [10.0, 3.0]])
    found = score.measure(points)
    # 0; two standard deviations from the first mean; three from the second: less 1 % of shrinkage.
    assert found.tolist() == pytest.approx([0, 4 / 1.01, 9 / 1.01], abs=1e-4)


def test_a_wide_class_takes_in_what_is_far_from_a_narrow_one() -> None:
    corners = torch.tensor([[1.0, 1.0], [1.0, -1.0], [-1.0, 1.0], [-1.0, -1.0]])
    seen = torch.cat([0.1 * corners, 5 * corners + torch.tensor([20.0, 0.0])])
    score = Gaussian.fit("features", seen=seen, labels=torch.tensor([0] * 4 + [1] * 4))
    # Variances: 0.01 and 25, and 12.505 of both, of which 30 % are in each; 1 % more is added.
    narrow, wide = ((0.7 * own + 0.3 * 12.505) * 1.01 for own in (0.01, 25))
    found = score.measure(torch.tensor([[0.0, 0.0], [20.0, 0.0], [25.0, 0.0]]))
    centres = [2 * np.log(narrow), 2 * np.log(wide)]  # log determinants
    expected = [*centres, centres[1] + 25 / wide]
    assert found.tolist() == pytest.approx(expected, rel=1e-3)


def test_neighbours_of_features_are_compared_by_their_direction() -> None:
    seen = torch.tensor([[1.0, 0.0]] * K_NEAREST + [[0.0, 5.0]] * K_NEAREST)
    score = Neighbours.fit("features", seen=seen, generator=torch.Generator().manual_seed(0))
    found = score.measure(torch.tensor([[9.0, 0.0], [-1.0, 0.0], [1.0, 1.0]]))
    # The same direction; at right angles to the nearest; at 45 degrees.
    expected = [0, np.sqrt(2), np.sqrt(2 - np.sqrt(2))]
    assert found.tolist() == pytest.approx(expected, abs=1e-3)


def test_the_kth_neighbour_counts() -> None:
    seen = torch.tensor([[0.0, 1.0]] * (K_NEAREST - 1) + [[1.0, 0.0]] * K_NEAREST)
    score = Neighbours.fit("features", seen=seen, generator=torch.Generator().manual_seed(0))
    assert score.measure(torch.tensor([[0.0, 2.0]])).tolist() == pytest.approx([np.sqrt(2)])


@pytest.mark.parametrize("name", [n for n in SCORE_NAMES if place_of(n) != "features"])
def test_scores_of_the_beat_rank_noise_above_all_training_beats(name: ScoreName) -> None:
    noise = torch.rand(20, 187, generator=torch.Generator().manual_seed(1))
    score = fitted(name)
    assert score(noise, FEATURES[:20], LOGITS[:20]).min() > score(ECG, FEATURES, LOGITS).max()


@pytest.mark.parametrize("name", SCORE_NAMES)
def test_a_score_is_rebuilt_from_its_file(tmp_path: Path, name: ScoreName) -> None:
    score = fitted(name)
    path = tmp_path / "detector.safetensors"
    save_detector(Detector(name=name, score=score, threshold=0.1 + 0.2), path)
    read = load_detector_file(path)
    assert (read.name, read.threshold) == (name, 0.1 + 0.2)
    torch.testing.assert_close(
        read.score(ECG, FEATURES, LOGITS), score(ECG, FEATURES, LOGITS), rtol=0, atol=0
    )
    assert path.stat().st_size < 1_000_000


@pytest.mark.slow
@pytest.mark.parametrize("name", ["energy", "shape_gaussian", "features_neighbours"])
def test_an_exported_score_is_the_same(tmp_path: Path, name: ScoreName) -> None:
    score = fitted(name)
    path = tmp_path / "score.onnx"
    shapes = {"ecg": (187,), "features": (5,), "logits": (2,)}
    write_onnx(score, path, inputs=shapes, outputs=["score"], origin={})
    session = onnxruntime.InferenceSession(path, providers=["CPUExecutionProvider"])
    given = {"ecg": ECG.numpy(), "features": FEATURES.numpy(), "logits": LOGITS.numpy()}
    names = {value.name for value in session.get_inputs()}
    (found,) = session.run(None, {key: given[key] for key in names})
    expected = score(ECG, FEATURES, LOGITS).numpy()
    np.testing.assert_allclose(found, expected, rtol=1e-3, atol=1e-3)


def test_a_file_of_something_else_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "detector.safetensors"
    with pytest.raises(ValueError, match=r"detector\.safetensors: no such file.*run the stage"):
        load_detector_file(path)
    path.write_bytes(b"no safetensors file")
    with pytest.raises(ValueError, match="not a detector"):
        load_detector_file(path)


def test_a_state_of_another_score_is_refused() -> None:
    with pytest.raises(KeyError):
        build_score("shape_mahalanobis", fitted("shape_neighbours").state_dict())


def test_patients_weigh_alike_in_the_quantile() -> None:
    # One patient with 90 beats of low scores, and one with 10 beats, half of them high.
    scores = np.concatenate([np.linspace(0, 1, 90), np.linspace(0, 1, 5), np.full(5, 5.0)])
    patients = np.array(["a"] * 90 + ["b"] * 10)
    assert patient_quantile(scores, patients, share=0.25) == 1  # the high ones weigh a quarter
    assert patient_quantile(scores, patients, share=0.24) == 5
    assert patient_quantile(scores, np.array(["a"] * 100), share=0.05) == 1
