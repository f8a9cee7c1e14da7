"""The published split has its published sizes, and balancing its classes in equal numbers."""

import numpy as np
import pandas as pd
import pytest

from ecgfuse.classes import EC57_CLASSES
from ecgfuse.datasets.single_beats import LENGTH, SingleBeats
from ecgfuse.studies.heartbeat.splits import (
    IntraSplit,
    balance,
    balanced_split,
    intra_split,
)


def beats_of(labels: np.ndarray) -> SingleBeats:
    # One waveform for all beats: the splits read labels alone.
    ecg = np.broadcast_to(np.float32(0), (len(labels), LENGTH))
    return SingleBeats(ecg=ecg, table=pd.DataFrame({"label": labels}), classes=EC57_CLASSES)


def generator(seed: int = 0) -> np.random.Generator:
    return np.random.default_rng(seed)


def parts(split: IntraSplit) -> list[np.ndarray]:
    return [split.train, split.valid, split.hold_out, split.test]


@pytest.fixture(scope="module")
def published() -> SingleBeats:
    """As many beats of each class as the published set has."""
    return beats_of(np.repeat(np.arange(5), [90589, 2779, 7236, 803, 8039]))


def test_published_counts_give_the_published_sizes(published: SingleBeats) -> None:
    split = intra_split(published, generator=generator())
    n_train, n_valid, n_hold_out, n_test = map(len, parts(split))
    assert n_test == pytest.approx(21_892, abs=2)
    assert n_hold_out == pytest.approx(3_017, abs=2)
    balanced = n_train + n_valid + n_hold_out
    assert balanced == pytest.approx(30_166, abs=12)
    assert n_train / balanced == pytest.approx(0.63, abs=1e-4)
    assert n_valid / balanced == pytest.approx(0.27, abs=1e-4)


def test_all_abnormal_and_as_many_normal_beats_are_used(published: SingleBeats) -> None:
    split = intra_split(published, generator=generator())
    used = np.concatenate([split.train, split.valid, split.hold_out])
    n_abnormal = published.abnormal.sum() - published.abnormal[split.test].sum()
    assert np.bincount(published.abnormal[used]).tolist() == [n_abnormal, n_abnormal]


def test_parts_are_disjoint_and_the_test_part_has_the_classes_of_all(
    published: SingleBeats,
) -> None:
    split = intra_split(published, generator=generator())
    joined = np.concatenate(parts(split))
    assert len(np.unique(joined)) == len(joined)
    test = np.bincount(published.labels[split.test])
    np.testing.assert_allclose(test, [18118, 556, 1448, 161, 1608], atol=1)


def test_normal_beats_come_from_the_whole_set_and_not_from_its_beginning(
    published: SingleBeats,
) -> None:
    split = intra_split(published, generator=generator())
    normal = split.train[published.labels[split.train] == 0]
    assert np.mean(normal) == pytest.approx(90_589 / 2, rel=0.03)


def test_the_same_seed_gives_the_same_split_and_another_seed_another() -> None:
    beats = beats_of(np.repeat(np.arange(5), [200, 40, 30, 20, 10]))
    first, same, other = (intra_split(beats, generator=generator(seed)) for seed in (1, 1, 2))
    for a, b in zip(parts(first), parts(same), strict=True):
        np.testing.assert_array_equal(a, b)
    assert set(first.test.tolist()) != set(other.test.tolist())


def test_with_a_given_test_set_the_first_rows_of_the_file_are_used() -> None:
    labels = np.array([0] * 50 + [1] * 4 + [2] * 6 + [0] * 7 + [4] * 3)
    test = np.arange(60, 70)
    split = intra_split(beats_of(labels), generator=generator(), test=test)
    np.testing.assert_array_equal(split.test, test)
    used = np.concatenate([split.train, split.valid, split.hold_out])
    assert sorted(used.tolist()) == [*range(10), *range(50, 60)]
    assert [len(split.train), len(split.valid), len(split.hold_out)] == [12, 6, 2]


def test_a_class_with_a_single_beat_is_reported() -> None:
    with pytest.raises(ValueError, match="only one beat has the label 3"):
        intra_split(beats_of(np.array([0] * 20 + [1] * 9 + [3])), generator=generator())


def test_balance_keeps_the_first_beats_of_each_class() -> None:
    labels = np.array([0, 0, 1, 0, 2, 1, 1, 2])
    assert balance(labels).tolist() == [0, 1, 2, 4, 5, 7]


def test_balance_draws_from_all_beats_and_keeps_their_order() -> None:
    labels = np.repeat([0, 1], [10_000, 1_000])
    drawn = balance(labels, generator=generator())
    assert np.bincount(labels[drawn]).tolist() == [1_000, 1_000]
    assert (np.diff(drawn) > 0).all()
    assert np.mean(drawn[:1_000]) == pytest.approx(5_000, rel=0.06)
    np.testing.assert_array_equal(drawn, balance(labels, generator=generator()))


def test_one_class_cannot_be_balanced() -> None:
    with pytest.raises(ValueError, match="all 4 beats have one label"):
        balance(np.zeros(4, dtype=np.int64))


def test_a_balanced_split_has_seven_tenths_of_equal_classes_from_the_whole_file() -> None:
    labels = np.repeat([0, 1], [40, 100])
    train, valid = balanced_split(labels, generator=generator())
    assert (len(train), len(valid)) == (56, 24)
    both = np.concatenate([train, valid])
    assert len(np.unique(both)) == 80
    assert np.bincount(labels[both]).tolist() == [40, 40]
    assert both.max() >= 80  # not the first abnormal ones only
    # Patients follow one another in the file, so that both parts need beats of all of it.
    assert min(train.min(), valid.min()) < 5
    assert min(train.max(), valid.max()) > 100
    for part in (train, valid):
        assert set(labels[part]) == {0, 1}
