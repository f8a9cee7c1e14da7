import os

import pytest

SUMS = "src/ecgfuse/sums.py"


@pytest.mark.parametrize(
    ("path", "old", "new"),
    [
        (SUMS, '"""Add."""', '"""Add, and scale."""'),
        (SUMS, '"""Sums."""\n', ""),
        (SUMS, "# scaled", "# scaled by a constant"),
        (SUMS, "Adder(x).add(by) * SCALE", "(\n        Adder(x).add(by)\n        * SCALE\n    )"),
        (SUMS, '[x, "text"]', "[x, 'text',]"),
        (SUMS, "x: int, *, by: int", "x: float, *, by: 'float'"),
        (SUMS, "import functools\n", "import functools\nimport json\n"),
        (SUMS, "return compute(x)", "return compute(x + 1)"),
        ("src/ecgfuse/numbers.py", "return SCALE", "return 2 * SCALE"),
        ("src/ecgfuse/constants.py", "OTHER = 3", "OTHER = 4"),
    ],
)
def test_an_edit_without_effect_on_a_run_changes_nothing(repository, path, old, new):
    before = repository.fingerprints()
    repository.edit(path, old, new)
    assert repository.fingerprints() == before


@pytest.mark.parametrize(
    ("path", "old", "new"),
    [
        (SUMS, "add(by)", "add(2 * by)"),
        (SUMS, "by: int = LIMIT", "by: int = LIMIT + 1"),
        (SUMS, "LIMIT = 3", "LIMIT = 4"),
        (SUMS, "def compute", "@functools.cache\ndef compute"),
        ("src/ecgfuse/numbers.py", "self.x + y", "self.x - y"),
        ("src/ecgfuse/constants.py", "SCALE = 2", "SCALE = 2.0"),
        ("stages/one.py", "print(compute(1))", "print(compute(2))"),
    ],
)
def test_an_edit_changes_only_the_stages_that_reach_it(repository, path, old, new):
    before = repository.fingerprints()
    repository.edit(path, old, new)
    after = repository.fingerprints()
    assert {stage for stage in after if after[stage] != before[stage]} == {"one"}


RAISING = """
_CURE = "fetch it again"

def check(x, names):
    if x < 0:
        raise ValueError("x is negative")
    if x > 9:
        raise ValueError(f"x is {x}; {_CURE}" + (f", {x:.1f}" if x else "")) from None
    if x == 7:
        raise KeyError(names["seven"])
    require(x != 8, field="x", value=x, cure="must not be 8")
    return x if x == 5 else "five"
"""


@pytest.fixture
def raising(repository):
    """A repository where stage one calls a function that raises."""
    repository.write("src/ecgfuse/check.py", RAISING)
    repository.write("stages/one.py", "from ecgfuse.check import check\nprint(check(5, {}))\n")
    return repository


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('"x is negative"', '"negative; give a positive x"'),
        ('"x is negative"', 'f"negative; " "give a positive x"'),
        ('f"x is {x}; {_CURE}"', 'f"{x} is not allowed as x; {_CURE}"'),
        ('f"x is {x}; {_CURE}" +', 'f"x is {x}; " + f"{_CURE} now" +'),
        ('f", {x:.1f}"', 'f" (about {x:.1f})"'),
        ('else "")', 'else "; try again")'),
        ('"must not be 8"', '"must be another number than 8"'),
        ('"must not be 8"', '("must be another number " + "than 8")'),
        ('"fetch it again"', '"copy it again"'),
    ],
)
def test_the_words_of_an_error_message_change_nothing(raising, old, new):
    before = raising.fingerprints()
    raising.edit("src/ecgfuse/check.py", old, new)
    assert raising.fingerprints() == before


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('ValueError("x is negative")', 'TypeError("x is negative")'),
        ('ValueError("x is negative")', "ValueError(0)"),
        ("if x < 0", "if x <= 0"),
        ("x is {x};", "x is {x!r};"),
        ("x is {x};", "x is {names};"),
        ("from None", "from OSError()"),
        ('names["seven"]', 'names["eight"]'),
        ('field="x"', 'field="y"'),
        ('x if x == 5 else "five"', 'x if x == 5 else "six"'),
    ],
)
def test_everything_else_about_an_error_changes_the_fingerprints(raising, old, new):
    before = raising.fingerprints()
    raising.edit("src/ecgfuse/check.py", old, new)
    assert raising.fingerprints()["one"] != before["one"]


def test_an_edit_changes_only_the_line_of_what_was_edited(repository):
    before = repository.fingerprints()["one"].splitlines()
    repository.edit("src/ecgfuse/constants.py", "SCALE = 2", "SCALE = 5")
    after = repository.fingerprints()["one"].splitlines()
    changed = [old for old, new in zip(before, after, strict=True) if old != new]
    assert [line.split()[0] for line in changed] == ["SCALE"]


def test_moving_and_renaming_modules_changes_nothing(repository):
    before = repository.fingerprints()
    (repository.root / "src/ecgfuse/sums.py").rename(repository.root / "src/ecgfuse/additions.py")
    repository.write("src/ecgfuse/deep/__init__.py", "")
    repository.write("src/ecgfuse/deep/scales.py", "SCALE = 2\n")
    repository.edit("src/ecgfuse/constants.py", "SCALE = 2\n", "")
    repository.edit("src/ecgfuse/numbers.py", "ecgfuse.constants", "ecgfuse.deep.scales")
    repository.edit("stages/one.py", "ecgfuse.sums", "ecgfuse.additions")
    repository.edit("stages/two.py", "ecgfuse.sums", "ecgfuse.additions")
    assert repository.fingerprints() == before


def test_a_name_imported_from_elsewhere_changes_the_fingerprints(repository):
    before = repository.fingerprints()
    repository.write("src/ecgfuse/twice.py", "SCALE = 4\n")
    repository.edit("src/ecgfuse/numbers.py", "ecgfuse.constants", "ecgfuse.twice")
    assert repository.fingerprints()["one"] != before["one"]


def test_swapped_definitions_change_the_fingerprints(repository):
    repository.write("src/ecgfuse/a.py", "def f():\n    return 1\n")
    repository.write("src/ecgfuse/b.py", "def f():\n    return 2\n")
    imports = "from ecgfuse.a import f\nfrom ecgfuse.b import f as g\n"
    repository.write("stages/one.py", imports + "print(f() - g())\n")
    before = repository.fingerprints()
    repository.edit("stages/one.py", imports, imports.replace(".a", ".c").replace(".b", ".a"))
    repository.edit("stages/one.py", "ecgfuse.c", "ecgfuse.b")
    assert repository.fingerprints()["one"] != before["one"]


def test_definitions_of_equal_text_are_distinguished_by_what_they_use(repository):
    for name, value in (("a", 1), ("b", 2)):
        repository.write(f"src/ecgfuse/{name}_x.py", f"X = {value}\n")
        text = f"from ecgfuse.{name}_x import X\n\ndef f():\n    return X\n"
        repository.write(f"src/ecgfuse/{name}.py", text)
    repository.write(
        "stages/one.py",
        "from ecgfuse.a import f\nfrom ecgfuse.b import f as g\nprint(f() - g())\n",
    )
    before = repository.fingerprints()
    repository.write(
        "stages/one.py",
        "from ecgfuse.b import f\nfrom ecgfuse.a import f as g\nprint(f() - g())\n",
    )
    assert repository.fingerprints()["one"] != before["one"]


def test_another_library_function_imported_under_the_same_name_changes_the_fingerprints(repository):
    repository.write("stages/one.py", "from numpy import sin as f\nprint(f(1))\n")
    before = repository.fingerprints()
    repository.edit("stages/one.py", "sin as f", "cos as f")
    assert repository.fingerprints()["one"] != before["one"]


def test_the_order_of_statements_with_effects_matters(repository):
    repository.write("src/ecgfuse/effects.py", "X = []\nX.append(1)\nX.append(2)\n")
    repository.write("stages/one.py", "import ecgfuse.effects\n")
    before = repository.fingerprints()
    repository.write("src/ecgfuse/effects.py", "X = []\nX.append(2)\nX.append(1)\n")
    assert repository.fingerprints()["one"] != before["one"]


def test_fingerprints_are_reproducible(repository):
    assert repository.fingerprints() == repository.fingerprints()


def test_unchanged_files_are_not_touched_and_files_of_deleted_scripts_are_removed(repository):
    repository.write("studies/many/stages/three.py", "print(3)\n")
    assert set(repository.fingerprints()) == {"one", "two", "many/three"}
    file = repository.root / "code/one.txt"
    os.utime(file, ns=(1, 1))
    (repository.root / "studies/many/stages/three.py").unlink()
    repository.edit("stages/two.py", "other(1)", "other(2)")
    assert set(repository.fingerprints()) == {"one", "two"}
    assert file.stat().st_mtime_ns == 1
    assert not (repository.root / "code/many").exists()


def test_a_syntax_error_is_reported_and_leaves_all_files_unchanged(repository):
    before = repository.fingerprints()
    repository.edit("stages/one.py", "compute(1)", "compute(2)")
    repository.edit(SUMS, "LIMIT = 3", "LIMIT = = 3")
    with pytest.raises(ValueError, match=r"src/ecgfuse/sums\.py:7: invalid syntax"):
        repository.fingerprints()
    files = {path.stem: path.read_text() for path in (repository.root / "code").glob("*.txt")}
    assert files == before


def test_fingerprints_do_not_contain_the_path_of_the_repository(repository):
    assert all(str(repository.root) not in text for text in repository.fingerprints().values())
