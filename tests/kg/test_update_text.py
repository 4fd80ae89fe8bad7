"""The operations of an update: what each may write, where the graphs stand in its text, and what is refused."""

import pytest

from kg.errors import QueryRefused, QuerySyntaxError
from kg.names import Names
from kg.settings import Limits
from kg.update_text import MAX_OPERATIONS, Dataset, Operation, parse

D = "https://w3id.org/servanda/graph/default"
G, H = "http://e/g", "http://e/h"


def one(text: str, names: Names, dataset: Dataset = Dataset()) -> Operation:  # noqa: B008 (frozen)
    operations = parse(text, Limits(), names, dataset)
    assert len(operations) == 1
    return operations[0]._replace(before=operations[0].before.strip())


@pytest.mark.parametrize(
    ("text", "before", "writes"),
    [
        ("insert data { <x:s> <x:p> 1 }", f"INSERT DATA {{ GRAPH <{D}> {{ <x:s> <x:p> 1 }} }}", [D]),
        ("DELETE DATA { GRAPH <http://e/g> { <x:s> <x:p> 1 } . }",
         f"DELETE DATA {{ GRAPH <{G}> {{ <x:s> <x:p> 1 }} }}", [G]),
        ("CLEAR GRAPH <http://e/g>", f"CLEAR GRAPH <{G}>", [G]),
        ("DROP SILENT GRAPH <http://e/g>;", f"DROP SILENT GRAPH <{G}>", [G]),
        ("CLEAR DEFAULT", f"CLEAR SILENT GRAPH <{D}>", [D]),
        ("CREATE GRAPH <http://e/g>", f"CREATE GRAPH <{G}>", []),
        ("ADD DEFAULT TO <http://e/g>", f"ADD SILENT GRAPH <{D}> TO GRAPH <{G}>", [G]),
        ("COPY GRAPH <http://e/g> TO DEFAULT", f"COPY GRAPH <{G}> TO GRAPH <{D}>", [D]),
        ("MOVE SILENT <http://e/g> TO <http://e/h>", f"MOVE SILENT GRAPH <{G}> TO GRAPH <{H}>", [G, H]),
        ("INSERT DATA { GRAPH <graph/g> {} }", "INSERT DATA { GRAPH <https://w3id.org/servanda/graph/g> {} }",
         ["https://w3id.org/servanda/graph/g"]),
    ],
)  # fmt: skip
def test_each_graph_is_named(text: str, before: str, writes: list[str], names: Names) -> None:
    assert one(text, names) == Operation(before, writes=tuple(writes))


def test_templates_and_patterns(names: Names) -> None:
    found = one(
        "PREFIX g: <http://e/> DELETE { ?s ?p 1 . GRAPH g:g { ?s ?p 2 } . ?s ?q 3 } "
        "INSERT { GRAPH ?g { ?s ?p 4 } } USING g:a USING NAMED g:b USING g:a WHERE { ?s ?p ?o }",
        names,
    )
    assert found.before.endswith(
        f"DELETE{{ GRAPH <{D}> {{ ?s ?p 1 . }} GRAPH <{G}> {{ ?s ?p 2 }} GRAPH <{D}> {{ ?s ?q 3 }} }}"
        " INSERT { GRAPH ?g { ?s ?p 4 } }"
    )
    assert found.after == " WHERE { ?s ?p ?o }"
    assert (found.writes, found.anywhere) == ((D, G, D), True)
    assert found.using == Dataset(("http://e/a",), ("http://e/b",))


def test_with_names_the_graph_of_both(names: Names) -> None:
    found = one("WITH <http://e/g> DELETE { ?s ?p 1 } INSERT { ?s ?p 2 } WHERE { ?s ?p 1 }", names)
    assert (found.before, found.after) == (
        f"WITH <{G}> DELETE{{ ?s ?p 1 }} INSERT {{ ?s ?p 2 }}",
        " WHERE { ?s ?p 1 }",
    )
    assert (found.writes, found.anywhere) == ((G, G), False)


def test_delete_where_is_template_and_pattern(names: Names) -> None:
    found = one("DELETE WHERE { ?s ?p 1 }", names, Dataset((G,)))
    assert (found.before, found.after) == (f"DELETE {{ GRAPH <{D}> {{ ?s ?p 1 }} }}", " WHERE { ?s ?p 1 }")
    assert found.using == Dataset((G,))


def test_a_prologue_holds_for_what_follows(names: Names) -> None:
    text = "PREFIX e: <http://e/> CLEAR GRAPH e:g ; BASE <http://e/x> CLEAR GRAPH <h> ; CLEAR ALL ; DROP NAMED ;"
    found = parse(text, Limits(), names, Dataset())
    assert [operation.writes for operation in found] == [(G,), (H,), (), ()]
    assert [operation.every for operation in found] == ["", "", "ALL", "NAMED"]
    assert "PREFIX e: <http://e/>" in found[1].before


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("", "empty"),
        ("# nothing", "empty"),
        ("LOAD <http://e/x>", "load"),
        ("LOAD SILENT <http://e/x> INTO GRAPH <http://e/g>", "load"),
        ("LOADSILENT <http://e/x>", "load"),
        ("CLEAR DEFAULT;LoAd<http://e/x>", "load"),
        ("INSERT { ?s ?p 1 } WHERE { ?s ?p ?o FILTER(?s<?o;LOAD<x:y>) }", "load"),
        ("INSERT { ?s ?p 1 } WHERE { SERVICE <http://e/> { ?s ?p ?o } }", "service"),
        ("INSERT DATA { <x:s> <x:p> '\\u0027 }' }", "escape"),
        ("DELETE WHERE { " + "{ " * 60, "nesting"),
        ("INSERT DATA { <x:s> <x:p> '" + "x" * 2_000_000 + "' }", "length"),
        ("CLEAR ALL ;" * (MAX_OPERATIONS + 1), "size"),
        ("INSERT { ?s ?p 1 } WHERE { " + "?s ?p ?o . " * 200 + "}", "size"),
    ],
)
def test_what_must_never_run_is_refused(text: str, rule: str, names: Names) -> None:
    with pytest.raises(QueryRefused) as error:
        parse(text, Limits(), names, Dataset())
    assert error.value.rule == rule


def test_data_may_be_long(names: Names) -> None:
    assert one("INSERT DATA { " + "<x:s> <x:p> 1 . " * 5000 + "}", names).writes == (D,)


@pytest.mark.parametrize("text", ["WITH <x:g> DELETE { ?s ?p 1 } WHERE {}", "DELETE { ?s ?p 1 } USING <x:g> WHERE {}"])
def test_the_protocol_and_the_text_do_not_both_name_a_dataset(text: str, names: Names) -> None:
    with pytest.raises(QueryRefused, match="cannot be combined"):
        parse(text, Limits(), names, Dataset((), (G,)))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("SELECT * {}", "1:1: INSERT, DELETE, WITH, CLEAR, DROP, CREATE, ADD, MOVE or COPY expected"),
        ("CLEAR XYZ", '1:7: GRAPH, DEFAULT, NAMED or ALL expected, not "XYZ"'),
        ("CLEAR", "1:6: the update ends too early"),
        ("INSERT DATA {\n <x:s> <x:p> 1", "2:15: the update ends too early"),
        ("CLEAR ALL CLEAR ALL", '1:11: ";" expected, not "CLEAR"'),
        ("CLEAR GRAPH none:g", '1:13: the prefix of "none:g" is not declared'),
        ("BASE <x:> CLEAR GRAPH <>\n;\nDROP GRAPH <%zz>", "is not an IRI"),
        ("INSERT DATA { none:s <x:p> 1 }", '1:15: the prefix "none:" is not declared'),
        ("INSERTDATA { <x:s> <x:p> 1 }", "1:1: INSERT, DELETE"),
        ("LOAD:x", "1:1: INSERT, DELETE"),
    ],
)
def test_other_forms_are_refused_with_their_place(text: str, message: str, names: Names) -> None:
    with pytest.raises(QuerySyntaxError) as error:
        parse(text, Limits(), names, Dataset())
    assert message in str(error.value)
