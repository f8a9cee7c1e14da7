"""WFDB beat codes -> the beat classes of ANSI/AAMI EC57, as the WFDB program `bxb` maps them.

They differ in one point from the classes of the literature (records/annotations.py): the atrial and
junctional escape beats e and j are supraventricular here, and normal there.
"""

from collections.abc import Mapping

CLASSES = ("N", "S", "V", "F", "Q")
"""Normal, supraventricular ectopic, ventricular ectopic, fusion, paced or unclassifiable."""

_SYMBOLS_OF_CLASS = {"N": "NLRB", "S": "aAJSejn", "V": "VrE", "F": "F", "Q": "Q/f?"}

EC57_CLASSES: Mapping[str, str] = {
    symbol: name for name, symbols in _SYMBOLS_OF_CLASS.items() for symbol in symbols
}
"""Class of each beat code; a code that is not here is no beat."""

LITERATURE_CLASSES: Mapping[str, str] = {**EC57_CLASSES, "e": "N", "j": "N"}
"""The same with e and j as normal beats, as in de Chazal 2004 and the papers that follow it."""
