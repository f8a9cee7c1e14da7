"""Choose leads of a user-supplied recording by their names."""

import re
from collections.abc import Mapping, Sequence
from pathlib import Path

from ecgfuse.recordings.lead_words import after_ecg, normalised, plain

_STANDARD = re.compile(
    r"^(I{1,3}|AV[RLF]|V[1-9]?R?|V[XYZ]|MV[1-6]|MCL[1-6]|ML[1-6]|CM[1-6]|CC[1-6]|CS[1-6]|"
    r"E?(AS|ES|AI))$"
)
_OTHER = re.compile(
    r"^(RESP|PLETH|PPG|ABP|ART|CVP|PAP|PAW|ICP|NBP|NIBP|BP|SPO2|SAO2|SP02|OSAT|O2|CO2|ETCO2|EMG|"
    r"EEG|EOG|ECOG|EDFANNOT|BDFANNOT|ANNOT|TIME|SAMPLE|INDEX|STATUS|TRIG|EVENT|MARK|STIM|LABEL|"
    r"TEMP|ACC|GYR|MAG|FLOW|SNOR|THOR|ABDO|EFFORT|CHIN|LEG|POS|LIGHT|BATT|IMP|NOISE|MIC|"
    r"SOUND|AUDIO|PULSE|PRESS|HEARTRATE|HR$|PR$|RR$|GSR|EDA|SCR|PCG|BCG|SCG|ICG|MMG|OTHER|"
    r"맥파|호흡|체온|심박|가속도|산소포화도|呼吸|脉搏|脈波|体温)"
)
_DERIVED = re.compile(
    r"HEARTRATE|^RATE|RATE$|QUALITY|PEAK|ONSET|OFFSET|PHASE|STATUS|^HR|^RR|^TOHR|IBI|BPM|LABEL|"
    r"EVENT|MARK|LEADOFF|TIME|COUNTER|INDEX|ANNOT|^SQI|SAMPLENUMBER|^EMG"
)
"""What is computed from an ECG, in names such as ECG_R_Peaks (NeuroKit2) or ECGtoHR (Shimmer)."""
_MOST_LISTED = 16
_LIKELY = re.compile(
    r"EXG|VOLT|AMPLITUD|SIGNA|SENAL|SINAL|SEGNALE|VALUE|VALOR|VALEUR|WERT|POTENTIAL|WAVE|SPANNUNG|"
    r"TENSION|TENSAO|НАПРЯЖЕНИ|СИГНАЛ|전압|전위|신호|진폭|파형|값|电压|電圧|電壓|電位|信号|振幅|波形"
)
"""Names of the signal itself, where there is no name of a lead."""


def choose_leads(
    leads: Sequence[str],
    *,
    preferred: Sequence[str],
    wanted: str | None,
    path: Path,
    n: int = 1,
) -> list[str]:
    """Choose the leads to read, best first: `n`, or fewer if the record has no more.

    Names are compared without case, spaces, '-', '_' and words such as "ECG" or "Lead": MLII, ML2,
    "ECG II" and "Lead 2" are the same lead as II.

    Args:
        leads: names of the leads of the record, in the order of the file.
        preferred: names of leads in order of preference. They are followed by leads just named
            ECG, then other ECG leads, then one named as a signal, such as "voltage", then the only
            one not evidently something else.
        wanted: lead requested by the user, by name or by number from 1; it comes first.
        path: the file, for messages.

    Raises:
        ValueError: the wanted lead does not exist, no lead may be an ECG, or several may and none
            has the name of one.
    """
    ranks = _ranks(leads, preferred=preferred)
    possible = [i for i in range(len(leads)) if not is_other(leads[i])]
    order = sorted(possible, key=ranks.__getitem__)
    if wanted is not None:
        first = _find(wanted, leads=leads, path=path)
        order = [first, *(i for i in order if i != first)]
    elif not order:
        raise ValueError(
            f"{path}: none of its leads looks like an ECG: {', '.join(leads) or 'it has none'}; "
            "choose the lead with --lead"
        )
    elif not is_ecg(leads[order[0]]):
        equal = [i for i in order if ranks[i] == ranks[order[0]] and ranks[i] >= len(preferred)]
        if len(equal) > 1:
            raise ValueError(
                f"{path}: it cannot be known which of {_listed(leads)} is the ECG; choose it with "
                f"--lead, such as --lead '{leads[equal[0]]}'"
            )
    return [leads[i] for i in order[:n]]


def is_other(name: str) -> bool:
    """Whether a name is evidently that of a signal other than an ECG, such as RESP."""
    rest = after_ecg(name)
    if rest is not None:
        return _DERIVED.search(rest) is not None
    return not is_ecg(name) and _OTHER.match(plain(name)) is not None


def is_ecg(name: str) -> bool:
    """Whether a name is evidently that of an ECG lead."""
    rest = after_ecg(name)
    if rest is not None:
        return _DERIVED.search(rest) is None
    return bool(_STANDARD.match(normalised(name)))


def fastest_ecg(rates: Mapping[str, float]) -> float:
    """The highest sampling rate among ECG leads, else possible ECG leads, else all leads.

    Args:
        rates: sampling rates of leads in Hz by name; at least one.
    """
    likely = [name for name in rates if is_ecg(name)]
    likely = likely or [name for name in rates if not is_other(name)]
    return max(rates[name] for name in likely or rates)


def _ranks(leads: Sequence[str], *, preferred: Sequence[str]) -> list[int]:
    """Rank of each lead by its name, 0 for the best."""
    places = {normalised(name): rank for rank, name in reversed(list(enumerate(preferred)))}

    def rank(lead: str) -> int:
        name = normalised(lead)
        if name in places:
            return places[name]
        rest = after_ecg(lead)
        if (rest is not None and rest.isdigit()) or rest == "":
            return len(preferred)
        if is_ecg(lead):
            return len(preferred) + 1
        return len(preferred) + (2 if _LIKELY.search(plain(lead)) else 3)

    return [rank(lead) for lead in leads]


def _find(wanted: str, *, leads: Sequence[str], path: Path) -> int:
    """Index of the lead named by the user: literally, by number, or by another name."""
    for same in (str.strip, str.casefold):
        for i, lead in enumerate(leads):
            if same(lead) == same(wanted.strip()):
                return i
    if re.fullmatch(r"[0-9]{1,4}", wanted.strip()) and 1 <= int(wanted) <= len(leads):
        return int(wanted) - 1
    for i, lead in enumerate(leads):
        if normalised(lead) == normalised(wanted):
            return i
    raise ValueError(f"{path}: there is no lead {wanted!r}; it has {_listed(leads)}")


def _listed(leads: Sequence[str]) -> str:
    """Leads with the numbers by which the user may name them."""
    shown = [f"{i} {lead}" for i, lead in enumerate(leads[:_MOST_LISTED], start=1)]
    more = [f"and {len(leads) - len(shown)} more"] if len(leads) > len(shown) else []
    return ", ".join([*shown, *more]) or "no lead"
