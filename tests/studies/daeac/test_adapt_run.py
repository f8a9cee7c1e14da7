"""The daeac stage scores the same later beats before and after the adaptation."""

import dataclasses
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from small_networks import DAEAC, labelled_beats, stored_model, write_splits

from ecgfuse.classes import CLASSES, UNLABELLED
from ecgfuse.datasets.inputs import Inputs, LabelledInputs, select
from ecgfuse.evaluate.metrics import score
from ecgfuse.models.store import StoredModel, save_model
from ecgfuse.studies.daeac import run as run_module
from ecgfuse.studies.daeac.config import DaeacConfig
from ecgfuse.studies.daeac.loop import Adapted, adapt_network
from ecgfuse.studies.daeac.run import AdaptationPaths, adapt, adapt_seeds, count_pseudo_labels

N_BEATS = 64
CONFIG = dataclasses.replace(DAEAC, adapt_s=20.0)
N_ADAPTATION = 23
"""Beats are 300 / 360 s apart and the first is not used, so that beats 1 to 23 are before 20 s."""


def paths_in(folder: Path) -> AdaptationPaths:
    """Input files of the stage, and paths of its outputs."""
    write_splits(folder, n_beats=N_BEATS)
    for seed in (1, 2):
        stored = stored_model("early", seed=seed)
        path = folder / "models" / f"seed-{seed}.safetensors"
        save_model(stored.network.state_dict(), path, spec=stored.spec, origin=stored.origin)
    return AdaptationPaths(
        beats=folder / "beats",
        rr=folder / "rr",
        models=folder / "models",
        results=folder / "results.json",
        metrics=folder / "metrics.json",
    )


def without_processes(
    models: list[StoredModel],
    *,
    source: LabelledInputs,
    target: Inputs,
    config: DaeacConfig,
    workers: int,
) -> list[Adapted]:
    assert type(target) is Inputs  # which has no labels
    return [
        adapt_network(
            stored.network,
            source=source,
            target=target,
            config=config,
            seed=stored.origin["seed"],
        )
        for stored in models
    ]


@pytest.fixture(scope="module")
def metrics(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    paths = paths_in(tmp_path_factory.mktemp("daeac"))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(run_module, "adapt_seeds", without_processes)
        adapt(paths, config=CONFIG, workers=1)
    scores: dict[str, Any] = json.loads(paths.results.read_text())
    return scores


def test_results_report_the_adaptation_and_its_beats(
    metrics: dict[str, Any],
) -> None:
    assert "unlabelled beats of the test patients" in metrics["transductive"]
    assert metrics["adaptation_s"] == 20
    assert metrics["adaptation_beats"] == N_ADAPTATION
    assert metrics["test_beats"] == N_BEATS - N_ADAPTATION
    assert metrics["seeds"] == 2


def test_both_scores_are_of_later_beats_only(metrics: dict[str, Any]) -> None:
    data = labelled_beats(N_BEATS, seed=2)
    later = select(data.inputs, slice(N_ADAPTATION, None))
    labels = data.labels[N_ADAPTATION:].numpy()
    by_seed = [
        score(
            labels,
            stored_model("early", seed=s).network(later).softmax(1).detach().numpy(),
            classes=CLASSES,
        )
        for s in (1, 2)
    ]
    mean = sum(scores["macro_auprc"] for scores in by_seed) / 2
    assert metrics["source_only"]["mean"]["macro_auprc"] == pytest.approx(mean)
    assert metrics["source_only"]["mean"]["N"]["support"] == (labels == 0).sum()
    assert metrics["adapted"]["mean"]["N"]["support"] == (labels == 0).sum()
    assert metrics["adapted"]["mean"] != metrics["source_only"]["mean"]


def test_results_hold_only_dicts_numbers_and_strings(metrics: dict[str, Any]) -> None:
    def check(value: object) -> None:
        if isinstance(value, dict):
            for item in value.values():
                check(item)
        else:
            assert type(value) in (int, float, str)

    check(metrics)


def test_pseudo_labels_are_counted_by_class_over_the_seeds() -> None:
    pseudo_labels = np.array([[0, 0, 1, UNLABELLED], [0, UNLABELLED, UNLABELLED, 2]])
    counts = count_pseudo_labels(pseudo_labels, labels=np.array([0, 1, 1, 3]))
    assert counts == {
        "N": {"confident": 1.5, "right_after_the_fact": 1.0},
        "S": {"confident": 0.5, "right_after_the_fact": 0.5},
        "V": {"confident": 0.5, "right_after_the_fact": 0.0},
        "F": {"confident": 0.0, "right_after_the_fact": 0.0},
    }


@pytest.mark.slow
def test_adaptation_in_processes_has_the_same_result_as_in_this_one() -> None:
    models = [stored_model("early", seed=seed) for seed in (1, 2)]
    source, target = labelled_beats(32, seed=0), labelled_beats(24, seed=1).inputs
    config = dataclasses.replace(CONFIG, steps=2)
    apart = adapt_seeds(models, source=source, target=target, config=config, workers=2)
    here = without_processes(models, source=source, target=target, config=config, workers=1)
    for one, other in zip(apart, here, strict=True):
        for name, value in one.network.state_dict().items():
            assert value.equal(other.network.state_dict()[name]), name
        assert one.pseudo_labels.equal(other.pseudo_labels)
