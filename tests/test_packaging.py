"""What is installed annotates without the repository."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from root import ROOT
from wfdb_records import write_record


@pytest.mark.slow
def test_the_built_package_brings_models_and_templates(tmp_path: Path) -> None:
    package = tmp_path / "package"
    subprocess.run(
        [sys.executable, "setup.py", "--quiet", "build_py", "--build-lib", str(package)],
        cwd=ROOT,
        check=True,
        capture_output=True,
        timeout=120,
    )
    installed, committed = (
        {path.relative_to(folder) for path in folder.rglob("*.onnx")}
        for folder in (package / "ecgfuse" / "models_onnx", ROOT / "models")
    )
    assert installed == committed  # with their folders, such as heartbeat/
    code = "import ecgfuse.annotate.model_file as f; print(f.__file__, f.find_model('best'))"
    environment = os.environ | {"PYTHONPATH": str(package)}
    found = subprocess.run(
        [sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True
    )
    assert found.stdout.split() == [
        str(package / "ecgfuse" / "annotate" / "model_file.py"),
        str(package / "ecgfuse" / "models_onnx" / "best.onnx"),
    ]
    record = write_record(tmp_path, symbols="NNVN")
    done = subprocess.run(
        [sys.executable, "-m", "ecgfuse", "annotate", str(record), "--beats", "atr"],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert (tmp_path / "annotated" / "r1.html").is_file()
