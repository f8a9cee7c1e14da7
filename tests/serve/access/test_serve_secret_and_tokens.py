"""The secret of an installation, and the token file."""

from pathlib import Path

import pytest
from serving import ANNA, BEN, write_tokens

from ecgfuse.serve.access.secret import Secret, read_secret
from ecgfuse.serve.access.tokens import read_tokens


def test_a_secret_is_made_once_for_its_owner_alone(tmp_path: Path) -> None:
    secret = read_secret(tmp_path)
    assert read_secret(tmp_path) == secret
    assert (tmp_path / "secret").stat().st_mode & 0o777 == 0o600
    assert [path.name for path in tmp_path.iterdir()] == ["secret"]


def test_a_secret_is_not_shown() -> None:
    assert "abc" not in repr(Secret("abc"))


def test_keys_of_two_purposes_differ() -> None:
    secret = Secret("a" * 64)
    assert secret.key("session") != secret.key("owner")
    assert secret.digest("logs", "x") != secret.digest("logs", "y")
    assert secret.digest("logs", "x") != Secret("b" * 64).digest("logs", "x")


def test_a_damaged_secret_is_refused(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("")
    with pytest.raises(ValueError, match=r"secret is damaged; restore it from a backup"):
        read_secret(tmp_path)


def test_a_token_belongs_to_its_person(tmp_path: Path) -> None:
    tokens = read_tokens(write_tokens(tmp_path))
    assert (tokens.name_of(ANNA), tokens.name_of(BEN)) == ("anna", "ben")
    for other in ("", "anna", ANNA[:-1], ANNA + "a", "é"):
        assert tokens.name_of(other) is None
    assert ANNA not in repr(tokens)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "holds no token"),
        ("# nobody\n", "holds no token"),
        ("anna\n", "line 1: not a name and a token; write lines such as"),
        (f"anna {ANNA} extra\n", "line 1: not a name and a token"),
        ("\nanna short\n", "line 2: the token of anna has less than 20 characters"),
        (f"anna {ANNA}\nanna {BEN}\n", "line 2: name or token stands there twice"),
        (f"anna {ANNA}\nben {ANNA}\n", "line 2: name or token stands there twice"),
    ],
)
def test_a_malformed_token_file_is_refused(tmp_path: Path, text: str, message: str) -> None:
    path = tmp_path / "tokens"
    path.write_text(text)
    path.chmod(0o600)
    with pytest.raises(ValueError, match=message) as error:
        read_tokens(path)
    assert ANNA not in str(error.value)


def test_a_token_file_that_everybody_can_read_is_refused(tmp_path: Path) -> None:
    path = write_tokens(tmp_path)
    path.chmod(0o644)
    with pytest.raises(ValueError, match="everybody can read it; run 'chmod 600"):
        read_tokens(path)


def test_a_missing_token_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"cannot be read \(No such file"):
        read_tokens(tmp_path / "tokens")
