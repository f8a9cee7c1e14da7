from pathlib import Path

import pytest

from ecgfuse.pipeline.code.reach import reach


def script(repository, text):
    repository.write("stages/one.py", text)


def module(repository, name, text):
    repository.write(f"src/ecgfuse/{name}.py", text)


def test_names_are_followed_through_reexports_and_lazy_imports(repository):
    module(repository, "deep/__init__", "from ecgfuse.deep.inner import f, g\n")
    module(repository, "deep/inner", "X = 1\n\ndef f():\n    return X\n\ndef g():\n    pass\n")
    script(
        repository,
        """\
        def main():
            from ecgfuse.deep import f
            f()
        """,
    )
    assert repository.reached() == {"f", "X"}


@pytest.mark.parametrize(
    "text",
    [
        "import ecgfuse.constants\nprint(ecgfuse.constants.SCALE)\n",
        "import ecgfuse.constants as c\nprint(c.SCALE)\n",
        "from ecgfuse import constants\nprint(constants.SCALE)\n",
        "from ecgfuse import constants as c\nprint(c.SCALE.real)\n",
        "from ecgfuse.numbers import SCALE as s\nprint(s)\n",
        "import ecgfuse.numbers\nprint(ecgfuse.constants.SCALE)\n",
    ],
)
def test_only_the_used_names_of_a_module_are_reached(repository, text):
    script(repository, text)
    assert repository.reached() == {"SCALE"}


@pytest.mark.parametrize(
    "text",
    [
        "from ecgfuse import constants\nprint(getattr(constants, 'SCALE'))\n",
        "from ecgfuse import constants\nprint(vars(constants))\n",
        "from ecgfuse.constants import *\nprint(SCALE)\n",
        "import importlib\nimportlib.import_module('ecgfuse.constants')\n",
        "from importlib import import_module as f\nf('ecgfuse.constants')\n",
        "__import__('ecgfuse.constants')\n",
    ],
)
def test_a_module_used_as_an_object_is_reached_as_a_whole(repository, text):
    script(repository, text)
    assert repository.reached() == {"SCALE", "OTHER"}


def test_a_package_used_as_an_object_is_reached_with_all_its_modules(repository):
    module(repository, "deep/__init__", "A = 1\n")
    module(repository, "deep/inner", "B = 1\n")
    script(repository, "import ecgfuse.deep\nprint(getattr(ecgfuse.deep, 'inner'))\n")
    assert repository.reached() == {"A", "B"}


@pytest.mark.parametrize("call", ["globals()['f']()", "eval('f()')", "exec('f()')"])
def test_dynamic_code_reaches_its_whole_module(repository, call):
    module(repository, "dynamic", f"def run():\n    return {call}\n\ndef f():\n    return 1\n")
    script(repository, "from ecgfuse.dynamic import run\nrun()\n")
    assert repository.reached() == {"run", "f"}


def test_a_module_with_dynamic_attributes_is_reached_as_a_whole(repository):
    module(
        repository,
        "lazy",
        """\
        def __getattr__(name):
            return hidden

        def hidden():
            return 1
        """,
    )
    script(repository, "from ecgfuse.lazy import anything\nanything()\n")
    assert repository.reached() == {"__getattr__", "hidden"}


@pytest.mark.parametrize(
    "text",
    [
        "import importlib\n\ndef f(name):\n    importlib.import_module(name)\n",
        "import importlib\n\ndef f(name):\n    map(importlib.import_module, name)\n",
        "import sys\n\ndef f(name):\n    return sys.modules[name]\n",
        "class Base:\n    def __init_subclass__(cls):\n        pass\n\nf = Base\n",
        "def f(x):\n    return x.__subclasses__()\n",
        "def f(x):\n    return __import__(x)\n",
        "import runpy\n\ndef f(x):\n    runpy.run_path(x)\n",
    ],
)
def test_dynamic_imports_are_an_error_only_where_they_are_reached(repository, text):
    module(repository, "dynamic", text)
    script(repository, "import ecgfuse.dynamic\n")
    assert "f" not in repository.reached() or "class" in text
    script(repository, "from ecgfuse.dynamic import f\nf\n")
    with pytest.raises(
        ValueError, match=r"src/ecgfuse/dynamic\.py:\d: cannot determine which code"
    ):
        repository.reached()


def test_importing_a_module_reaches_its_statements_with_effects(repository):
    module(
        repository,
        "effects",
        """\
        import re
        from ecgfuse.constants import OTHER, SCALE

        PLAIN = OTHER
        PATTERN = re.compile("x")
        MADE = make(SCALE)
        TABLE = {}
        TABLE["a"] = 1
        try:
            TRIED = 1
        except ValueError:
            pass
        for LOOPED in (1, 2):
            pass
        COUNTED = [x for x in range(3)]
        PAIR, ED = 1, 2
        UNSURE = 1
        UNSURE = 2
        """,
    )
    script(repository, "import ecgfuse.effects\n")
    assert repository.reached() == {
        "MADE",
        "SCALE",
        "TABLE",
        "TRIED",
        "LOOPED",
        "COUNTED",
        "UNSURE",
    }


def test_code_that_runs_in_an_unreached_definition_is_reached(repository):
    module(
        repository,
        "definitions",
        """\
        from dataclasses import dataclass, field
        from functools import cache

        def register(f):
            FOUND.append(f)
            return f

        FOUND = []

        @register
        def registered():
            pass

        def by_call(x=register(int)):
            pass

        class Base:
            pass

        class Derived(Base):
            pass

        class WithEffects:
            FOUND.append(1)

        @dataclass
        class Plain:
            x: int = 1
            y: list = field(default_factory=list)

            @property
            def z(self):
                return helper()

        @cache
        def cached(x=1):
            pass

        def helper():
            pass
        """,
    )
    script(repository, "import ecgfuse.definitions\n")
    expected = {"register", "FOUND", "registered", "by_call", "Base", "WithEffects"}
    assert repository.reached() == expected


def test_annotations_are_followed_only_in_class_bodies(repository):
    module(
        repository,
        "types",
        """\
        from dataclasses import dataclass

        class Field: ...
        class Parameter: ...
        class Returned: ...
        class Local: ...
        class Quoted: ...

        @dataclass
        class Config:
            x: Field

            def method(self, x: Parameter, y: "Quoted") -> Returned:
                z: Local = x
                return z
        """,
    )
    script(repository, "from ecgfuse.types import Config\nConfig(1)\n")
    assert repository.reached() == {"Config", "Field"}


def test_code_for_type_checkers_and_for_running_a_module_as_a_script_is_not_reached(repository):
    module(
        repository,
        "parts",
        """\
        from typing import TYPE_CHECKING

        if TYPE_CHECKING:
            from ecgfuse.numbers import Adder
        else:
            Adder = 1

        def f():
            if TYPE_CHECKING:
                from ecgfuse.numbers import untouched
            return 1

        def g():
            pass

        if __name__ == "__main__":
            g()
        """,
    )
    script(repository, "from ecgfuse.parts import f\nf()\n")
    assert repository.reached() == {"f"}


def test_all_of_a_script_is_reached(repository):
    script(
        repository,
        """\
        from ecgfuse.numbers import untouched

        def main():
            untouched()

        if __name__ == "__main__":
            main()
        """,
    )
    assert repository.reached() == {"untouched", "SCALE"}


def test_both_definitions_of_a_name_are_reached(repository):
    module(
        repository,
        "twice",
        """\
        import sys
        from ecgfuse.constants import OTHER, SCALE

        if sys.platform == "linux":
            def f():
                return SCALE
        else:
            def f():
                return OTHER
        """,
    )
    script(repository, "from ecgfuse.twice import f\nf()\n")
    assert repository.reached() == {"f", "SCALE", "OTHER"}


def test_modules_that_import_each_other_are_followed(repository):
    module(repository, "a", "from ecgfuse import b\n\ndef f():\n    return b.g()\n")
    module(repository, "b", "from ecgfuse import a\n\ndef g():\n    return a.f\n")
    script(repository, "from ecgfuse.a import f\nf()\n")
    assert repository.reached() == {"f", "g"}


def test_relative_imports_are_followed(repository):
    module(repository, "deep/__init__", "from .inner import f\n")
    module(repository, "deep/inner", "from ..constants import SCALE\n\ndef f():\n    SCALE\n")
    script(repository, "from ecgfuse.deep import f\nf()\n")
    assert repository.reached() == {"f", "SCALE"}


def test_a_template_is_reached_by_its_name_and_includes_others(repository):
    repository.write("src/ecgfuse/page.html.j2", "{% include 'part.html.j2' %}")
    repository.write("src/ecgfuse/part.html.j2", "part")
    repository.write("src/ecgfuse/none.html.j2", "none")
    module(repository, "page", "def show():\n    return 'page.html.j2'\n")
    script(repository, "from ecgfuse.page import show\nshow()\n")
    files = reach(Path("stages/one.py"), root=repository.root).files
    assert [path.name for path in files] == ["page.html.j2", "part.html.j2"]
    before = repository.fingerprints()
    repository.write("src/ecgfuse/none.html.j2", "other")
    assert repository.fingerprints() == before
    repository.write("src/ecgfuse/part.html.j2", "other part")
    after = repository.fingerprints()
    assert after["one"] != before["one"]
    assert after["two"] == before["two"]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("from ecgfuse.nowhere import f\n", r"stages/one\.py:1: no module ecgfuse\.nowhere"),
        ("from ecgfuse.sums import nothing\nnothing()\n", r"one\.py:1: no 'nothing' in"),
    ],
)
def test_an_import_of_something_that_does_not_exist_is_an_error(repository, text, message):
    script(repository, text)
    with pytest.raises(ValueError, match=message):
        repository.reached()


def test_spans_include_the_decorators(repository):
    repository.edit("src/ecgfuse/sums.py", "def compute", "@functools.cache\ndef compute")
    spans = reach(Path("stages/one.py"), root=repository.root).spans()
    assert spans[Path("src/ecgfuse/sums.py")] == [(7, 7), (10, 13)]
