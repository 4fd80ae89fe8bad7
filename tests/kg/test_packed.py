"""Packed files: inflated within bounds, and a file that is none is told."""

import gzip

import pytest

from kg.errors import EnvironmentFault, SyntaxFault
from kg.packed import read_packed

TEXT = b"<urn:s> <urn:p> 1 .\n" * 1000


@pytest.mark.parametrize("parts", [1, 3])
def test_compressed_file_is_inflated(tmp_path, parts):
    (tmp_path / "f.ttl.gz").write_bytes(b"".join(gzip.compress(TEXT) for _ in range(parts)))
    assert read_packed(tmp_path / "f.ttl.gz", "f") == TEXT * parts


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (gzip.compress(bytes(50_000_000)), "f.gz: inflates to more than allowed"),
        (gzip.compress(TEXT)[:-9], "f.gz: the compressed file ends too early"),
        (TEXT, "f.gz: not a gzip file (Not a gzipped file (b'<u'))"),
        (b"\x1f\x8b\x08\x00" + bytes(6) + b"\xff" * 20, "f.gz: not a gzip file (Error -3 while decompressing data: "),
    ],
    ids=["bomb", "cut", "plain", "broken"],
)
def test_bad_file(tmp_path, data, message):
    (tmp_path / "f.gz").write_bytes(data)
    with pytest.raises(SyntaxFault) as caught:
        read_packed(tmp_path / "f.gz", "f.gz")
    assert str(caught.value).startswith(message)


def test_big_file_is_not_read_whole(tmp_path):
    (tmp_path / "f.ttl").write_bytes(TEXT)
    with pytest.raises(SyntaxFault, match=r"^f: more than 0 MB; only N-Triples and N-Quads may be longer$"):
        read_packed(tmp_path / "f.ttl", "f", len(TEXT) - 1)


def test_missing_file_and_folder(tmp_path):
    with pytest.raises(EnvironmentFault, match=r"^f: no such file$"):
        read_packed(tmp_path / "none", "f")
    with pytest.raises(EnvironmentFault, match=r"^f: cannot be read"):
        read_packed(tmp_path, "f")
