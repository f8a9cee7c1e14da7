"""Splits of single beats: the published one, which mixes patients, and balancing.

Published (code of incognito-developer/ECGanalysis): 80 % of the beats of all records for training
and 20 % for testing, stratified by the five classes (Kaggle's two files). Of the training part the
first k beats of normal and of abnormal, k being the number of the rarer; 10 % of these are held
out, and the last 30 % of the rest validate: shares of 0.63, 0.27 and 0.10. The networks with
convolutions were trained on splits that are not stratified, and so are these.
"""

import math
from dataclasses import dataclass

import numpy as np
from sklearn.model_selection import train_test_split

from ecgfuse.datasets.single_beats import SingleBeats

_TEST, _HOLD_OUT, _VALID = 0.2, 0.1, 0.3


@dataclass(frozen=True)
class IntraSplit:
    """Indices (n,) int64 of the beats of four disjoint parts; patients are in several of them."""

    train: np.ndarray
    valid: np.ndarray
    hold_out: np.ndarray
    """Published as "train result": balanced, as the training beats are."""
    test: np.ndarray
    """Not balanced."""


def intra_split(
    beats: SingleBeats, *, generator: np.random.Generator, test: np.ndarray | None = None
) -> IntraSplit:
    """The published split.

    Args:
        beats: of all records.
        test: indices of a given test set, such as that of Kaggle; the first k beats of a class are
            then the first of the file. None draws 20 %, and the beats of a class come in random
            order, as they seem to do in Kaggle's file.

    Raises:
        ValueError: a class has fewer than two beats, or there is no normal or no abnormal one.
    """
    places = np.arange(len(beats))
    if test is None:
        rest, test = _stratified(places, labels=beats.labels, generator=generator)
    else:
        rest = np.setdiff1d(places, test)
    kept = generator.permutation(rest[balance(beats.abnormal[rest])])
    n_hold_out = math.ceil(_HOLD_OUT * len(kept))
    train, valid = _train_and_valid(kept[n_hold_out:])
    return IntraSplit(train=train, valid=valid, hold_out=kept[:n_hold_out], test=test)


def balanced_split(
    labels: np.ndarray, *, generator: np.random.Generator
) -> tuple[np.ndarray, np.ndarray]:
    """Training and validation beats at random, 0.7 and 0.3 of as many beats of each class.

    Args:
        labels: (n,) int64; 0 and 1 for normal and abnormal.

    Returns:
        Indices (n_train,) and (n_valid,) int64, in random order.

    Raises:
        ValueError: there is one class only.
    """
    return _train_and_valid(generator.permutation(balance(labels, generator=generator)))


def _train_and_valid(places: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The last 30 % are for validation, as published."""
    n_train = int((1 - _VALID) * len(places))
    return places[:n_train], places[n_train:]


def _stratified(
    places: np.ndarray, *, labels: np.ndarray, generator: np.random.Generator
) -> tuple[np.ndarray, np.ndarray]:
    """80 and 20 % of the beats, in random order, with equal shares of every class."""
    counts = np.bincount(labels)
    rare = [int(label) for label in np.flatnonzero((counts > 0) & (counts < 2))]
    if rare:
        raise ValueError(
            f"only one beat has the label {rare[0]}, but a stratified split needs two; add records"
        )
    rest, test = train_test_split(
        places,
        test_size=_TEST,
        stratify=labels,
        random_state=int(generator.integers(2**32)),
    )
    return rest, test


def balance(labels: np.ndarray, *, generator: np.random.Generator | None = None) -> np.ndarray:
    """As many beats of each class as the smallest class has, in the order of the beats.

    Args:
        labels: (n,) int64; 0 and 1 for normal and abnormal.
        generator: draws the beats of larger classes; None keeps the first ones, as published. With
            beats ordered by record these would be those of the first patients alone.

    Returns:
        Indices, (k * n_classes,) int64, ascending.

    Raises:
        ValueError: there is one class only.
    """
    classes, counts = np.unique(labels, return_counts=True)
    if len(classes) < 2:
        raise ValueError(
            f"all {len(labels)} beats have one label, but balancing needs two or more; add records "
            "with other beats"
        )
    order = np.arange(len(labels)) if generator is None else generator.permutation(len(labels))
    kept = [order[labels[order] == label][: counts.min()] for label in classes]
    return np.sort(np.concatenate(kept))
