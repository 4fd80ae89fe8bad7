"""What operations make of a store: in named graphs, in all statements together, one after the other."""

from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest
from pyoxigraph import Triple

from kg import graphs
from kg.errors import InputError, QueryRefused, QuerySyntaxError
from kg.names import Names
from kg.release import store_folder
from kg.settings import Limits, Settings
from kg.update_changes import changes, check_syntax
from kg.update_text import Dataset, parse
from tests.conftest import OPEN

D, NEW = "https://w3id.org/servanda/graph/default", "https://example.org/new"
A, P = "<https://example.org/a>", "<https://example.org/p>"
Run = Callable[..., dict[str, list[str]]]


@pytest.fixture
def run(two_graphs: Settings, names: Names, tmp_path: Path) -> Run:
    """Give a function that runs an update and returns the objects in each graph that has changed."""
    before = graphs.latest(two_graphs)

    def values(triples: list[Triple]) -> list[str]:
        return sorted(triple.object.value for triple in triples)

    def changed(text: str, *using: str) -> dict[str, list[str]]:
        (tmp_path / "scratch").mkdir()
        operations = parse(text, Limits(), names, Dataset(using))
        check_syntax(text, names)
        refusal = partial(graphs.refusal, names=names, before=before)
        found = changes(operations, store_folder(two_graphs), tmp_path / "scratch", names, refusal)
        return {graph: values(triples) for graph, triples in found.items()}

    return changed


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (f"INSERT DATA {{ GRAPH <{NEW}> {{ {A} {P} 7 }} }}", {NEW: ["7"]}),
        (f"INSERT DATA {{ {A} {P} 7 }}", {D: ["7"]}),
        # Held by other graphs already, and yet said of this one.
        (f"INSERT DATA {{ {A} {P} 1 }}", {D: ["1"]}),
        (f"DELETE DATA {{ GRAPH <{OPEN}> {{ {A} {P} 1 }} }}", {OPEN: ["3"]}),
        (f"INSERT DATA {{ GRAPH <{OPEN}> {{ {A} {P} 1 }} }}", {}),
        (f"DELETE DATA {{ {A} {P} 1 }}", {}),
        ("CLEAR DEFAULT", {}),
        (f"CREATE GRAPH <{NEW}>", {}),
        (f"DROP GRAPH <{OPEN}>", {OPEN: []}),
        (f"WITH <{OPEN}> DELETE {{ ?s ?p ?o }} INSERT {{ ?s ?p ?n }} WHERE {{ ?s ?p ?o BIND(?o + 10 AS ?n) }}",
         {OPEN: ["11", "13"]}),
        # Patterns see all statements together, each once.
        (f"INSERT {{ {A} {P} ?n }} WHERE {{ SELECT (COUNT(*) AS ?n) {{ ?s ?p ?o }} }}", {D: ["3"]}),
        (f"INSERT {{ GRAPH ?g {{ {A} {P} 9 }} }} WHERE {{ GRAPH ?g {{ ?s ?p 3 }} }}", {OPEN: ["1", "3", "9"]}),
        ("DELETE WHERE { GRAPH ?g { ?s ?p 3 } }", {OPEN: ["1"]}),
        # Each operation sees what those before it did; what no graph holds any more is gone.
        (f"DELETE DATA {{ GRAPH <{OPEN}> {{ {A} {P} 1 , 3 }} }} ; INSERT {{ {A} {P} ?n }} "
         "WHERE { SELECT (COUNT(*) AS ?n) { ?s ?p ?o } }", {D: ["2"], OPEN: []}),
        (f"INSERT DATA {{ {A} {P} 7 }} ; COPY DEFAULT TO <{NEW}> ; CLEAR DEFAULT ; ADD <{NEW}> TO <{OPEN}>",
         {NEW: ["7"], OPEN: ["1", "3", "7"]}),
        (f"INSERT DATA {{ {A} {P} 7 }} ; CLEAR DEFAULT", {}),
        (f"MOVE <{OPEN}> TO DEFAULT", {D: ["1", "3"], OPEN: []}),
        (f"MOVE DEFAULT TO <{OPEN}>", {OPEN: []}),
        # The two graphs share a statement, which USING counts once.
        (f"INSERT {{ {A} {P} ?n }} USING <{OPEN}> USING <https://w3id.org/servanda/graph/data/a> "
         "WHERE { SELECT (COUNT(*) AS ?n) { ?s ?p ?o } }", {D: ["3"]}),
        (f"INSERT {{ {A} {P} ?n }} USING NAMED <{OPEN}> "
         "WHERE { SELECT (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } } }",
         {D: ["2"]}),
    ],
)  # fmt: skip
def test_operations(text: str, expected: dict[str, list[str]], run: Run) -> None:
    assert run(text) == expected


def test_the_protocol_names_the_dataset(run: Run) -> None:
    assert run(f"INSERT {{ GRAPH <{NEW}> {{ ?s ?p ?o }} }} WHERE {{ ?s ?p ?o }}", OPEN) == {NEW: ["1", "3"]}


@pytest.mark.parametrize(
    "text",
    [
        f"INSERT DATA {{ GRAPH <graph/data/a> {{ {A} {P} 7 }} }}",
        "CLEAR ALL",
        "DROP NAMED",
        f"INSERT {{ GRAPH ?g {{ {A} {P} 9 }} }} WHERE {{ GRAPH ?g {{ ?s ?p 1 }} }}",
        "MOVE <graph/data/a> TO DEFAULT",
        f"CLEAR GRAPH <{OPEN}> ; CLEAR GRAPH <graph/derived>",
        f"INSERT DATA {{ GRAPH <graph/merged> {{ {A} {P} 7 }} }}",
    ],
)
def test_graphs_of_files_and_rules_are_not_written(text: str, run: Run) -> None:
    with pytest.raises(QueryRefused) as error:
        run(text)
    assert error.value.rule == "graph"
    assert "servanda build" in str(error.value) or "graph/data/a" not in text


def test_a_failing_operation_is_told(run: Run) -> None:
    with pytest.raises(QueryRefused, match="does not exist"):
        run(f"CLEAR GRAPH <{OPEN}> ; DROP GRAPH <{NEW}>")


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ("<javascript:alert(1)>", 'scheme "javascript" not allowed'),
        ('"a\\u0001b"', "control character"),
        ('"2020-13-45"^^xsd:date', "not a valid xsd:date"),
        ("<<( <x:a> <x:b> 1 )>>", "triple terms not supported"),
        ('"a"^^<data:b>', 'scheme "data" not allowed'),
    ],
)
def test_what_could_not_be_loaded_is_not_written(value: str, message: str, run: Run) -> None:
    with pytest.raises(InputError, match=message):
        run(f"INSERT DATA {{ {A} {P} {value} }}")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("INSERT DATA { <x:s> <x:p> }", '1:27: "}" is not expected here'),
        ("CLEAR ALL ;\nINSERT DATA { ?s <x:p> 1 }", "2:26: Variables are not allowed"),
        ("INSERT DATA { _:a <x:p> 1 } ; INSERT DATA { _:a <x:p> 1 }", "cannot be shared"),
    ],
)
def test_wrong_sparql_is_refused_with_its_place(text: str, message: str, run: Run) -> None:
    with pytest.raises(QuerySyntaxError) as error:
        run(text)
    assert message in str(error.value)
