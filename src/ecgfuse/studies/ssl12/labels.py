"""Labels of a 12-lead recording: diagnostic superclasses of PTB-XL, and four groups of rhythms.

Superclasses: Wagner et al., "PTB-XL", Scientific Data 7, 2020. Groups of rhythms: Zheng et al., "A
12-lead electrocardiogram database", Scientific Data 7, 2020 (Chapman-Shaoxing).
"""

from collections.abc import Iterable, Mapping

SUPERCLASSES = ("NORM", "MI", "STTC", "CD", "HYP")
"""Normal, infarction, ST and T changes, conduction disturbance, hypertrophy; several may apply."""
RHYTHMS = ("AFIB", "GSVT", "SB", "SR")
"""Atrial fibrillation and flutter, other supraventricular tachycardias, sinus bradycardia, sinus
rhythm with sinus arrhythmia."""
UNKNOWN = -1
"""No known rhythm, or rhythms of several groups."""

_SCP_RHYTHMS = {
    "AFIB": "AFIB",
    "AFLT": "AFIB",
    "STACH": "GSVT",
    "SVTAC": "GSVT",
    "PSVT": "GSVT",
    "SBRAD": "SB",
    "SR": "SR",
    "SARRH": "SR",
}
_SNOMED_RHYTHMS = {
    "164889003": "AFIB",  # atrial fibrillation
    "164890007": "AFIB",  # atrial flutter
    "427084000": "GSVT",  # sinus tachycardia
    "426761007": "GSVT",  # supraventricular tachycardia
    "713422000": "GSVT",  # atrial tachycardia
    "233896004": "GSVT",  # AV node re-entry tachycardia
    "233897008": "GSVT",  # AV re-entry tachycardia
    "195101003": "GSVT",  # wandering atrial pacemaker
    "426177001": "SB",
    "426783006": "SR",
    "427393009": "SR",  # sinus irregularity
}


def superclasses(codes: Iterable[str], *, diagnostic_class: Mapping[str, str]) -> tuple[int, ...]:
    """1 for each of SUPERCLASSES that a diagnostic statement belongs to, whatever its likelihood.

    Args:
        codes: SCP-ECG statements of a recording.
        diagnostic_class: superclass of each diagnostic statement, from scp_statements.csv.
    """
    found = {diagnostic_class.get(code) for code in codes}
    return tuple(int(name in found) for name in SUPERCLASSES)


def rhythm(codes: Iterable[str]) -> int:
    """Index into RHYTHMS, or UNKNOWN if the codes name no group or several.

    Args:
        codes: SCP-ECG statements, or SNOMED CT codes. In PTB-XL the likelihood of a
            rhythm statement is 0 if it was not stated, so it is ignored.
    """
    known = _SCP_RHYTHMS | _SNOMED_RHYTHMS
    groups = {known[code] for code in codes if code in known}
    return RHYTHMS.index(groups.pop()) if len(groups) == 1 else UNKNOWN
