"""Physical units of an ECG -> mV."""

import unicodedata
from pathlib import Path

import numpy as np

_IN_MV = {
    "mv": 1.0,
    "millivolt": 1.0,
    "millivolts": 1.0,
    "μv": 1e-3,
    "uv": 1e-3,
    "microvolt": 1e-3,
    "microvolts": 1e-3,
    "v": 1e3,
    "volt": 1e3,
    "volts": 1e3,
    "nv": 1e-6,
    "nanovolt": 1e-6,
    "nanovolts": 1e-6,
}
"""mV in one of each unit. Letter case is not told apart: nobody means megavolts."""


def factor_of(unit: str) -> float | None:
    """How many mV one of a unit is; None if it is no known unit of voltage."""
    # NFKC makes one of both code points of the micro sign, and letters of signs such as "㎷".
    plain = "".join(unicodedata.normalize("NFKC", unit).casefold().split())
    return _IN_MV.get(plain)


def mv_factor(told: str, *, given: str | None, lead: str, path: Path) -> float:
    """How many mV one unit of a lead is, by what the file tells or else by what the user gave.

    Args:
        told: the unit that the file tells; blank where it tells none.
        given: the unit that the user gave.

    Raises:
        ValueError: no unit is told or given, one is not known, or they disagree.
    """
    wanted = given_factor(given)
    if not told.strip():
        if wanted is None:
            raise ValueError(
                f"{path}: lead {lead} has no unit; name it with --units, such as --units mV"
            )
        return wanted
    factor = factor_of(told)
    if factor is None:
        raise ValueError(
            f"{path}: lead {lead} is in {told.strip()[:40]!r}, which is no known unit of voltage "
            "(mV, uV, V, nV); choose another lead with --lead, or correct the unit in the file"
        )
    if wanted is not None and wanted != factor:
        raise ValueError(
            f"{path}: lead {lead} is in {told.strip()} as the file tells, --units says {given}; "
            "leave --units out, or correct the file"
        )
    return factor


def given_factor(given: str | None) -> float | None:
    """How many mV one of the unit is that the user gave; None if none was given.

    Raises:
        ValueError: it is no known unit of voltage.
    """
    if given is None:
        return None
    factor = factor_of(given)
    if factor is None:
        raise ValueError(f"--units is {given!r}, but must be mV, uV, V or nV")
    return factor


def to_mv(values: np.ndarray, *, factor: float, lead: str, path: Path) -> np.ndarray:
    """Values of a lead (n,) in its unit -> float32 in mV; NaN stays NaN.

    Raises:
        ValueError: a value is too large to be one.
    """
    with np.errstate(over="ignore", invalid="ignore"):
        mv = (values * factor).astype(np.float32)
    if np.isinf(mv).any():
        raise ValueError(
            f"{path}: lead {lead} has values that are too large to be mV; correct its gain or "
            "unit in the file"
        )
    return mv
