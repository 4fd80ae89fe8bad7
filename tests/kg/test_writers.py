"""The file of writers: whose token it is, until when, and who may read it."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from kg.errors import EnvironmentFault
from kg.writers import make_token, read_writers, writer_of


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "writers"
    path.touch(0o600)
    return path


def test_a_token_is_known_by_its_line(file: Path) -> None:
    token, line = make_token()
    other, _ = make_token()
    file.write_text(f"# the curators\n\n{make_token()[1]} # gone soon\n{line}\n", encoding="utf-8")
    assert writer_of(token, file) == token[:8]
    assert [writer_of(wrong, file) for wrong in (other, token[:-1], token[:8], "", line)] == [None] * 5
    assert token.partition(".")[2] not in file.read_text(encoding="utf-8")
    file.write_text("", encoding="utf-8")
    assert writer_of(token, file) is None


def test_a_token_ends_with_its_last_day(file: Path) -> None:
    today = datetime.now(UTC).date()
    lasting, line = make_token(today + timedelta(days=1))
    over, line_over = make_token(today - timedelta(days=1))
    file.write_text(f"{line}\n{line_over}\n", encoding="utf-8")
    assert writer_of(lasting, file) == lasting[:8]
    assert writer_of(over, file) is None
    assert [writer.last for writer in read_writers(file)] == [today + timedelta(days=1), today - timedelta(days=1)]


def test_no_two_tokens_are_the_same() -> None:
    tokens = [make_token(date(2030, 1, 1)) for _ in range(100)]
    assert len({token for token, _ in tokens}) == 100
    assert all(len(token) > 43 and line.endswith(" 2030-01-01") for token, line in tokens)


@pytest.mark.parametrize("mode", [0o644, 0o604, 0o620])
def test_nobody_else_may_read_or_change_the_file(mode: int, file: Path) -> None:
    file.chmod(mode)
    with pytest.raises(EnvironmentFault, match="chmod 600"):
        read_writers(file)


@pytest.mark.parametrize("line", ["hello", "0123abcd 0123", make_token()[0], f"{make_token()[1]} 2027-13-01"])
def test_a_line_that_is_none_is_named_and_never_quoted(line: str, file: Path) -> None:
    file.write_text(f"\n{line}\n", encoding="utf-8")
    with pytest.raises(EnvironmentFault) as error:
        read_writers(file)
    assert str(error.value) == f"{file}:2: not a line that `servanda token` prints"


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(EnvironmentFault, match="No such file"):
        read_writers(tmp_path / "writers")
