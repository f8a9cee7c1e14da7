"""Beat classes of ANSI/AAMI EC57, and the classes of the beat codes of WFDB annotations.

The WFDB program `bxb` and the literature differ in one point: the atrial and junctional escape
beats e and j are supraventricular in EC57, and normal in de Chazal et al. 2004 and the papers that
follow it. Models learn the classes of the literature; the stage ec57 scores both.

Functions that score or draw take their classes as an argument; those of the pipeline are CLASSES.
"""

from collections.abc import Mapping
from typing import Literal

ClassName = Literal["N", "S", "V", "F"]

CLASSES: tuple[ClassName, ...] = ("N", "S", "V", "F")
"""Normal, supraventricular ectopic, ventricular ectopic and fusion beats. Labels are indices into
this tuple."""

UNLABELLED = -1
"""Label of a beat outside the four classes: paced or unclassifiable."""

EC57_CLASSES: tuple[str, ...] = (*CLASSES, "Q")
"""The same with paced and unclassifiable beats as a fifth class."""

EC57_CLASS_OF_CODE: Mapping[str, str] = {
    code: name
    for name, codes in {"N": "NLRB", "S": "aAJSejn", "V": "VrE", "F": "F", "Q": "Q/f?"}.items()
    for code in codes
}
"""Beat code -> class, as `bxb` maps it. Other codes are not beats."""

CLASS_OF_CODE: Mapping[str, str] = {**EC57_CLASS_OF_CODE, "e": "N", "j": "N"}
"""The same with escape beats as normal beats, as in the literature."""

LABEL_OF_CODE: Mapping[str, int] = {
    code: CLASSES.index(name) if name in CLASSES else UNLABELLED
    for code, name in CLASS_OF_CODE.items()
}
"""Beat code -> label, as the models learn it."""

BEAT_CODES = tuple(CLASS_OF_CODE)
"""Codes of the annotations that mark beats."""
