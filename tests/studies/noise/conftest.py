"""Inputs of the noise stage: short synthetic recordings, synthetic noise and small models."""

import json

import pytest
from noise_inputs import CONFIG, RECORDS, write_models

from ecgfuse.preprocess.config import PreprocessConfig
from ecgfuse.studies.noise.run import NoisePaths
from ecgfuse.synthetic.database import write_synthetic_database
from ecgfuse.synthetic.noise import write_synthetic_noise


@pytest.fixture(scope="session")
def noise_paths(
    tmp_path_factory: pytest.TempPathFactory, preprocess_config: PreprocessConfig
) -> NoisePaths:
    """Inputs of the noise stage, read-only; outputs do not exist yet."""
    root = tmp_path_factory.mktemp("noise")
    paths = NoisePaths(
        recordings=root / "mitdb",
        noise=root / "nstdb",
        models=root / "models",
        plots=root / "plots",
        results=root / "results" / "noise.json",
        metrics=root / "metrics" / "noise.json",
    )
    paths.recordings.mkdir()
    paths.noise.mkdir()
    write_synthetic_database(paths.recordings, minutes=0.5, seed=1, records=RECORDS)
    write_synthetic_noise(paths.noise, records=CONFIG.kinds, seed=1)
    for folder, kind in ((paths.recordings, "real"), (paths.noise, "synthetic")):
        dataset = {"database": folder.name, "kind": kind, "version": "1.0.0"}
        (folder / "dataset.json").write_text(json.dumps(dataset))
    write_models(paths.models, preprocess_config)
    return paths
