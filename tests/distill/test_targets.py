"""Targets are the mean of the softened predictions of the teachers, mixed with the label."""

from pathlib import Path

import numpy as np
import pytest
import torch
from small_networks import network_of, spec_of, write_splits

from ecgfuse.datasets.fusions import Fusion
from ecgfuse.datasets.inputs import load_inputs
from ecgfuse.distill.config import DistillConfig
from ecgfuse.distill.targets import mix_targets, teach
from ecgfuse.models.store import save_model

CONFIG = DistillConfig(
    teachers=("early", "hybrid"), student="hybrid", seeds=(1,), temperature=2.0, label_share=0.0
)
TEACHERS: tuple[tuple[Fusion, int], ...] = (("early", 1), ("hybrid", 1), ("hybrid", 2))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write_splits(tmp_path, n_beats=12)
    for fusion, seed in (*TEACHERS, ("late", 1)):
        path = tmp_path / "models" / fusion / f"seed-{seed}.safetensors"
        path.parent.mkdir(parents=True, exist_ok=True)
        weights = network_of(fusion, seed=seed).state_dict()
        save_model(weights, path, spec=spec_of(fusion), origin={"seed": seed})
    return tmp_path


@pytest.mark.slow
def test_targets_are_the_mean_softened_probabilities_for_any_number_of_workers(
    folder: Path,
) -> None:
    targets, in_parallel = (
        teach(folder / "models", beats=folder / "beats", rr=folder / "rr", config=CONFIG, workers=n)
        for n in (1, 2)
    )
    assert torch.equal(targets, in_parallel)
    expected = []
    for fusion, seed in TEACHERS:
        data = load_inputs("train", beats=folder / "beats", rr=folder / "rr", fusion=fusion)
        with torch.inference_mode():
            logits = network_of(fusion, seed=seed)(data.inputs)
        expected.append((logits / 2).softmax(dim=1))
    torch.testing.assert_close(targets, torch.stack(expected).mean(dim=0), rtol=1e-4, atol=1e-5)
    torch.testing.assert_close(targets.sum(dim=1), torch.ones(12))


def test_missing_teachers_are_reported_with_the_cure(tmp_path: Path) -> None:
    with pytest.raises(
        ValueError, match=r"no trained model of distill\.teachers; run the stage 'train'"
    ):
        teach(tmp_path, beats=tmp_path, rr=tmp_path, config=CONFIG, workers=1)


def test_the_label_share_moves_the_target_towards_the_label() -> None:
    answers = [np.array([[0.2, 0.4, 0.2, 0.2]]), np.array([[0.4, 0.2, 0.2, 0.2]])]
    mixed = mix_targets(answers, labels=torch.tensor([3]), label_share=0.25)
    torch.testing.assert_close(mixed, torch.tensor([[0.225, 0.225, 0.15, 0.4]]))


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"teachers": ("middle",)}, "distill.teachers is .*must name one or more of early"),
        ({"seeds": ()}, "distill.seeds is .*must be a list of different numbers"),
        ({"temperature": 0.0}, "distill.temperature is 0.0, but must lie between 0.1 and 100"),
        ({"label_share": 1.0}, "distill.label_share is 1.0"),
    ],
)
def test_a_value_out_of_range_is_refused(change: dict, message: str) -> None:
    values = {**vars(CONFIG), **change}
    with pytest.raises(ValueError, match=message):
        DistillConfig(**values)
