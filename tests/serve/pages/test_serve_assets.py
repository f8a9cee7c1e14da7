"""Static files under addresses that change with their contents."""

from pathlib import Path

import pytest

from ecgfuse.serve.pages.assets import DIGEST_LENGTH, read_static_files


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "js").mkdir()
    (tmp_path / "js" / "a.js").write_text("1")
    (tmp_path / "b.css").write_text("2")
    return tmp_path


def test_files_are_listed_by_their_path_in_the_folder(folder: Path) -> None:
    files = read_static_files(folder)
    assert files.names == {"js/a.js", "b.css"}
    assert files.size("b.css") == 1


def test_digest_stays_while_nothing_changes(folder: Path) -> None:
    assert read_static_files(folder) == read_static_files(folder)
    assert len(read_static_files(folder).digest) == DIGEST_LENGTH


def test_digest_changes_with_a_content_and_with_a_name(folder: Path) -> None:
    digests = [read_static_files(folder).digest]
    (folder / "b.css").write_text("3")
    digests.append(read_static_files(folder).digest)
    (folder / "b.css").rename(folder / "c.css")
    digests.append(read_static_files(folder).digest)
    assert len(set(digests)) == 3


def test_a_misspelt_file_is_an_error_that_names_it(folder: Path) -> None:
    with pytest.raises(ValueError, match=r"'js/b.js' is not in"):
        read_static_files(folder).require("js/b.js")
