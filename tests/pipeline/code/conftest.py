from pathlib import Path

import pytest
from small_repository import Repository


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    """A repository with two stages: one uses compute of ecgfuse.sums, two uses other."""
    made = Repository(tmp_path)
    made.write(
        "src/ecgfuse/sums.py",
        '''\
        """Sums."""

        import functools

        from ecgfuse.numbers import SCALE, Adder

        LIMIT = 3


        def compute(x: int, *, by: int = LIMIT) -> int:
            """Add."""
            return Adder(x).add(by) * SCALE  # scaled


        def other(x):
            return [x, "text"]


        @functools.cache
        def unused(x):
            return compute(x)
        ''',
    )
    made.write(
        "src/ecgfuse/numbers.py",
        """\
        from ecgfuse.constants import SCALE

        class Adder:
            def __init__(self, x):
                self.x = x

            def add(self, y):
                return self.x + y


        def untouched():
            return SCALE
        """,
    )
    made.write("src/ecgfuse/constants.py", "SCALE = 2\nOTHER = 3\n")
    for stage, name in (("one", "compute"), ("two", "other")):
        made.write(
            f"stages/{stage}.py",
            f"""\
            from ecgfuse.sums import {name}

            def main():
                print({name}(1))

            if __name__ == "__main__":
                main()
            """,
        )
    return made
