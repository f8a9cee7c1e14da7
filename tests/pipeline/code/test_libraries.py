import pytest


def script(repository, text):
    repository.write("stages/one.py", text)


def test_a_library_counts_with_its_requirements(repository):
    script(repository, "import pandas as pd\nprint(pd.DataFrame())\n")
    names = [pin.partition("==")[0] for pin in repository.pins()]
    assert names == ["numpy", "pandas", "python-dateutil", "six"]


def test_a_new_pin_changes_only_the_stages_that_use_the_library(repository):
    script(repository, "import pandas as pd\nprint(pd.DataFrame())\n")
    before = repository.fingerprints()
    repository.edit("requirements.txt", "six==1.17.0", "six==1.18.0")
    after = repository.fingerprints()
    assert after["one"] != before["one"]
    assert after["two"] == before["two"]
    repository.edit("requirements.txt", "PyYAML==6.0.3", "PyYAML==6.1")
    assert repository.fingerprints() == after


def test_a_library_is_found_by_its_import_name(repository):
    script(repository, "import yaml\n")
    assert repository.pins() == ["PyYAML==6.0.3"]


def test_a_library_counts_only_where_it_is_used(repository):
    repository.write(
        "src/ecgfuse/reading.py",
        """\
        import numpy as np
        import yaml

        def read():
            return yaml.load

        def lazily():
            import six

        def compute():
            return np.ones(1)
        """,
    )
    script(repository, "from ecgfuse.reading import read\nread()\n")
    assert repository.pins() == ["PyYAML==6.0.3"]
    script(repository, "from ecgfuse.reading import lazily\nlazily()\n")
    assert repository.pins() == ["six==1.17.0"]


def test_an_unpinned_library_is_an_error_with_a_cure(repository):
    script(repository, "import torch\n")
    with pytest.raises(ValueError, match=r"one\.py:1: torch is not pinned .* torch==VERSION"):
        repository.pins()


def test_an_unpinned_library_is_allowed_where_its_absence_is_handled(repository):
    script(
        repository,
        """\
        try:
            import nowhere
        except ImportError:
            nowhere = None
        print(nowhere)
        """,
    )
    assert repository.pins() == []


def test_a_pinned_library_that_is_not_installed_is_an_error(repository):
    repository.edit("requirements.txt", "six==1.17.0", "not-there==1.0")
    script(repository, "import not_there\n")
    with pytest.raises(ValueError, match=r"not-there==1\.0 is not installed.*pip install -r"):
        repository.pins()
