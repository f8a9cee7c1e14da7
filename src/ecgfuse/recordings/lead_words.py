"""Words around the names of leads, in several languages, and the normal form of such names."""

import re
import unicodedata

LEAD_WORDS = (
    *(
        "lead",
        "leads",
        "리드",
        "리이드",
        "유도",
        "사지유도",
        "표준유도",
        "표준사지유도",
        "흉부유도",
    ),
    *(
        "단극유도",
        "양극유도",
        "导联",
        "肢体导联",
        "标准导联",
        "胸导联",
        "導聯",
        "肢體導聯",
        "標準導聯",
    ),
    *("誘導", "四肢誘導", "標準肢誘導", "肢誘導", "胸部誘導", "ableitung", "ekgableitung", "abl"),
    *("derivation", "derivacion", "derivacao", "derivazione", "deriv", "отведение", "отвед", "отв"),
)
"""Words for a lead, in lower case without accents."""
_ECG_WORDS = (
    "ELECTROCARDIOGRAM|ELEKTROKARDIOGRAMM|ECG|EKG|심전도|心电图|心電図|心電圖|心电|心電|ЭКГ"
)
_ECG_FIRST = re.compile(rf"^({_ECG_WORDS})+")
_ECG_LAST = re.compile(rf"(?<=.)({_ECG_WORDS})+$")
_LEAD_WORD = re.compile("|".join(sorted(map(str.upper, LEAD_WORDS), key=len, reverse=True)))
_PROCESSED = re.compile(
    r"(?<=.)(RAW|FILTERED|FILT|CLEANED|CLEAN|24BIT|16BIT|UNCAL|CAL|SIGNAL|DATA|VALUE|VOLTAGE|"
    r"전압|신호|파형|원시|필터)$"
)
_LIMB = re.compile(r"^(제|第)?(?P<kind>ML|D|)(?P<number>I{1,3}|[123]|[一二三])(번|号|號|차)?$")
_ROMAN = {"1": "I", "2": "II", "3": "III", "一": "I", "二": "II", "三": "III"}
_ELECTRODES = {
    **dict.fromkeys(("LARA", "RALA"), "I"),
    **dict.fromkeys(("LLRA", "RALL"), "II"),
    **dict.fromkeys(("LLLA", "LALL"), "III"),
}
"""Leads named by their two electrodes."""


def plain(name: str) -> str:
    """A name in upper case without spaces, signs and accents."""
    # NFKC converts signs such as the single character "Ⅱ".
    parts = unicodedata.normalize("NFD", unicodedata.normalize("NFKC", name))
    bare = "".join(c for c in parts if not "\u0300" <= c <= "\u036f")
    return re.sub(r"[\s\-_.:#'+()\[\]/°]+", "", unicodedata.normalize("NFC", bare)).upper()


def after_ecg(name: str) -> str | None:
    """What follows in the plain form of a name that starts with ECG; None if it does not."""
    text = plain(name)
    match = _ECG_FIRST.match(text)
    return None if match is None else text[match.end() :]


def normalised(name: str) -> str:
    """The normal form of a name, equal for all names of the same lead."""
    whole = plain(name)
    bare = _ECG_LAST.sub("", _ECG_FIRST.sub("", whole))
    while (shorter := _PROCESSED.sub("", bare)) != bare:
        bare = shorter
    if bare in _ELECTRODES:
        return _ELECTRODES[bare]
    rest = _LEAD_WORD.sub("", bare)
    limb = _LIMB.match(rest)
    if limb is None:
        return rest or whole
    if limb["number"] in _ROMAN and not limb["kind"] and rest == bare:
        return whole  # ECG2 is the second channel, not lead II
    return _ROMAN.get(limb["number"], limb["number"])
