"""Progress rises, the time left falls, and neither reaches the end too early."""

from itertools import pairwise

import pytest

from ecgfuse.serve.analysis.progress import PACE, Paces, Progress


class Clock:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


def follow(clock: Clock) -> Progress:
    expected = {"reading": 10.0, "detecting": 60.0, "classifying": 20.0, "writing": 10.0}
    return Progress(expected=expected, clock=clock)  # type: ignore[arg-type]


def test_a_stage_that_counts_tells_the_time_by_its_own_pace(clock: Clock) -> None:
    progress = follow(clock)
    progress.enter("reading")
    clock.now += 20
    progress.advance(0.5)
    standing = progress.standing()
    assert standing.eta_s == pytest.approx(20 + 60 + 20 + 10)
    assert standing.progress == pytest.approx(20 / 130)


def test_a_stage_without_counts_takes_as_long_as_expected(clock: Clock) -> None:
    progress = follow(clock)
    progress.enter("reading")
    clock.now += 10
    progress.enter("detecting")
    clock.now += 30
    standing = progress.standing()
    assert (standing.stage, standing.eta_s) == ("detecting", pytest.approx(30 + 30))
    assert standing.progress == pytest.approx(0.4)


def test_a_stage_that_lasts_longer_never_ends_before_its_end(clock: Clock) -> None:
    progress = follow(clock)
    progress.enter("detecting")
    seen = []
    for _ in range(200):
        clock.now += 3
        seen.append(progress.standing())
    assert all(a.eta_s >= b.eta_s >= 30 for a, b in pairwise(seen))
    assert all(a.progress <= b.progress < 1 for a, b in pairwise(seen))


def test_progress_does_not_go_back_when_the_rest_turns_out_longer(clock: Clock) -> None:
    progress = follow(clock)
    progress.enter("reading")
    clock.now += 9
    before = progress.standing().progress
    progress.expected["detecting"] = 6000
    assert progress.standing().progress == before


def test_paces_follow_the_jobs_of_the_process(clock: Clock) -> None:
    paces = Paces()
    first = paces.expect(2_000_000)
    assert first == {stage: 2 * pace for stage, pace in PACE.items()}
    paces.learn({"detecting": 40.0}, n_samples=2_000_000)
    assert paces.expect(1_000_000)["detecting"] == pytest.approx((PACE["detecting"] + 20) / 2)
    assert paces.expect(1_000_000)["reading"] == PACE["reading"]
