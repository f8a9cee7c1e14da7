"""Tables in the form in which devices and programs export them are read with the right lead."""

import json
from pathlib import Path

import numpy as np
import pytest
from ecg_tables import ECG, FS, check, commas, heartbeats, origin, table, taken, write
from reading import read

from ecgfuse.recordings.open import open_recording

WATCH_FS = 512.844


@pytest.mark.parametrize(
    ("head", "lead", "decimal"),
    [
        (
            'Name,A\nDate of Birth,"Feb 5, 1952"\nDevice,"Watch5,4"\n'
            "Sample Rate,512.844 hertz\n\nLead,Lead I\nUnit,µV\n\n",
            "Lead I",
            ".",
        ),
        ('Name,A\nSample Rate,"512.844 hertz"\n\n\nLead,Lead I\nUnit,µV\n\n', "Lead I", "."),
        (
            '이름,A\n생년월일,"1952. 2. 5."\n샘플률,"512,844 Hz"\n\n리드,유도 I\n단위,µV\n\n',
            "유도 I",
            ",",
        ),
        (
            "Name,A\nAufzeichnungsdatum,2024-05-01 10:00:00 +0200\nAbtastrate,512,844 Hertz\n\n\n"
            "Ableitung,Ableitung I\nEinheit,µV\n\n",
            "Ableitung I",
            ",",
        ),
        (
            'Nom,A\nFréquence d\'échantillonnage,"512,844 hertz"\nDérivation,Dérivation I\n'
            "Unité,µV\n\n",
            "Dérivation I",
            ",",
        ),
        ("姓名,A\n采样率,512.844赫兹\n\n导联,导联 I\n单位,µV\n\n", "导联 I", "."),
        ("Sample Rate,512.844 Hz\nLead,Lead I\nUnit,µV\n", "Lead I", "."),
    ],
)
def test_the_export_of_a_watch_tells_rate_unit_and_lead_in_any_language(
    tmp_path: Path, head: str, lead: str, decimal: str
) -> None:
    ecg = heartbeats(fs=WATCH_FS)
    rows = table(lambda i, v: f"{1000 * v:.3f}".replace(".", decimal), ecg=ecg)
    path = write(tmp_path, head + rows)
    assert taken(path) == lead
    check(path, ecg=ecg, rate=WATCH_FS)
    found = origin(path)
    assert (found.unit, found.unit_from) == ("µV", "the lines above the table")
    assert found.fs_from == "the lines above the table"


@pytest.mark.parametrize(
    "text",
    [
        table(  # rdsamp -p -v
            lambda i, v: f"{i / FS:15.3f}\t{v:7.3f}",
            head="   Elapsed time\t   MLII\n      (seconds)\t   (mV)\n",
        ),
        table(  # rdsamp -pd -v
            lambda i, v: f"[10:15:{i / FS:06.3f} 01/05/2024]\t{v:7.3f}",
            head="           Time      Date\t   MLII\n (hh:mm:ss.mmm dd/mm/yyyy)\t   (mV)\n",
        ),
        table(  # rdsamp -c -p -v, and PhysioBank ATM
            lambda i, v: f"'{i // 15000}:{i / FS % 60:06.3f}',{v:.3f},{-v / 2:.3f}",
            head="'Elapsed time','MLII','V5'\n'hh:mm:ss.mmm','mV','mV'\n",
        ),
        table(lambda i, v: f"{i / FS:.3f},{v:.3f}", head="'Elapsed time','MLII'\n'seconds','mV'\n"),
    ],
)
def test_what_rdsamp_prints_is_read(tmp_path: Path, text: str) -> None:
    path = write(tmp_path, text, name="rdsamp.txt")
    assert taken(path) == "MLII"
    check(path)


@pytest.mark.parametrize("gap", [" ", "  ", "\t"])
@pytest.mark.parametrize("counter", ["sample #", "Sample number", "index"])
def test_what_is_pasted_from_rdsamp_keeps_its_names(tmp_path: Path, gap: str, counter: str) -> None:
    rows = table(lambda i, v: gap.join([str(i), f"{v:.3f}", f"{-v / 2:.3f}"]))
    path = write(tmp_path, gap.join([counter, "MLII", "V5"]) + "\n" + rows)
    assert open_recording(path, fs=FS).leads == ("MLII", "V5")
    check(path, fs=FS)


def test_times_without_names_are_known_if_they_can_be_nothing_else(tmp_path: Path) -> None:
    path = write(tmp_path, table(lambda i, v: f"{i / FS:13.3f}\t{v:8.3f}"))  # rdsamp -p
    check(path)
    assert origin(path).fs_from == "column 1"
    path = write(tmp_path, table(lambda i, v: f"{i},{v:.3f}"))  # rdsamp -c: samples or ms
    with pytest.raises(ValueError, match="declares no sampling rate; set --fs"):
        open_recording(path)
    check(path, fs=FS)


def test_raw_numbers_of_an_adc_are_rejected_without_a_unit(tmp_path: Path) -> None:
    for offset, fault in ((1024, "a median amplitude of 10"), (0, "whole numbers, as an ADC")):
        rows = table(lambda i, v, o=offset: f"{i},{o + 60 * v:.0f}", head="'sample #','MLII'\n")
        with pytest.raises(ValueError, match=rf"lead MLII has {fault}.*--units"):
            read(write(tmp_path, rows), fs=FS)


def test_raw_text_of_openbci_is_read_in_microvolts_whatever_its_counter(tmp_path: Path) -> None:
    head = "%OpenBCI Raw EXG Data\n%Number of channels = 1\n%Sample Rate = 250 Hz\n%Board = x\n"
    names = (
        "Sample Index, EXG Channel 0, Accel Channel 0, Other, Timestamp, Timestamp (Formatted)\n"
    )
    rows = table(
        lambda i, v: (
            f"{i % 256}.0, {1000 * v:.4f}, 0.0{i % 7}, 0.0, {1.7e9 + i // 10 / 25:.4f}, "
            f"2024-05-01 10:00:{i / FS:06.3f}"
        )
    )
    path = write(tmp_path, head + names + rows, name="openbci.txt")
    assert taken(path) == "EXG Channel 0"
    check(path)
    assert origin(path).unit == "uV"


def test_channels_of_openbci_of_which_any_may_be_the_ecg_are_listed(tmp_path: Path) -> None:
    names = "Sample Index, EXG Channel 0, EXG Channel 1, Timestamp\n"
    rows = table(lambda i, v: f"{i % 256}, {v:.4f}, {v + 0.1:.4f}, {1.7e9 + i / FS:.4f}")
    path = write(tmp_path, "%OpenBCI Raw EXG Data\n%Sample Rate = 250 Hz\n" + names + rows)
    message = "which of 1 EXG Channel 0, 2 EXG Channel 1 is the ECG.*--lead 'EXG Channel 0'"
    with pytest.raises(ValueError, match=message):
        taken(path)


@pytest.mark.parametrize(
    "head",
    [
        "Shimmer_1_Timestamp_Unix_CAL\tShimmer_1_ECG_LL-RA_24BIT_CAL\t\nms\tmV\t\n",
        '"sep=\t"\nShimmer_1_Timestamp_Unix_CAL\tShimmer_1_ECG_LL-RA_24BIT_CAL\t\nms\tmV\t\n',
        "Shimmer\tShimmer\t\nTimestamp\tECG LL-RA\t\nCAL\tCAL\t\nmSecs\tmVolts\t\n",
    ],
)
def test_exports_of_shimmer_have_several_header_lines(tmp_path: Path, head: str) -> None:
    path = write(tmp_path, table(lambda i, v: f"{1.7e12 + 4 * i:.3f}\t{v:.4f}\t", head=head))
    check(path)
    assert "LL-RA" in taken(path)


def test_leads_named_by_their_electrodes_are_lead_one_to_three(tmp_path: Path) -> None:
    names = [f"Shimmer_8B_ECG_{pair}_24BIT_CAL" for pair in ("LA-RA", "LL-RA", "Vx-RL")]
    head = "\t".join(["Shimmer_8B_Timestamp_Unix_CAL", *names, "Shimmer_8B_ECG_EMG_Status1_CAL"])
    rows = table(lambda i, v: f"{4 * i}\t{-v / 2:.4f}\t{v:.4f}\t{v / 3:.4f}\t128.0")
    path = write(tmp_path, f"{head}\nms\tmV\tmV\tmV\tno_units\n{rows}")
    assert taken(path) == "ECG_LL-RA_24BIT_CAL"
    check(path)


def test_the_header_of_opensignals_tells_rate_and_sensor(tmp_path: Path) -> None:
    device = {
        "sensor": ["ECG"], "column": ["nSeq", "I1", "I2", "A2"], "sampling rate": 250,
        "label": ["A2"], "resolution": [4, 1, 1, 10],
    }  # fmt: skip
    head = f"# OpenSignals Text File Format\n# {json.dumps({'98:D3': device})}\n# EndOfHeader\n"
    rows = table(lambda i, v: f"{i % 16}\t0\t0\t{512 + 100 * v:.0f}\t")
    path = write(tmp_path, head + rows, name="bitalino.txt")
    assert (taken(path), open_recording(path).fs) == ("ECG", 250)
    adc = np.rint(512 + 100 * ECG)
    check(path, units="mV", ecg=adc)
    with pytest.raises(ValueError, match=r"lead ECG has a median amplitude of 5.*--units"):
        read(path)


@pytest.mark.parametrize(
    "head",
    [
        "C:test.acq\n4 msec/sample\n2 channels\nPPG\nVolts\nECG Lead II\nmV\n"
        "sec,CH1,CH2,\n,3000,3000,\n",
        "4.000000 msec/sample\n2 channels\nPPG\nVolts\nECG Lead II\nmV\nsec,CH0,CH1\n2 2 2\n",
    ],
)
def test_exports_of_acqknowledge_name_channels_above_the_table(tmp_path: Path, head: str) -> None:
    rows = table(lambda i, v: f"{i / FS:.3f},{i % 7 / 10:.4f},{v:.5f}")
    path = write(tmp_path, head + rows)
    assert taken(path) == "ECG Lead II"
    check(path)


def test_exports_of_labchart_name_channels_above_the_table(tmp_path: Path) -> None:
    head = (
        "Interval=\t0.004 s\nExcelDateTime=\t4.1E4\t01/05/2024 10:00:00\n"
        "TimeFormat=\tStartOfBlock\nDateFormat=\t\nChannelTitle=\tPulse\tECG\n"
        "Range=\t10.000 V\t2.000 mV\n"
    )
    rows = table(lambda i, v: f"{i / FS:.3f}\t{i % 7 / 10:.3f}\t{v:.4f}\t")
    path = write(tmp_path, head + rows, name="labchart.txt")
    assert taken(path) == "ECG"
    check(path)


def test_of_several_times_of_a_chest_strap_the_even_one_counts(tmp_path: Path) -> None:
    head = "Phone timestamp;sensor timestamp [ns];timestamp [ms];ecg [uV]\n"
    rows = table(
        lambda i, v: (
            f"2022-02-20T21:48:{i // 73 * 73 / FS:06.3f};{599617719000000000 + 4000000 * i};"
            f"{4.0 * i};{1000 * v:.1f}"
        )
    )
    path = write(tmp_path, head + rows)
    check(path)
    assert origin(path).fs_from == "column 2 (sensor timestamp [ns])"


def test_a_column_named_sample_may_hold_the_samples(tmp_path: Path) -> None:
    rows = table(lambda i, v: f"{4 * i + 1000},{1000 * v:.1f}", head="timestamp,sample\n")
    path = write(tmp_path, rows)
    assert taken(path) == "column 2 (sample)"
    check(path, units="uV")


@pytest.mark.parametrize(
    "text",
    [
        table(lambda i, v: f"{i / FS:.3f};{v:.4f}", head="sep=;\nTime (s);II (mV)\n"),
        table(lambda i, v: f"{i / FS:.3f},{v:.4f}", head="\ufeffsep=,\nTime,II\ns,mV\n"),
        table(lambda i, v: f"{i / FS:.3f},{v:.4f}", head="# time,II\n"),  # numpy.savetxt
        table(lambda i, v: f"{i / FS:.3f}|{v:.4f}", head="\nRecording of A\n\ntime [s]|II\n\n"),
        table(lambda i, v: f"A1,{i / FS:.3f},{v:.4f},{'N' * (i % 99 == 0)}", head="id,t,II,note\n"),
    ],
)
def test_separator_lines_titles_and_texts_beside_the_numbers_are_no_obstacle(
    tmp_path: Path, text: str
) -> None:
    path = write(tmp_path, text)
    assert taken(path) == "II"
    check(path)


@pytest.mark.parametrize(
    ("line", "fs"),
    [
        *(("Sampling rate: 500 Hz", 500), ("fs=500", 500), ("% Sample Frequency = 0.5 kHz", 500)),
        *(
            ("샘플링 주파수: 500", 500),
            ("サンプリング周波数,500Hz", 500),
            ("sample interval,2 ms", 500),
        ),
        *(("Taxa de amostragem: 500 Hz", 500), ("частота дискретизации: 500 Гц", 500)),
        *(("Frequenza di campionamento;1.000 Hz", 1000), ("Abtastrate: 1,000 Hz", 1000)),
    ],
)
def test_the_rate_may_be_declared_above_the_table(tmp_path: Path, line: str, fs: float) -> None:
    head = f"{line}\nHigh-pass filter: 150 Hz\nII\n"
    path = write(tmp_path, table(lambda i, v: f"{v:.4f}", head=head))
    assert (open_recording(path).fs, taken(path)) == (fs, "II")
    check(path, rate=fs)


def test_rates_that_contradict_each_other_are_rejected(tmp_path: Path) -> None:
    rows = table(lambda i, v: f"{i / FS:.3f},{v:.4f}", head="sampling rate,500 Hz\ntime,II\n")
    path = write(tmp_path, rows)
    with pytest.raises(ValueError, match=r"declares .* 500 Hz, but its time column gives 250 Hz"):
        open_recording(path)
    with pytest.raises(ValueError, match="declares a sampling rate of 500 Hz, but --fs is 250"):
        open_recording(path, fs=250)
    two = "sampling rate,500 Hz\nfs,250 Hz\nII\n"
    with pytest.raises(ValueError, match="declare several sampling rates, 250, 500 Hz"):
        open_recording(write(tmp_path, table(lambda i, v: f"{v:.4f}", head=two)))


def test_a_sign_of_microvolts_in_latin_1_is_no_korean_letter(tmp_path: Path) -> None:
    head = "Messung für Müller\nZeit [s];Ableitung II [µV]\n"
    rows = commas(table(lambda i, v: f"{i / FS:.3f};{1000 * v:.1f}"))
    path = write(tmp_path, head + rows, encoding="latin-1")
    assert taken(path) == "Ableitung II"
    check(path)
