"""Beat times of a synthetic patient: sinus rhythm with ectopic beats.

The classes are those of AAMI EC57: N normal, S supraventricular, V ventricular, F fusion.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

BLOCK = 30.0
"""Length in seconds of a block; each complete block has at least one S, V and F."""

# The three of a block are due by 23 s, which leaves time for a run and its pause.
_FIRST_DUE, _DUE_STEP = 2.0, 7.0  # s
_EDGE = 0.5  # s without an R peak at both ends, so that no beat is cut
_MIN_COUPLING = 0.33  # s; the ventricles are refractory before
_MAX_EXTRA = 3  # beats of a run after the first


@dataclass(frozen=True, kw_only=True)
class Rhythm:
    """The timing of one patient.

    Couplings are intervals before an ectopic beat as fractions of the sinus interval; rates are
    probabilities per beat.
    """

    mean_rr: float
    """Sinus interval, in seconds."""
    respiration: float
    """Breathing frequency, in Hz."""
    respiratory_depth: float
    """Relative amplitude of the sinus arrhythmia."""
    jitter: float
    """Relative standard deviation of the sinus interval beyond respiration."""
    coupling: dict[str, float]
    """Of S, V and F."""
    rate: dict[str, float]
    """Of S, V and F."""
    run: dict[str, float]
    """Probability that another beat of the class follows directly."""
    bigeminy: float
    """Probability that the normal beat after a V is followed by a V again."""
    reset: float
    """Fraction of the missing interval that the pause after S compensates."""


@dataclass(frozen=True)
class Beats:
    """Beats of one record: ascending R peak `times` in seconds and `classes`, both (n_beats,)."""

    times: NDArray[np.float64]
    classes: NDArray[np.str_]


def draw_rhythm(rng: np.random.Generator) -> Rhythm:
    """Draw a patient; rates are log-uniform, so most patients have few ectopic beats."""
    return Rhythm(
        mean_rr=60 / rng.uniform(55, 95),
        respiration=rng.uniform(0.18, 0.32),
        respiratory_depth=rng.uniform(0.01, 0.05),
        jitter=rng.uniform(0.008, 0.025),
        coupling={
            "S": rng.uniform(0.60, 0.80),
            "V": rng.uniform(0.55, 0.72),
            "F": rng.uniform(0.88, 0.97),
        },
        rate={
            "S": _log_uniform(rng, 0.001, 0.15),
            "V": _log_uniform(rng, 0.002, 0.25),
            "F": _log_uniform(rng, 0.0005, 0.04),
        },
        run={"S": rng.uniform(0, 0.2), "V": rng.uniform(0, 0.15), "F": 0.0},
        bigeminy=rng.uniform(0, 0.5) if rng.random() < 0.3 else 0.0,
        reset=rng.uniform(0.1, 0.6),
    )


def schedule_beats(rhythm: Rhythm, *, duration: float, rng: np.random.Generator) -> Beats:
    """Draw the beats of one record of `duration` seconds.

    Every ectopic beat or run follows a normal beat, and a normal beat ends its pause.
    """
    due = _due_ectopics(duration, rng=rng)
    phase = rng.uniform(0, 2 * np.pi)
    times, classes = [rng.uniform(_EDGE, _EDGE + 0.5)], ["N"]
    last_ectopic = ""
    while times[-1] < duration - _EDGE:
        time = times[-1]
        breath = np.sin(2 * np.pi * rhythm.respiration * time + phase)
        sinus = rhythm.mean_rr * (
            1 + rhythm.respiratory_depth * breath + rhythm.jitter * rng.standard_normal()
        )
        if due and time >= due[0][0]:
            kind = due.pop(0)[1]
        else:
            kind = _draw_class(rhythm, last_ectopic=last_ectopic, rng=rng)
        last_ectopic = kind if kind != "N" else ""
        if kind == "N":
            times.append(time + sinus)
        else:
            ectopics = _ectopics(kind, time=time, sinus=sinus, rhythm=rhythm, rng=rng)
            times.extend(ectopics)
            classes.extend(kind for _ in ectopics)
            times.append(_end_of_pause(kind, ectopics[-1], time=time, sinus=sinus, rhythm=rhythm))
        classes.append("N")
    inside = np.array(times) < duration - _EDGE
    return Beats(np.array(times)[inside], np.array(classes)[inside])


def _due_ectopics(duration: float, *, rng: np.random.Generator) -> list[tuple[float, str]]:
    """One S, V and F per complete block, in random order: earliest time and class."""
    return [
        (block * BLOCK + _FIRST_DUE + _DUE_STEP * (place + rng.random()), str(kind))
        for block in range(int(duration / BLOCK))
        for place, kind in enumerate(rng.permutation(["S", "V", "F"]))
    ]


def _draw_class(rhythm: Rhythm, *, last_ectopic: str, rng: np.random.Generator) -> str:
    draw = rng.random()
    if last_ectopic == "V" and draw < rhythm.bigeminy:
        return "V"
    for kind, rate in rhythm.rate.items():
        if draw < rate:
            return kind
        draw -= rate
    return "N"


def _ectopics(
    kind: str, *, time: float, sinus: float, rhythm: Rhythm, rng: np.random.Generator
) -> list[float]:
    """Times of an ectopic beat after the normal one at `time`, or of a run."""
    extra = min(int(rng.geometric(1 - rhythm.run[kind])) - 1, _MAX_EXTRA)
    spread = 0.03 if kind != "F" else 0.01  # a fusion beat only exists at nearly normal timing
    couplings = rhythm.coupling[kind] * (1 + spread * rng.standard_normal(1 + extra))
    intervals = np.maximum(np.minimum(couplings, 0.98) * sinus, _MIN_COUPLING)
    return [float(at) for at in time + np.cumsum(intervals)]


def _end_of_pause(kind: str, last: float, *, time: float, sinus: float, rhythm: Rhythm) -> float:
    """Time of the normal beat after the ectopic beat at `last`; `time` is the normal beat before.

    S resets the sinus node, so the pause is not or only partly compensatory. V and F leave the
    sinus clock alone: the next normal beat is on its grid, after one lost beat.
    """
    if kind == "S":
        return last + sinus * (1 + rhythm.reset * (1 - rhythm.coupling["S"]))
    lost = np.ceil((last - time) / sinus + 0.9)
    return time + float(lost) * sinus


def _log_uniform(rng: np.random.Generator, low: float, high: float) -> float:
    return float(np.exp(rng.uniform(np.log(low), np.log(high))))
