"""Folds by patient: no patient is both trained on and predicted."""

import dataclasses

import numpy as np
import pytest
import torch
from small_networks import AUGMENT, labelled_beats, spec_of, train_with

from ecgfuse.studies.folds.data import patient_folds
from ecgfuse.studies.folds.train import predict_fold

RECORDS = np.repeat([f"{name}" for name in range(10)], 20)
LABELS = np.tile([0] * 16 + [1, 2, 3, 3], 10)


def test_every_record_is_in_exactly_one_fold() -> None:
    folds = patient_folds(RECORDS, LABELS, n_folds=4)
    assert sorted(name for fold in folds for name in fold) == sorted(set(RECORDS))
    assert len(folds) == 4


def test_similar_records_are_assigned_evenly() -> None:
    assert [len(fold) for fold in patient_folds(RECORDS, LABELS, n_folds=5)] == [2] * 5


def test_records_with_most_beats_of_a_class_are_in_different_folds() -> None:
    labels = LABELS.copy()
    labels[:20] = 3  # record 0
    labels[20:40] = 3  # record 1
    folds = patient_folds(RECORDS, labels, n_folds=3)
    assert not any({"0", "1"} <= set(fold) for fold in folds)


def test_folds_do_not_depend_on_the_order_of_the_beats() -> None:
    backwards = patient_folds(RECORDS[::-1], LABELS[::-1], n_folds=3)
    assert backwards == patient_folds(RECORDS, LABELS, n_folds=3)


@pytest.mark.parametrize("n_folds", [1, 11])
def test_too_few_or_too_many_folds_are_refused(n_folds: int) -> None:
    with pytest.raises(ValueError, match=r"must lie between 2 and the number of records, 10"):
        patient_folds(RECORDS, LABELS, n_folds=n_folds)


HELD_OUT = np.arange(256) >= 192
DATA = labelled_beats(256, seed=0)


def predicted(data=DATA, **changes) -> np.ndarray:
    return predict_fold(
        spec_of("hybrid"),
        data=data,
        held_out=HELD_OUT,
        config=train_with(**changes),
        augment=AUGMENT,
        seed=1,
    )


@pytest.mark.slow
def test_held_out_patients_are_predicted_from_the_others() -> None:
    probabilities = predicted(epochs=8)
    assert probabilities.shape == (64, 4)
    np.testing.assert_allclose(probabilities.sum(axis=1), 1, atol=1e-5)
    right = probabilities.argmax(axis=1) == DATA.labels.numpy()[HELD_OUT]
    assert right.mean() > 0.8


def test_labels_of_held_out_patients_have_no_influence() -> None:
    labels = DATA.labels.clone()
    labels[192:] = labels[192:].flip(0)
    assert not torch.equal(labels, DATA.labels)
    other = dataclasses.replace(DATA, labels=labels)
    np.testing.assert_array_equal(predicted(other), predicted())


def test_choosing_an_epoch_by_held_out_patients_is_refused() -> None:
    with pytest.raises(ValueError, match=r"train\.checkpoint is 'best'"):
        predicted(checkpoint="best")
