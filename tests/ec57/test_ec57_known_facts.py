"""On the real MIT-BIH database the counts are those that bxb and the literature give.

It lies beside the checkout where there is one; without it these tests are skipped.
"""

from pathlib import Path

import numpy as np
import pytest

from ecgfuse.datasets.splits import SplitConfig
from ecgfuse.ec57.compare import FilePair, Period, compare_files
from ecgfuse.ec57.mapping import CLASSES, EC57_CLASSES, LITERATURE_CLASSES
from ecgfuse.params import load_params

ROOT = Path(__file__).parents[2]
DATABASE = ROOT.parent / "shared" / "data" / "mitdb"

pytestmark = pytest.mark.skipif(
    not DATABASE.is_dir(), reason="the real database is not beside the checkout"
)


def with_itself(name: str, *, start_s: float, literature: bool = False) -> np.ndarray:
    """The matrix of a reference file compared with itself."""
    path = DATABASE / f"{name}.atr"
    return compare_files(
        FilePair(reference=path, test=path),
        period=Period(start_s=start_s),
        class_of_symbol=LITERATURE_CLASSES if literature else EC57_CLASSES,
    )


def test_record_221_gives_the_numbers_that_bxb_printed() -> None:
    """The line of bxb -L in issue 63 of MIT-LCP/physionet: Nn' 1806, Vv 345, nothing else.

    It was made without the header, when WFDB assumes 250 Hz: 5 minutes are 75,000 samples.
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
def test_ds2_has_the_known_numbers_of_beats(
    start_s: float, literature: bool, expected: list[int]
) -> None:
    records = load_params(SplitConfig, path=ROOT / "params.yaml").test
    matrices = [with_itself(n, start_s=start_s, literature=literature) for n in records]
    of_reference = np.sum(matrices, axis=0).sum(axis=1)[: len(CLASSES)]
    assert of_reference.tolist() == expected


def test_flutter_of_record_207_is_left_out_and_shutdowns_excuse_nothing_in_a_perfect_file() -> None:
    for name in ("105", "207"):
        counts = with_itself(name, start_s=0)
        assert counts.sum() == np.trace(counts)
