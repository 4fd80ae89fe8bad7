"""Query files with a head of comments."""

from __future__ import annotations

from pathlib import Path

import pytest

from kg.errors import EnvironmentFault, InputError
from kg.queryfile import read_queries, read_query

TEXT = "# title: A title\n# parameter: a iri\n# parameter: b iri\n# just a comment\n# late: no\nSELECT * {}\n"


def written(folder: Path, data: bytes = TEXT.encode()) -> Path:
    path = folder / "some-query.rq"
    path.write_bytes(data)
    return path


def test_head_ends_at_the_first_line_that_is_no_key(tmp_path: Path) -> None:
    file = read_query(written(tmp_path))
    assert file.name == "some-query"
    assert file.head == {"title": ["A title"], "parameter": ["a iri", "b iri"]}
    assert file.text == TEXT


def test_one_gives_the_only_value(tmp_path: Path) -> None:
    file = read_query(written(tmp_path))
    assert file.one("title") == "A title"
    with pytest.raises(InputError, match=r'exactly one line "# parameter: …", it has 2'):
        file.one("parameter")
    with pytest.raises(InputError, match="it has 0"):
        file.one("severity")


def test_folder_is_read_by_name(tmp_path: Path) -> None:
    for name in ("b", "a"):
        (tmp_path / f"{name}.rq").write_text("# title: x\n", encoding="utf-8")
    assert [file.name for file in read_queries(tmp_path)] == ["a", "b"]


def test_what_cannot_be_read_is_said(tmp_path: Path) -> None:
    with pytest.raises(EnvironmentFault, match=r"no \.rq files there"):
        read_queries(tmp_path)
    with pytest.raises(EnvironmentFault, match=r"nowhere\.rq: cannot be read"):
        read_query(tmp_path / "nowhere.rq")
    with pytest.raises(EnvironmentFault, match="cannot be read"):
        read_query(written(tmp_path, b"\xff\xfe"))
