"""Adaptation improves predictions under a domain shift, and uses no target labels."""

import copy
import dataclasses
import inspect
from pathlib import Path
from typing import Any

import pytest
import torch
from small_networks import (
    AUGMENT,
    DAEAC,
    assert_identical,
    labelled_beats,
    network_of,
    spec_of,
    train_with,
)
from torch import Tensor

from ecgfuse.classes import UNLABELLED
from ecgfuse.datasets.inputs import Inputs, LabelledInputs
from ecgfuse.models.store import Network
from ecgfuse.studies.daeac.loop import Adapted, adapt_network
from ecgfuse.train.loop import train_seed

SOURCE = labelled_beats(64, seed=0)
TARGET = labelled_beats(48, seed=1)


def adapted(
    target: Inputs = TARGET.inputs, *, network: Network | None = None, **changes: Any
) -> Adapted:
    config = dataclasses.replace(DAEAC, **changes)
    network = network_of("early") if network is None else network
    return adapt_network(network, source=SOURCE, target=target, config=config, seed=7)


def weights_of(network: Network) -> dict[str, Tensor]:
    return dict(network.state_dict())


def test_adaptation_takes_no_target_labels() -> None:
    assert inspect.signature(adapt_network).parameters["target"].annotation is Inputs
    assert not [name for name in Inputs._fields if "label" in name]


def test_equal_seeds_give_equal_networks_and_the_original_is_unchanged() -> None:
    network = network_of("early")
    before = copy.deepcopy(weights_of(network))
    one, other = adapted(network=network), adapted(network=network)
    assert_identical(weights_of(one.network), weights_of(other.network))
    assert torch.equal(one.pseudo_labels, other.pseudo_labels)
    assert_identical(weights_of(network), before)
    changed = [
        n for n, value in weights_of(one.network).items() if not torch.equal(value, before[n])
    ]
    assert "classifier.weight" in changed


def test_target_beats_affect_the_weights_without_any_pseudo_label() -> None:
    unlabelled = adapted(confidence=(1.0,) * 4)
    assert (unlabelled.pseudo_labels == UNLABELLED).all()
    other = adapted(labelled_beats(48, seed=2).inputs, confidence=(1.0,) * 4)
    one = unlabelled.network.classifier.weight
    assert one.isfinite().all()
    assert not torch.equal(one, other.network.classifier.weight)


def test_a_class_may_have_no_pseudo_labels() -> None:
    pseudo_labels = adapted(confidence=(0.0, 0.0, 0.0, 1.0)).pseudo_labels
    assert (pseudo_labels != 3).all()


def test_nonfinite_loss_is_reported_with_its_cure() -> None:
    with pytest.raises(ValueError, match=r"loss of seed 7 .* daeac.learning_rate"):
        adapted(TARGET.inputs._replace(ecg=TARGET.inputs.ecg * torch.inf))


def ecg_of(n_beats: int, *, seed: int, amplitude: float) -> LabelledInputs:
    """Beats without RR and morphology; another amplitude is a shift from the training beats."""
    data = labelled_beats(n_beats, seed=seed)
    ecg, nothing = amplitude * data.inputs.ecg, torch.empty(n_beats, 0)
    return dataclasses.replace(data, inputs=Inputs(ecg=ecg, rr=nothing, morphology=nothing))


def accuracy(network: Network, data: LabelledInputs) -> float:
    with torch.inference_mode():
        return float((network(data.inputs).argmax(1) == data.labels).float().mean())


@pytest.mark.slow
def test_adaptation_to_smaller_beats_improves_the_accuracy_on_others(tmp_path: Path) -> None:
    source = ecg_of(400, seed=3, amplitude=1.0)
    spec = spec_of("waveform", n_morphology=0)
    trained = train_seed(
        spec.build,
        train=source,
        valid=source,
        config=train_with(epochs=10),
        augment=AUGMENT,
        seed=0,
        checkpoint=tmp_path / "checkpoint.pt",
    )
    network = spec.build()
    network.load_state_dict(trained.weights)
    test = ecg_of(200, seed=5, amplitude=0.35)
    settings = {"steps": 60, "batch_size": 64, "learning_rate": 3e-3, "confidence": (0.7,) * 4}
    after = adapt_network(
        network.eval(),
        source=source,
        target=ecg_of(200, seed=4, amplitude=0.35).inputs,
        config=dataclasses.replace(DAEAC, **settings),
        seed=1,
    ).network
    assert accuracy(network, source) > 0.95
    assert accuracy(network, test) < 0.9
    assert accuracy(after, test) > 0.95
