"""Format: a file is brought into the canonical form once, and never loses anything."""

import pytest

from kg.errors import InputError
from kg.format import formatted, rewrite
from kg.load import sources

LOOSE = "# The head stays.\n\n@prefix s: <https://w3id.org/servanda/id/state/> .\ns:kaz <urn:p> 2 ,\n 1 .\n"


def test_file_is_rewritten_once(tmp_path, names):
    path = tmp_path / "a.ttl"
    path.write_text(LOOSE)
    assert rewrite(path, names.prefixes)
    assert path.read_text() == (
        "# The head stays.\n@prefix state: <https://w3id.org/servanda/id/state/> .\n\nstate:kaz\n  <urn:p> 1 , 2 .\n"
    )
    assert not rewrite(path, names.prefixes)
    assert [item.name for item in tmp_path.iterdir()] == ["a.ttl"]


def test_check_changes_nothing(tmp_path, names):
    path = tmp_path / "a.ttl"
    path.write_text(LOOSE)
    assert rewrite(path, names.prefixes, check=True)
    assert path.read_text() == LOOSE


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            "<urn:s> <urn:p> 1 .\n# lost\n",
            "a.ttl:2: the comment '# lost' would be lost; move it to the head of the file",
        ),
        ("<urn:s> <urn:p> [] .\n", "a.ttl: _:b0: a blank node has no canonical place; give it an IRI"),
        ("<urn:s> <urn:p> .\n", "a.ttl:1:17: object expected"),
    ],
)
def test_what_would_be_lost_is_refused(tmp_path, names, text, message):
    path = tmp_path / "a.ttl"
    path.write_text(text)
    with pytest.raises(InputError) as caught:
        rewrite(path, names.prefixes, name="a.ttl")
    assert str(caught.value) == message
    assert path.read_text() == text


def test_data_of_the_repository_are_canonical(settings, names):
    files = sources(settings, ("data",))
    assert [file.name for file in files if formatted(file.path, names.prefixes) != file.path.read_text()] == []
