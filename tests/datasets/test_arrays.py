"""An array is read back as saved, and a missing one is reported with the cure."""

from pathlib import Path

import numpy as np
import pytest

from ecgfuse.datasets.arrays import load_array


def test_an_array_is_read_back_as_saved(tmp_path: Path) -> None:
    np.save(tmp_path / "a.npy", np.arange(6, dtype=np.float32).reshape(2, 3))
    found = load_array(tmp_path / "a.npy")
    np.testing.assert_array_equal(found, np.arange(6).reshape(2, 3))
    assert found.dtype == np.float32


def test_a_missing_array_is_reported_with_the_folder_to_write_again(tmp_path: Path) -> None:
    with pytest.raises(
        ValueError, match=r"rr/a\.npy: no such file; run the stage that writes .*/rr again"
    ):
        load_array(tmp_path / "rr/a.npy")
