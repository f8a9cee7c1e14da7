"""Choose leads of a user-supplied recording by their names."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from pathlib import Path

_ROMAN = {"1": "I", "2": "II", "3": "III"}
_PREFIXES = re.compile(r"^(ECG|EKG|심전도)+")
_LIMB = re.compile(r"^(?P<kind>LEAD|ML|D|)(?P<number>I{1,3}|[123])$")
_STANDARD = re.compile(
    r"^(I{1,3}|AV[RLF]|V[1-9]?R?|MV[1-6]|MCL[1-6]|CM[1-5]|CC[1-5]|E?(AS|ES|AI))$"
)
_OTHER = re.compile(
    r"^(RESP|PLETH|PPG|ABP|ART|CVP|PAP|PAW|ICP|NBP|NIBP|BP|SPO2|SAO2|SP02|OSAT|O2|CO2|ETCO2|EMG|"
    r"EEG|EOG|ECOG|EDFANNOT|BDFANNOT|ANNOT|TIME|SAMPLE|INDEX|STATUS|TRIG|EVENT|MARK|STIM|LABEL|"
    r"TEMP|ACC|GYR|MAG|FLOW|SNOR|THOR|ABDO|EFFORT|CHIN|LEG|POS|LIGHT|BATT|IMP|NOISE|MIC|"
    r"SOUND|AUDIO|PULSE|PRESS|HEARTRATE|HR$|PR$|RR$|GSR|EDA|SCR|PCG|BCG|SCG|ICG|MMG)"
)


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
            ECG, then other ECG leads, then any not evidently something else.
        wanted: lead requested by the user, by name or by number from 1; it comes first.
        path: the file, for messages.

    Raises:
        ValueError: the wanted lead does not exist, or no lead may be an ECG.
    """
    order = [i for i in _by_preference(leads, preferred=preferred) if not is_other(leads[i])]
    if wanted is not None:
        first = _find(wanted, leads=leads, path=path)
        order = [first, *(i for i in order if i != first)]
    if not order:
        raise ValueError(
            f"{path}: none of its leads looks like an ECG: {', '.join(leads) or 'it has none'}; "
            "choose the lead with --lead"
        )
    return [leads[i] for i in order[:n]]


def is_other(name: str) -> bool:
    """Whether a name is evidently that of a signal other than an ECG, such as RESP."""
    return not is_ecg(name) and _OTHER.match(_plain(name)) is not None


def is_ecg(name: str) -> bool:
    """Whether a name is evidently that of an ECG lead."""
    return _PREFIXES.match(_plain(name)) is not None or bool(_STANDARD.match(normalised(name)))


def fastest_ecg(rates: Mapping[str, float]) -> float:
    """The highest sampling rate among ECG leads, else possible ECG leads, else all leads.

    Args:
        rates: sampling rates of leads in Hz by name; at least one.
    """
    likely = [name for name in rates if is_ecg(name)]
    likely = likely or [name for name in rates if not is_other(name)]
    return max(rates[name] for name in likely or rates)


def normalised(name: str) -> str:
    """The normal form of a name, equal for all names of the same lead."""
    plain = _plain(name)
    bare = _PREFIXES.sub("", plain)
    limb = _LIMB.match(bare)
    if limb is None:
        return bare.removeprefix("LEAD") or plain
    if limb["number"] in _ROMAN and not limb["kind"]:
        return plain  # ECG2 is the second channel, not lead II
    return _ROMAN.get(limb["number"], limb["number"])


def _plain(name: str) -> str:
    # NFKC converts signs such as the single character "Ⅱ".
    return re.sub(r"[\s\-_.:#'+]+", "", unicodedata.normalize("NFKC", name)).upper()


def _by_preference(leads: Sequence[str], *, preferred: Sequence[str]) -> list[int]:
    """Indices of the leads, best first; ties in the order of the file."""
    names = [normalised(lead) for lead in leads]
    ranks = {normalised(name): rank for rank, name in reversed(list(enumerate(preferred)))}

    def rank(i: int) -> int:
        if names[i] in ranks:
            return ranks[names[i]]
        if _PREFIXES.fullmatch(re.sub(r"\d+$", "", names[i])):
            return len(preferred)
        return len(preferred) + (1 if is_ecg(leads[i]) else 2)

    return sorted(range(len(leads)), key=rank)


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
    listed = ", ".join(f"{i} {lead}" for i, lead in enumerate(leads, start=1))
    raise ValueError(f"{path}: there is no lead {wanted!r}; it has {listed or 'no lead'}")
