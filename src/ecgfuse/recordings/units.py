"""Physical units of an ECG -> mV."""

import unicodedata
from pathlib import Path

import numpy as np

_IN_MV = {
    "mv": 1.0,
    "millivolt": 1.0,
    "millivolts": 1.0,
    "mvolt": 1.0,
    "mvolts": 1.0,
    "μv": 1e-3,
    "uv": 1e-3,
    "microvolt": 1e-3,
    "microvolts": 1e-3,
    "uvolt": 1e-3,
    "uvolts": 1e-3,
    "μvolt": 1e-3,
    "μvolts": 1e-3,
    "v": 1e3,
    "volt": 1e3,
    "volts": 1e3,
    "nv": 1e-6,
    "nanovolt": 1e-6,
    "nanovolts": 1e-6,
    **dict.fromkeys(("밀리볼트", "毫伏", "ミリボルト", "мв", "milivolts", "milivoltios"), 1.0),
    **dict.fromkeys(("mikrovolt", "微伏", "microvoltio"), 1e-3),
    **dict.fromkeys(("마이크로볼트", "マイクロボルト", "мкв", "microvoltios"), 1e-3),
    **dict.fromkeys(("볼트", "伏", "伏特", "ボルト", "voltios"), 1e3),
}
"""Size of each unit in mV. Case is ignored: nobody means megavolts."""


def factor_of(unit: str) -> float | None:
    """Size of a unit in mV; None if it is not a known unit of voltage."""
    # NFKC unifies both code points of the micro sign, and converts signs such as "㎷".
    plain = "".join(unicodedata.normalize("NFKC", unit).casefold().split())
    return _IN_MV.get(plain.strip("()[]'\""))


def mv_factor(declared: str, *, given: str | None, lead: str, path: Path) -> float:
    """Size of the unit of a lead in mV, as declared in the file or else given by the user.

    Args:
        declared: unit declared in the file; blank for none.
        given: unit given by the user; it takes the place of a declared one that is not known.

    Raises:
        ValueError: no known unit is declared or given, or they disagree.
    """
    wanted = given_factor(given)
    factor = factor_of(declared)
    if factor is None and wanted is not None:
        return wanted
    if not declared.strip():
        raise ValueError(
            f"{path}: lead {lead} has no unit; set it with --units, such as --units mV"
        )
    if factor is None:
        raise ValueError(
            f"{path}: lead {lead} is in {declared.strip()[:40]!r}, which is not a known unit of "
            "voltage (mV, uV, V, nV); if it is one, set --units, such as --units uV; else choose "
            "another lead with --lead"
        )
    if wanted is not None and wanted != factor:
        raise ValueError(
            f"{path}: lead {lead} is in {declared.strip()} according to the file, but --units is "
            f"{given}; omit --units, or correct the file"
        )
    return factor


def given_factor(given: str | None) -> float | None:
    """Size of the unit given by the user in mV; None if none was given.

    Raises:
        ValueError: it is not a known unit of voltage.
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
        ValueError: a value is too large for float32.
    """
    with np.errstate(over="ignore", invalid="ignore"):
        mv = (values * factor).astype(np.float32)
    if np.isinf(mv).any():
        raise ValueError(
            f"{path}: lead {lead} has values that are too large for mV; correct its gain or unit "
            "in the file"
        )
    return mv
