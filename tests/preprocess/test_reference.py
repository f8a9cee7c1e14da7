"""The reference beat is a plain median, and the causal one never looks ahead."""

import numpy as np
import pytest

from ecgfuse.preprocess.reference import deviation, not_early, reference_beats

SEGMENTS = np.random.default_rng(0).normal(size=(700, 6)).astype(np.float32)


def everything(segments: np.ndarray) -> np.ndarray:
    return np.ones(len(segments), dtype=bool)


def causal(segments: np.ndarray, n_beats: int) -> np.ndarray:
    return reference_beats(
        segments, usable=everything(segments), reference="causal", n_beats=n_beats
    )


def test_the_median_of_three_beats_equals_that_by_hand() -> None:
    segments = np.array([[1, 5], [2, 9], [6, 7]], dtype=np.float32)
    record = reference_beats(segments, usable=everything(segments), reference="record", n_beats=1)
    assert record.tolist() == [[2, 7]]  # one for all of them
    # This beat; this one and the one before; all three.
    assert causal(segments, 3).tolist() == [[1, 5], [1.5, 7], [2, 7]]
    # At most two beats.
    assert causal(segments, 2).tolist() == [[1, 5], [1.5, 7], [4, 8]]


@pytest.mark.parametrize("n_beats", [1, 2, 7, 64, 699, 700, 5000])
def test_the_causal_reference_equals_the_plain_median_of_past_beats(n_beats: int) -> None:
    expected = [np.median(SEGMENTS[max(0, i + 1 - n_beats) : i + 1], axis=0) for i in range(700)]
    np.testing.assert_array_equal(causal(SEGMENTS, n_beats), np.array(expected, np.float32))


@pytest.mark.parametrize("beat", [0, 30, 63, 64, 400])
def test_the_causal_reference_does_not_change_with_later_beats(beat: int) -> None:
    changed = SEGMENTS.copy()
    changed[beat + 1 :] += 100
    before, after = causal(SEGMENTS, 64), causal(changed, 64)
    np.testing.assert_array_equal(before[: beat + 1], after[: beat + 1])
    assert np.all(before[-1] != after[-1])


def test_a_causal_reference_of_one_beat_is_the_beat() -> None:
    np.testing.assert_array_equal(causal(SEGMENTS, 1), SEGMENTS)


@pytest.mark.parametrize("reference", ["record", "causal"])
@pytest.mark.parametrize("n_segments", [1, 2])
def test_a_record_of_very_few_beats_has_a_reference(reference: str, n_segments: int) -> None:
    some = SEGMENTS[:n_segments]
    out = reference_beats(some, usable=everything(some), reference=reference, n_beats=64)  # type: ignore[arg-type]
    assert out.shape == (n_segments if reference == "causal" else 1, 6)
    assert out.dtype == np.float32
    np.testing.assert_allclose(out[-1], np.median(SEGMENTS[:n_segments], axis=0))


def test_the_segments_are_not_modified() -> None:
    segments, usable = SEGMENTS[:50].copy(), everything(SEGMENTS[:50])
    for reference in ("record", "causal"):
        out = reference_beats(segments, usable=usable, reference=reference, n_beats=8)  # type: ignore[arg-type]
        out -= 1
        np.testing.assert_array_equal(segments, SEGMENTS[:50])


def test_a_minority_of_odd_beats_does_not_move_the_reference() -> None:
    segments = np.ones((9, 4), dtype=np.float32)
    segments[[2, 5, 6, 7]] = -50
    np.testing.assert_array_equal(
        reference_beats(segments, usable=everything(segments), reference="record", n_beats=1),
        np.ones((1, 4)),
    )


@pytest.mark.parametrize("n_beats", [1, 5, 64])
def test_beats_that_are_not_usable_have_a_reference_but_do_not_enter_it(n_beats: int) -> None:
    usable = np.random.default_rng(1).random(700) < 0.3
    usable[0] = True
    changed = SEGMENTS.copy()
    changed[~usable] += 100
    for reference in ("record", "causal"):
        before, after = (
            reference_beats(each, usable=usable, reference=reference, n_beats=n_beats)  # type: ignore[arg-type]
            for each in (SEGMENTS, changed)
        )
        np.testing.assert_array_equal(before, after)
    for i in (0, 1, 300, 699):
        past = SEGMENTS[: i + 1][usable[: i + 1]][-n_beats:]
        np.testing.assert_array_equal(before[i], np.median(past, axis=0))


def test_early_beats_of_a_bigeminy_are_found() -> None:
    times_s = np.cumsum([0.0, *[0.5, 1.1] * 20])
    expected = np.arange(39) % 2 == 1  # the first has no earlier interval
    expected[0] = True
    np.testing.assert_array_equal(not_early(times_s), expected)


def test_no_beat_of_a_steady_rhythm_is_early() -> None:
    assert not_early(0.8 * np.arange(30)).all()
    wavering = 0.8 + 0.005 * np.sin(np.arange(200))
    assert not_early(np.cumsum(wavering)).all()


def test_a_run_of_early_beats_is_early_until_its_rate_is_usual() -> None:
    times_s = np.cumsum([0.0, *[1.0] * 20, *[0.5] * 30])
    early = ~not_early(times_s)
    assert not early[:20].any()
    assert early[20:29].all()  # while the mean of the last ten includes a slow interval
    assert not early[30:].any()


def test_deviation_is_the_difference_relative_to_the_usual_one_of_the_patient() -> None:
    differences = np.zeros((5, 18), dtype=np.float32)
    differences[:, :9] = np.array([0.2, -0.2, 0.2, 0.2, 1.0])[:, None]
    out = deviation(differences, usable=np.ones(5, dtype=bool), reference="record", n_beats=1)
    # The median of |difference| is 0.2 in the first nine samples; 0.05 is the least spread.
    np.testing.assert_allclose(out[:, 0], np.array([0.2, -0.2, 0.2, 0.2, 1.0]) / 0.25, rtol=1e-6)
    np.testing.assert_array_equal(out[:, 14:], 0)


def test_deviation_is_smaller_in_a_variable_patient_and_has_a_limit() -> None:
    random = np.random.default_rng(2)
    usable = np.ones(50, dtype=bool)
    noise = random.standard_normal((50, 32)).astype(np.float32)
    quiet, restless = 0.01 * noise, 1.0 * noise
    for differences in (quiet, restless):
        differences[7] = 2.0
    out = [
        deviation(differences, usable=usable, reference="record", n_beats=1)[7].mean()
        for differences in (quiet, restless)
    ]
    assert out[0] == 20.0
    assert 2 < out[1] < 4


def test_causal_deviation_does_not_change_with_later_beats() -> None:
    usable = everything(SEGMENTS)
    changed = SEGMENTS.copy()
    changed[301:] *= 7
    before, after = (
        deviation(each, usable=usable, reference="causal", n_beats=16)
        for each in (SEGMENTS, changed)
    )
    np.testing.assert_array_equal(before[:301], after[:301])
    assert not np.array_equal(before[302], after[302])
