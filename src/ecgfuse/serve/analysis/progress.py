"""How far an analysis has come, and how long it will still take."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from math import exp
from typing import Literal, get_args

Stage = Literal["reading", "detecting", "classifying", "writing"]
STAGES: tuple[Stage, ...] = get_args(Stage)

PACE: Mapping[Stage, float] = {
    "reading": 0.05,
    "detecting": 4.0,
    "classifying": 1.5,
    "writing": 0.1,
}
"""Seconds per million samples at 360 Hz on one core of a common computer. They only matter until
a process has done its first job."""

_SURE = 0.8
"""Share of the expected time up to which a stage without counts is taken to keep to it."""
_LEAST_COUNT = 0.02
"""Share of a stage from which on its own pace tells more than the expected one."""


@dataclass(frozen=True, kw_only=True)
class Standing:
    """State of an analysis at one moment."""

    stage: Stage
    progress: float
    """0 to 1."""
    eta_s: float


@dataclass
class Progress:
    """Follows one analysis; a thread may read it while another one works.

    Stages that can count their work tell the share that is done. The others are taken to last as
    long as expected; if they last longer, the end is approached without being reached.
    """

    expected: dict[Stage, float] = field(default_factory=lambda: dict.fromkeys(STAGES, 1.0))
    """Seconds that each stage is expected to take."""
    clock: Callable[[], float] = time.monotonic
    taken: dict[Stage, float] = field(default_factory=dict)
    """Seconds that the stages so far have taken."""
    _stage: Stage = "reading"
    _since: float | None = None
    _share: float | None = None
    _highest: float = 0.0

    def enter(self, stage: Stage) -> None:
        """Begin a stage."""
        moment = self.clock()
        if self._since is not None:
            self.taken[self._stage] = moment - self._since
        self._stage, self._since, self._share = stage, moment, None

    def advance(self, share: float) -> None:
        """Tell the share of the stage that is done, 0 to 1."""
        self._share = min(max(share, 0.0), 1.0)

    def finish(self) -> None:
        """End the last stage."""
        self.enter(self._stage)

    def standing(self) -> Standing:
        """The state now; progress never goes back."""
        stage, since, share = self._stage, self._since, self._share
        spent = 0.0 if since is None else self.clock() - since
        later = STAGES[STAGES.index(stage) + 1 :]
        left = _left(spent, share=share, expected=self.expected[stage])
        left += sum(self.expected[name] for name in later)
        done = spent + sum(self.taken.get(name, 0.0) for name in STAGES[: STAGES.index(stage)])
        self._highest = max(self._highest, min(done / max(done + left, 1e-9), 0.999))
        return Standing(stage=stage, progress=self._highest, eta_s=left)


def _left(spent: float, *, share: float | None, expected: float) -> float:
    """Expected seconds until the end of a stage."""
    if share is not None and share >= _LEAST_COUNT:
        return spent * (1 - share) / share
    if spent <= _SURE * expected:
        return expected - spent
    rest = (1 - _SURE) * expected
    return rest * exp(-(spent - _SURE * expected) / max(rest, 1e-9))


@dataclass
class Paces:
    """Seconds per million samples of each stage, learned from the jobs of a process."""

    seconds: dict[Stage, float] = field(default_factory=lambda: dict(PACE))

    def expect(self, n_samples: int) -> dict[Stage, float]:
        """Seconds that each stage of a lead with so many samples will take."""
        return {stage: pace * n_samples / 1e6 for stage, pace in self.seconds.items()}

    def learn(self, taken: Mapping[Stage, float], *, n_samples: int) -> None:
        """Take the seconds of a job into account, half as much as all before."""
        for stage, seconds in taken.items():
            pace = seconds / max(n_samples, 1) * 1e6
            self.seconds[stage] = (self.seconds[stage] + pace) / 2
