from pathlib import Path

import pytest

from ecgfuse.pipeline.code.loaded import loaded_params


@pytest.fixture
def loading(repository):
    """A repository with configuration classes of two groups."""
    repository.write("src/ecgfuse/pipeline/__init__.py", "")
    repository.write(
        "src/ecgfuse/pipeline/params.py",
        "def load_params(config):\n    return config\n",
    )
    repository.write(
        "src/ecgfuse/config.py",
        """\
        from typing import ClassVar

        class TrainConfig:
            group: ClassVar[str] = "train"

        class LongTrainConfig(TrainConfig):
            epochs: int = 9

        class PretrainConfig:
            group = "pretrain"
        """,
    )
    return repository


def loaded(repository, text):
    imports = "from ecgfuse.config import *\nfrom ecgfuse.pipeline.params import load_params\n"
    repository.write("stages/one.py", imports + text)
    return loaded_params(Path("stages/one.py"), root=repository.root)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("load_params(TrainConfig)", {"train"}),
        ("load_params(LongTrainConfig)", {"train"}),
        ("load_params(config=TrainConfig)", {"train"}),
        ("load_params(PretrainConfig).size", {"pretrain.size"}),
        ("load_params(TrainConfig).x, load_params(TrainConfig)", {"train"}),
        ("load_params(TrainConfig).x, load_params(TrainConfig).y", {"train.x", "train.y"}),
        ("import ecgfuse.config as c\nload_params(c.PretrainConfig)", {"pretrain"}),
        ("import ecgfuse.pipeline.params as p\np.load_params(PretrainConfig)", {"pretrain"}),
        ("from ecgfuse.pipeline.params import load_params as p\np(PretrainConfig)", {"pretrain"}),
    ],
)
def test_the_group_of_the_configuration_is_found(loading, text, expected):
    assert loaded(loading, text) == expected


def test_only_reached_functions_count(loading):
    loading.write(
        "src/ecgfuse/work.py",
        """\
        from ecgfuse.config import PretrainConfig, TrainConfig
        from ecgfuse.pipeline.params import load_params

        def work():
            return load_params(TrainConfig)

        def idle():
            return load_params(PretrainConfig)
        """,
    )
    assert loaded(loading, "from ecgfuse.work import work\nwork()\n") == {"train"}


@pytest.mark.parametrize(
    "text", ["for c in (TrainConfig,):\n    load_params(c)", "map(load_params, [TrainConfig])"]
)
def test_a_group_that_cannot_be_determined_is_an_error(loading, text):
    with pytest.raises(ValueError, match=r"stages/one\.py:\d: cannot determine which group"):
        loaded(loading, text)
