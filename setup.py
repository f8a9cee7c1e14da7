"""Takes the models into the wheel; all else stands in pyproject.toml."""

from pathlib import Path
from shutil import copyfile

from setuptools import setup
from setuptools.command.build_py import build_py


class BuildWithModels(build_py):
    """The package, and models/*.onnx as ecgfuse/models_onnx/, where `find_model` looks first."""

    def run(self) -> None:
        """Copy both; an editable install finds the models in the clone."""
        super().run()
        if self.editable_mode:
            return
        folder = Path(self.build_lib) / "ecgfuse" / "models_onnx"
        folder.mkdir(parents=True, exist_ok=True)
        models = sorted((Path(__file__).parent / "models").glob("*.onnx"))
        if not models:
            raise FileNotFoundError("models/*.onnx is missing; run 'dvc repro export' first")
        for model in models:
            copyfile(model, folder / model.name)


setup(cmdclass={"build_py": BuildWithModels})
