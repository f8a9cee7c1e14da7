"""A column of a table in mV."""

from pathlib import Path

import numpy as np

from ecgfuse.recordings.csv.columns import Lead
from ecgfuse.recordings.units import mv_factor, to_mv

_LARGEST_MV = 20.0
"""The median amplitude of an ECG is far below this."""


class Channel:
    """A column to read, and the conversion of its numbers to mV.

    Raises:
        ValueError: its unit is not usable.
    """

    def __init__(self, lead: Lead, *, units: str | None, path: Path) -> None:
        self.column = lead.column
        self._lead = lead.name
        self._path = path
        self._is_guess = not lead.unit and units is None
        self._factor = mv_factor(lead.unit or units or "mV", given=units, lead=lead.name, path=path)

    def mv(self, values: np.ndarray) -> np.ndarray:
        """Numbers (n,) -> float32 in mV.

        Raises:
            ValueError: they are too large, or without a unit cannot be mV.
        """
        mv = to_mv(values, factor=self._factor, lead=self._lead, path=self._path)
        if self._is_guess:
            self._check_guess(values[np.isfinite(values)])
        return mv

    def _check_guess(self, values: np.ndarray) -> None:
        if len(values) == 0 or np.ptp(values) == 0:
            return
        median = float(np.median(np.abs(values)))
        fault = None
        if median > _LARGEST_MV:
            fault = f"has a median amplitude of {median:g}, too large for an ECG in mV"
        elif (values == np.rint(values)).all():
            fault = "has whole numbers, as an ADC gives, and no ECG in mV"
        if fault is not None:
            raise ValueError(
                f"{self._path}: lead {self._lead} {fault}; set its unit with --units, such as "
                "--units uV, or convert it"
            )
        self._is_guess = False
