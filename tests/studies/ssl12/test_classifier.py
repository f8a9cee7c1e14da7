"""Fine-tuning and linear probing: learning, epoch selection, and frozen encoders."""

import dataclasses

import pytest
import torch
from ptbxl_records import write_windows
from small_networks import assert_identical

from ecgfuse.models.vit import ViTEncoder, vit_size
from ecgfuse.studies.ssl12.classifier import Labelled, WindowClassifier, embed, fit_classifier
from ecgfuse.studies.ssl12.config import FineTuneConfig
from ecgfuse.studies.ssl12.data import TASKS, Recordings, Task
from ecgfuse.studies.ssl12.fine_tune import labelled_splits, mean_over_seeds, train_and_score

CONFIG = FineTuneConfig(
    seeds=(1,),
    epochs=12,
    batch_size=8,
    learning_rate=1e-3,
    probe_learning_rate=0.02,
    warmup_epochs=2,
    patience=3,
    factor=0.5,
    stop_after=6,
    precision="fp32",
)


@pytest.fixture(scope="module")
def recordings(tmp_path_factory: pytest.TempPathFactory) -> Recordings:
    folder = tmp_path_factory.mktemp("windows")
    write_windows(folder)
    return Recordings.load(folder)


def encoder() -> ViTEncoder:
    torch.manual_seed(0)
    return ViTEncoder(vit_size("small", n_leads=12, n_patches=4, patch=25))


def scores_of(net: ViTEncoder, recordings: Recordings, *, task: Task, frozen: bool) -> dict:
    network = WindowClassifier(net, n_classes=len(TASKS[task]))
    splits = labelled_splits(recordings, task=task)
    if frozen:
        splits = {k: Labelled(embed(net, v.inputs), v.targets) for k, v in splits.items()}
    return train_and_score(
        network.classifier if frozen else network,
        splits,
        task=task,
        config=CONFIG,
        learning_rate=CONFIG.probe_learning_rate if frozen else CONFIG.learning_rate,
        seed=1,
    )


@pytest.mark.parametrize("task", ["diagnosis", "rhythm"])
@pytest.mark.parametrize("frozen", [True, False])
def test_tasks_are_learnt(recordings: Recordings, task: Task, frozen: bool) -> None:
    found = scores_of(encoder(), recordings, task=task, frozen=frozen)
    assert found["macro_auroc"] > 0.9
    assert found["n_recordings"] == len(recordings.split("test"))


def test_only_a_frozen_encoder_stays_unchanged(recordings: Recordings) -> None:
    fixed, tuned = encoder(), encoder()
    for net, frozen in ((fixed, True), (tuned, False)):
        scores_of(net, recordings, task="rhythm", frozen=frozen)
    assert_identical(fixed.state_dict(), encoder().state_dict())
    assert not torch.equal(tuned.cls, encoder().cls)


def test_the_best_epoch_by_the_validation_loss_is_kept() -> None:
    classes = torch.eye(4)[torch.arange(16) % 4]
    train = Labelled(classes, classes)
    # The validation labels contradict the training labels, so the first epoch is the best.
    wrong = Labelled(train.inputs, train.targets.roll(1, dims=1))

    def weights(valid: Labelled, *, epochs: int) -> dict[str, torch.Tensor]:
        torch.manual_seed(0)
        network = fit_classifier(
            torch.nn.Linear(4, 4),
            train=train,
            valid=valid,
            task="rhythm",
            config=dataclasses.replace(CONFIG, epochs=epochs, warmup_epochs=0),
            learning_rate=0.5,
            seed=1,
        )
        return network.state_dict()

    assert_identical(weights(wrong, epochs=5), weights(wrong, epochs=1))
    assert not torch.equal(weights(train, epochs=5)["weight"], weights(train, epochs=1)["weight"])


def test_nonfinite_loss_is_reported_with_its_cure() -> None:
    broken = Labelled(torch.full((4, 3), torch.nan), torch.eye(4))
    with pytest.raises(
        ValueError, match=r"the loss of fine-tuning is nan.*fine_tune\.learning_rate"
    ):
        fit_classifier(
            torch.nn.Linear(3, 4),
            train=broken,
            valid=broken,
            task="rhythm",
            config=CONFIG,
            learning_rate=0.1,
            seed=1,
        )


def test_split_without_labels_is_reported(recordings: Recordings) -> None:
    without = recordings.at((recordings.table["split"] != "valid").to_numpy())
    with pytest.raises(ValueError, match="split valid has no recording labelled for rhythm"):
        labelled_splits(without, task="rhythm")


def test_means_and_standard_deviations_are_over_the_seeds() -> None:
    found = mean_over_seeds([{"f1": 0.2, "n": 3, "who": "x"}, {"f1": 0.4, "n": 3, "who": "x"}])
    assert found["f1"] == pytest.approx(0.3)
    assert found["sd"]["f1"] == pytest.approx(0.02**0.5)
    assert (found["n"], found["who"]) == (3, "x")


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("seeds", ()),
        ("epochs", 0),
        ("stop_after", 0),
        ("patience", 0),
        ("factor", 1.0),
        ("learning_rate", 0.0),
        ("probe_learning_rate", 2.0),
        ("warmup_epochs", -1),
    ],
)
def test_values_out_of_range_are_refused(field: str, value: object) -> None:
    with pytest.raises(ValueError, match=rf"fine_tune\.{field} is .* must"):
        dataclasses.replace(CONFIG, **{field: value})  # type: ignore[arg-type]
