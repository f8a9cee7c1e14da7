"""The requested lead is chosen, or else the best ECG lead."""

from pathlib import Path

import pytest

from ecgfuse.recordings.leads import choose_leads, fastest_ecg, is_ecg, is_other, normalised

PREFERRED = ("MLII", "V1", "V5")


def choose(
    leads: list[str],
    *,
    wanted: str | None = None,
    n: int = 1,
    preferred: tuple[str, ...] = PREFERRED,
) -> list[str]:
    return choose_leads(leads, preferred=preferred, wanted=wanted, path=Path("a.edf"), n=n)


@pytest.mark.parametrize(
    "name",
    [
        *("MLII", "ML2", "II", "ii", "ECG II", "EKG-II", "Lead 2", "lead II", "ECG Lead II"),
        *("ECG_Lead_II", "ECG_II", "DII", "D2", "Ⅱ", "ECG:II", "심전도 II", "ECG (II)", "II ECG"),
        *("리드 II", "유도 II", "유도2", "제2유도", "제 2 유도", "표준사지유도 II", "II 유도"),
        *("第II誘導", "四肢誘導 II", "II导联", "第二导联", "肢体导联 II", "標準導聯II"),
        *("Ableitung II", "EKG Abl. II", "dérivation DII", "Dérivation II", "derivación II"),
        *("derivação D2", "derivazione II", "отведение II", "Отв. II", "II_filtered", "ECG II raw"),
        *("LL-RA", "ECG_LL-RA_24BIT_CAL", "ECG LL-RA"),
    ],
)
def test_all_names_of_lead_two_are_the_same(name: str) -> None:
    assert normalised(name) == "II"
    assert choose(["V1", name]) == [name]
    assert is_ecg(name)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        *(("II", "III"), ("II", "I"), ("V1", "V2"), ("ECG2", "II"), ("2", "Lead 2")),
        *(("제2유도", "제3유도"), ("유도 I", "유도 II"), ("LA-RA", "LL-RA"), ("채널 2", "유도 2")),
    ],
)
def test_different_leads_are_distinguished(one: str, other: str) -> None:
    assert normalised(one) != normalised(other)


@pytest.mark.parametrize(
    ("leads", "expected"),
    [
        (["V5", "V1", "MLII"], "MLII"),
        (["V5", "aVR", "V1"], "V1"),
        (["aVR", "ECG", "V3"], "ECG"),
        (["Resp", "V3", "ECG1", "ECG2"], "ECG1"),
        (["Resp", "channel", "aVF"], "aVF"),
        (["Resp", "SpO2", "channel 1"], "channel 1"),
        (["EDF Annotations", "x"], "x"),
    ],
)
def test_preferred_leads_come_first_then_ecg_then_possible_ecg(
    leads: list[str], expected: str
) -> None:
    assert choose(leads) == [expected]


@pytest.mark.parametrize(
    "name",
    [
        *(
            "RESP",
            "Resp chest",
            "PLETH",
            "ABP",
            "CVP",
            "SpO2",
            "SpO2 (%)",
            "EMG chin",
            "EEG Fpz-Cz",
        ),
        *("EOG horizontal", "EDF Annotations", "BDF Annotations", "Time", "Status", "HR", "label"),
    ],
)
def test_other_signals_are_never_taken_for_an_ecg(name: str) -> None:
    assert is_other(name)
    with pytest.raises(ValueError, match=r"a\.edf: none of its leads looks like an ECG: .* --lead"):
        choose([name])


@pytest.mark.parametrize(
    "name", ["ECG", "EKG 1", "aVR", "AVL", "V6", "MCL1", "CM5", "III", "MLIII"]
)
def test_leads_of_an_ecg_are_known(name: str) -> None:
    assert is_ecg(name)
    assert not is_other(name)


@pytest.mark.parametrize(
    "name",
    [
        *("ECG_Rate", "ECG_R_Peaks", "ECG_Quality", "ECG_Phase_Ventricular", "ECGtoHR"),
        *("ECG timestamp", "ecg_label", "ECG_EMG_Status1_CAL", "ECG lead off"),
    ],
)
def test_what_is_computed_from_an_ecg_is_none(name: str) -> None:
    assert is_other(name)
    assert not is_ecg(name)


@pytest.mark.parametrize(
    ("leads", "expected"),
    [
        (["EXG Channel 0", "Analog Channel 0"], "EXG Channel 0"),
        (["x", "voltage"], "voltage"),
        (["a", "전압"], "전압"),
        (["voltage", "V3"], "V3"),
    ],
)
def test_the_name_of_a_signal_counts_where_no_lead_is_named(
    leads: list[str], expected: str
) -> None:
    assert choose(leads) == [expected]


@pytest.mark.parametrize(
    "leads", [["a", "b"], ["channel 1", "Resp", "channel 2"], ["전압 1", "전압 2"]]
)
def test_several_leads_that_may_be_the_ecg_are_listed(leads: list[str]) -> None:
    message = rf"a\.edf: it cannot be known which of 1 {leads[0]}, .* is the ECG; .* '{leads[0]}'"
    with pytest.raises(ValueError, match=message):
        choose(leads)
    assert choose(leads, wanted=leads[-1]) == [leads[-1]]


def test_a_second_lead_follows_where_there_is_one() -> None:
    assert choose(["V5", "Resp", "MLII"], n=2) == ["MLII", "V5"]
    assert choose(["MLII", "Resp"], n=2) == ["MLII"]
    assert choose(["V5", "V1", "MLII"], wanted="v5", n=2) == ["V5", "MLII"]


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        *(("V5", "V5"), ("v5", "V5"), (" ECG v5 ", "V5"), ("2", "V5"), ("1", "ECG Lead 2")),
        *(("Lead II", "ECG Lead 2"), ("mlii", "ECG Lead 2"), ("Resp", "Resp"), ("3", "Resp")),
    ],
)
def test_the_user_may_name_a_lead_by_any_name_or_its_number(wanted: str, expected: str) -> None:
    assert choose(["ECG Lead 2", "V5", "Resp"], wanted=wanted) == [expected]


def test_a_name_counts_before_a_number() -> None:
    assert choose(["3", "2", "1"], wanted="3") == ["3"]
    assert choose(["ii", "II"], wanted="II") == ["II"]


@pytest.mark.parametrize("wanted", ["V2", "0", "4", "", "99999999999999", "ECG"])
def test_a_missing_requested_lead_is_rejected_with_the_existing_ones(wanted: str) -> None:
    with pytest.raises(ValueError, match=r"a\.edf: there is no lead .*; it has 1 II, 2 V5, 3 Resp"):
        choose(["II", "V5", "Resp"], wanted=wanted)


def test_no_lead_at_all_is_rejected() -> None:
    with pytest.raises(ValueError, match="none of its leads looks like an ECG: it has none"):
        choose([])


@pytest.mark.parametrize(
    ("rates", "expected"),
    [
        ({"ECG": 256, "EEG": 512, "Mic": 8000}, 256),
        ({"II": 250, "V1": 500, "Resp": 1000}, 500),
        ({"channel 1": 500, "channel 2": 250, "SpO2": 1000}, 500),
        ({"Resp": 25}, 25),
    ],
)
def test_the_rate_of_a_recording_is_that_of_its_fastest_ecg(
    rates: dict[str, float], expected: float
) -> None:
    assert fastest_ecg(rates) == expected
