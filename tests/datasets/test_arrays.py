"""An array comes back as it was saved, and a missing one is told with what makes it."""

from pathlib import Path

import numpy as np
import pytest

from ecgfuse.datasets.arrays import load_array


def test_an_array_comes_back_as_it_was(tmp_path: Path) -> None:
    np.save(tmp_path / "a.npy", np.arange(6, dtype=np.float32).reshape(2, 3))
    found = load_array(tmp_path / "a.npy", made_by="dvc repro rr")
    np.testing.assert_array_equal(found, np.arange(6).reshape(2, 3))
    assert found.dtype == np.float32


def test_a_missing_array_is_told_with_what_makes_it(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"a\.npy: no such file; make it with 'dvc repro rr'"):
        load_array(tmp_path / "a.npy", made_by="dvc repro rr")
