"""Takes the models into the wheel; all else stands in pyproject.toml."""

from pathlib import Path
from shutil import copyfile

from setuptools import setup
from setuptools.command.build_py import build_py


class BuildWithModels(build_py):
    """The package, and the ONNX files of models/ in ecgfuse/models_onnx/.

    `find_model` looks there first. Folders of models/, such as heartbeat, stay folders.
    """

    def run(self) -> None:
        """Copy both; an editable install finds the models in the clone."""
        super().run()
        if self.editable_mode:
            return
        folder = Path(self.build_lib) / "ecgfuse" / "models_onnx"
        source = Path(__file__).parent / "models"
        models = sorted(source.rglob("*.onnx"))
        if not models:
            raise FileNotFoundError("models/*.onnx is missing; run 'dvc repro export' first")
        for model in models:
            copy = folder / model.relative_to(source)
            copy.parent.mkdir(parents=True, exist_ok=True)
            copyfile(model, copy)


setup(cmdclass={"build_py": BuildWithModels})
