"""The running of hygiene checks; what each check finds is shown in tests/ontology."""

from __future__ import annotations

from pathlib import Path

import pytest
from pyoxigraph import NamedNode, Quad

from kg import hygiene
from kg.corpus import Corpus
from kg.errors import InputError
from kg.findings import Finding
from kg.load import Source
from kg.names import Names
from kg.settings import Settings
from kg.turtle import parse_turtle

HEAD = "# title: A title\n# severity: warning\n# message: Mend it.\n"
ROW = "SELECT ?focus ?path ?value ?graph { GRAPH ?graph { ?focus ?path ?value } }"
TRIPLE = b"<https://example.org/a> <https://example.org/p> 1 ."


def judged(folder: Path, names: Names, query: str, file: str = "data/a.ttl") -> list[Finding]:
    """Run one check over two files that say the same, of which one is judged."""
    (folder / "ontology" / "checks").mkdir(parents=True)
    (folder / "ontology" / "checks" / "odd.rq").write_text(query, encoding="utf-8")
    corpus = Corpus(judged={file})
    for name in ("data/a.ttl", "data/b.ttl"):
        graph = names.graph_iri(name)
        corpus.sources[name] = Source(folder / name, name, graph)
        corpus.quads[name] = [Quad(*triple, NamedNode(graph)) for triple in parse_turtle(TRIPLE, name)]
    return list(hygiene.judge(Settings(root=folder), corpus, names))


def test_row_is_a_finding_of_the_judged_file(names: Names, tmp_path: Path) -> None:
    (found,) = judged(tmp_path, names, HEAD + ROW)
    assert str(found) == (
        'data/a.ttl: warning: check:odd: <https://example.org/a>: https://example.org/p: "1"^^xsd:integer: Mend it.'
    )


def test_file_is_looked_for_where_the_check_names_no_graph(names: Names, tmp_path: Path) -> None:
    query = HEAD + "SELECT ?focus ?path ?value { ?focus ?path ?value }"
    assert [found.file for found in judged(tmp_path, names, query, "data/b.ttl")] == ["data/b.ttl"]


@pytest.mark.parametrize(
    ("query", "message"),
    [
        (HEAD.replace("# severity: warning\n", "") + ROW, '"# severity: …", it has 0'),
        (HEAD + "SELECT ?focus {", r"ontology/checks/odd\.rq:\d+:\d+: "),
        (HEAD + "ASK {}", r"ontology/checks/odd\.rq: a SELECT query is expected"),
    ],
)
def test_check_that_is_none_is_said(names: Names, tmp_path: Path, query: str, message: str) -> None:
    with pytest.raises(InputError, match=message):
        judged(tmp_path, names, query)
