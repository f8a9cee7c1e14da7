"""Counts on the real MIT-BIH database equal those of bxb and of the literature.

Skipped if the database is not next to the checkout.
"""

from pathlib import Path

import numpy as np
import pytest
from annotation_files import write_annotations
from root import ROOT

from ecgfuse.classes import CLASS_OF_CODE, EC57_CLASS_OF_CODE, EC57_CLASSES
from ecgfuse.datasets.splits import SplitConfig
from ecgfuse.ec57.counts import ROWS
from ecgfuse.ec57.labels import read_labels
from ecgfuse.ec57.score_files import FilePair, Period, score_files
from ecgfuse.pipeline.params import load_params

DATABASE = ROOT.parent / "shared" / "data" / "mitdb"

pytestmark = pytest.mark.skipif(
    not DATABASE.is_dir(), reason="the real database is not next to the checkout"
)


def with_itself(name: str, *, start_s: float, literature: bool = False) -> np.ndarray:
    """The matrix of a reference file compared with itself."""
    path = DATABASE / f"{name}.atr"
    return score_files(
        FilePair(reference=path, test=path),
        period=Period(start_s=start_s),
        class_of_symbol=CLASS_OF_CODE if literature else EC57_CLASS_OF_CODE,
    )


def test_record_221_has_the_counts_printed_by_bxb() -> None:
    """The line of bxb -L in issue 63 of MIT-LCP/physionet: Nn' 1806, Vv 345, nothing else.

    It was made without the header; WFDB then assumes 250 Hz, and 5 minutes are 75,000 samples.
    """
    counts = with_itself("221", start_s=75_000 / 360)
    assert (counts[0, 0], counts[2, 2], counts.sum()) == (1806, 345, 2151)


@pytest.mark.parametrize(
    ("start_s", "literature", "expected"),
    [
        (300, False, [36_713, 1_821, 2_686, 288, 7]),
        (0, False, [44_046, 2_050, 3_221, 388, 7]),
        (0, True, [44_259, 1_837, 3_221, 388, 7]),
    ],
)
def test_ds2_has_the_published_numbers_of_beats(
    start_s: float, literature: bool, expected: list[int]
) -> None:
    records = load_params(SplitConfig, path=ROOT / "params.yaml").test
    matrices = [with_itself(n, start_s=start_s, literature=literature) for n in records]
    of_reference = np.sum(matrices, axis=0).sum(axis=1)[: len(EC57_CLASSES)]
    assert of_reference.tolist() == expected


RECORDS = sorted(path.stem for path in DATABASE.glob("*.atr"))


@pytest.mark.parametrize("start_s", [0, 300])
def test_every_record_matches_itself(start_s: float) -> None:
    assert len(RECORDS) == 48
    for name in RECORDS:
        counts = with_itself(name, start_s=start_s)
        assert counts.sum() == np.trace(counts), name
        assert counts.sum() > 0, name


def test_a_detection_every_200_ms_does_not_count_in_the_flutter_of_record_207(
    tmp_path: Path,
) -> None:
    """Record 207 has six episodes of ventricular flutter, in all 143 s."""
    reference = DATABASE / "207.atr"
    test = write_annotations(tmp_path / "207.tst", range(72, 650_000, 72), "V" * 9027)
    period = Period(start_s=0)
    counts = score_files(FilePair(reference=reference, test=test), period=period)
    labels = read_labels(reference)
    spans = list(zip(labels.fibrillation.first, labels.fibrillation.last, strict=True))
    assert len(spans) == 6
    inside = sum(any(a <= t <= b for a, b in spans) for t in range(72, 650_000, 72))
    paired = counts[:5, :5].sum()
    assert counts[ROWS.index("O")].sum() == 9027 - paired - inside
    # bxb remembers the last two episodes, which are enough here.
    quirks = score_files(FilePair(reference=reference, test=test), period=period, bxb_quirks=True)
    np.testing.assert_array_equal(counts, quirks)
