"""Answers as graphs, so that two of them can be compared whatever their blank nodes are called.

They are read without the reader of the engine: it would read back what its writer wrote, right or wrong.
"""

import csv
import json
from collections.abc import Iterable
from decimal import Decimal
from xml.etree import ElementTree

from pyoxigraph import BlankNode, CanonicalizationAlgorithm, Dataset, Literal, NamedNode, Quad, RdfFormat, parse

from tests.conformance.suites import RDF, Graph, Term, file_of, quads

RS = "http://www.w3.org/2001/sw/DataAccess/tests/result-set#"
SRX = "{http://www.w3.org/2005/sparql-results#}"
XSD = "http://www.w3.org/2001/XMLSchema#"
INTEGERS = {"integer", "int", "long", "short", "byte", "nonNegativeInteger", "nonPositiveInteger", "positiveInteger",
            "negativeInteger", "unsignedInt", "unsignedLong", "unsignedShort", "unsignedByte"}  # fmt: skip
MEDIA_TYPES = {".srx": "application/sparql-results+xml", ".srj": "application/sparql-results+json",
               ".csv": "text/csv", ".tsv": "text/tab-separated-values"}  # fmt: skip
Row = dict[str, Term | str]


class Table:
    """Hold the rows of an answer, or its truth value; `ordered` where the order is part of it."""

    def __init__(
        self,
        variables: Iterable[str] = (),
        rows: Iterable[Row] = (),
        truth: bool | None = None,
        ordered: bool = False,
    ) -> None:
        self.variables = sorted(variables)
        self.rows = list(rows)
        self.truth = truth
        self.ordered = ordered

    def distinct(self) -> "Table":
        """Return the table with each row once, for a query that may give a row more than once or not (REDUCED)."""
        return Table(self.variables, {str(sorted(row.items())): row for row in self.rows}.values(), self.truth)

    def statements(self, ordered: bool) -> list[Quad]:
        """Return the rows as statements about one blank node each."""
        made = []
        for number, row in enumerate(self.rows):
            node = BlankNode(f"row{number}")
            made.append(Quad(node, NamedNode(RDF + "type"), NamedNode(RS + "ResultSet")))
            if ordered:
                made.append(Quad(node, NamedNode(RS + "index"), Literal(number)))
            for name, term in row.items():
                value = Literal(term) if isinstance(term, str) else term
                made.append(Quad(node, NamedNode(f"urn:variable:{name}"), value))
        return made


def same(one: Table, other: Table) -> bool:
    """Tell whether two answers are the same but for the names of blank nodes, numbers compared by value."""
    if one.truth is not None or other.truth is not None:
        return one.truth is other.truth
    ordered = one.ordered or other.ordered
    if (one.variables, len(one.rows)) != (other.variables, len(other.rows)):
        return False
    return isomorphic(by_value(one.statements(ordered)), by_value(other.statements(ordered)))


def isomorphic(one: Iterable[Quad], other: Iterable[Quad]) -> bool:
    """Tell whether two datasets are the same but for the names of blank nodes (RDF 1.1 Concepts, section 3.6)."""
    sets = Dataset(one), Dataset(other)
    for dataset in sets:
        dataset.canonicalize(CanonicalizationAlgorithm.RDFC_1_0)
    return set(sets[0]) == set(sets[1])


def by_value(statements: Iterable[Quad]) -> list[Quad]:
    """Write each number in one way, for an engine may answer "1.0" where "1.00" was added up."""
    return [Quad(quad.subject, quad.predicate, _number(quad.object), quad.graph_name) for quad in statements]


def _number(term: Term) -> Term:
    if not isinstance(term, Literal) or not term.datatype.value.startswith(XSD):
        return term
    kind = term.datatype.value.removeprefix(XSD)
    try:
        if kind in INTEGERS:
            return Literal(str(int(term.value)), datatype=term.datatype)
        if kind == "decimal":
            return Literal(str(Decimal(term.value).normalize() + 0), datatype=term.datatype)
        if kind in ("double", "float"):
            return Literal(repr(float(term.value)), datatype=term.datatype)
    except (ArithmeticError, ValueError):
        pass
    return term


def expected(iri: str) -> Table | list[Quad]:
    """Read a file of results: a table, or the statements of a CONSTRUCT query."""
    path = file_of(iri)
    if path.suffix in MEDIA_TYPES:
        return read(path.read_bytes(), MEDIA_TYPES[path.suffix])
    found = quads(iri)
    graph = Graph(found)
    tables = [quad.subject for quad in found if quad.object == NamedNode(RS + "ResultSet")]
    return _described(graph, tables[0]) if tables else found


def _described(graph: Graph, node: Term) -> Table:
    """Read a table that is described in RDF."""
    truth = graph.one(node, RS + "boolean")
    if truth is not None:
        return Table(truth=truth.value == "true")
    numbered = []
    for solution in graph.all(node, RS + "solution"):
        index = graph.one(solution, RS + "index")
        bindings = graph.all(solution, RS + "binding")
        row = {graph.one(one, RS + "variable").value: graph.one(one, RS + "value") for one in bindings}
        numbered.append((int(index.value) if index else 0, row))
    variables = [name.value for name in graph.all(node, RS + "resultVariable")]
    ordered = any(number for number, _ in numbered)
    return Table(variables, [row for _, row in sorted(numbered, key=lambda pair: pair[0])], ordered=ordered)


def read(body: bytes, media_type: str) -> Table:
    """Read an answer in one of the four formats of SPARQL 1.1."""
    return READERS[media_type](body)


def _json(body: bytes) -> Table:
    """Source: SPARQL 1.1 Query Results JSON Format, section 3."""
    found = json.loads(body)
    if "boolean" in found:
        return Table(truth=found["boolean"])
    rows = [
        {name: _term(cell["type"], cell["value"], cell.get("datatype"), cell.get("xml:lang")) for name, cell in row}
        for row in map(dict.items, found["results"]["bindings"])
    ]
    return Table(found["head"]["vars"], rows)


def _xml(body: bytes) -> Table:
    """Source: SPARQL Query Results XML Format, section 2."""
    root = ElementTree.fromstring(body)
    truth = root.find(SRX + "boolean")
    if truth is not None:
        return Table(truth=truth.text == "true")
    language = "{http://www.w3.org/XML/1998/namespace}lang"
    rows = []
    for result in root.iter(SRX + "result"):
        row = {}
        for binding in result.iter(SRX + "binding"):
            (cell,) = binding
            kind = cell.tag.removeprefix(SRX)
            row[binding.get("name")] = _term(kind, cell.text or "", cell.get("datatype"), cell.get(language))
        rows.append(row)
    return Table([variable.get("name") for variable in root.iter(SRX + "variable")], rows)


def _term(kind: str, value: str, datatype: str | None, language: str | None) -> Term:
    if kind == "uri":
        return NamedNode(value)
    if kind == "bnode":
        return BlankNode(value)
    if language:
        return Literal(value, language=language)
    return Literal(value, datatype=NamedNode(datatype or XSD + "string"))


def _csv(body: bytes) -> Table:
    """Source: SPARQL 1.1 Query Results CSV and TSV Formats, section 3; the cells have no types but blank nodes."""
    head, *rows = csv.reader(body.decode().splitlines(keepends=True))
    made = [
        {
            name: BlankNode(cell[2:]) if cell.startswith("_:") else _plain_number(cell)
            for name, cell in zip(head, row, strict=True)
            if cell
        }
        for row in rows
    ]
    return Table(head, made)


def _plain_number(cell: str) -> str:
    try:
        return repr(float(cell))
    except ValueError:
        return cell


def _tsv(body: bytes) -> Table:
    """Source: SPARQL 1.1 Query Results CSV and TSV Formats, section 4; the cells are terms of Turtle."""
    head, *rows = [line.split("\t") for line in body.decode().removesuffix("\n").split("\n")]
    names = [name[1:] for name in head if name]  # a row without variables is an empty line
    made = [{name: _turtle(cell) for name, cell in zip(names, row, strict=bool(names)) if cell} for row in rows]
    return Table(names, made)


def _turtle(cell: str) -> Term:
    if cell.startswith("_:"):
        return BlankNode(cell[2:])
    return next(iter(parse(f"<urn:s> <urn:p> {cell} .".encode(), RdfFormat.TURTLE))).object


READERS = {
    "application/sparql-results+json": _json,
    "application/sparql-results+xml": _xml,
    "text/csv": _csv,
    "text/tab-separated-values": _tsv,
}
