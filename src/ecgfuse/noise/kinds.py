"""The records of the MIT-BIH Noise Stress Test Database."""

from typing import Literal

Kind = Literal["bw", "em", "ma"]
"""Name of a noise record: baseline wander, electrode motion, muscle artefact."""

NOISES: dict[Kind, str] = {
    "bw": "baseline wander",
    "em": "electrode motion",
    "ma": "muscle artefact",
}
"""Noise record -> its content in words."""
