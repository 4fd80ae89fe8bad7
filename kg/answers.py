"""The answers of a server, made into the terms of the embedded engine: what servers write differently is the same here.

A graph has its blank nodes on a server as IRIs of their own (RDF 1.1, section 3.5), since the protocol has no way to
speak of a blank node twice. Here they become blank nodes again.
"""

from __future__ import annotations

import json
import re
from decimal import Decimal
from typing import Any, TypeVar

from pyoxigraph import (
    BlankNode,
    Literal,
    NamedNode,
    QueryBoolean,
    QueryResultsFormat,
    QuerySolutions,
    Triple,
    parse_query_results,
)

from kg.errors import StoreFault

__all__ = ["known_blank", "read_rows", "skolemized", "triple_of"]

XSD = "http://www.w3.org/2001/XMLSchema#"
# Virtuoso writes the values of these in its own way: as numbers of months and of seconds, and as 1 and 0.
MONTHS, SECONDS, BOOLEAN = XSD + "yearMonthDuration", XSD + "dayTimeDuration", XSD + "boolean"
REWRITTEN = (MONTHS, SECONDS, BOOLEAN)
NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?(e[+-]?[0-9]+)?", re.IGNORECASE)
# Virtuoso may answer ASK with a table: a row of this one variable for true, none for false.
ASK_ROWS = "__ASK_RETVAL"
# What makes an answer worth a second look: everything else goes to the parser as it came.
UNUSUAL = (b"nodeID:", b"Duration", b"boolean", b'"triple"', b"\\u00", ASK_ROWS.encode())
NOT_IN_LABEL = re.compile(r"[^A-Za-z0-9]+")
T = TypeVar("T")


def skolemized(term: NamedNode | BlankNode | Literal, genid: str) -> NamedNode | Literal:
    """Return the IRI that stands for a blank node on a server; `genid` is the beginning of these IRIs."""
    return NamedNode(genid + term.value) if isinstance(term, BlankNode) else term


def known_blank(term: T, genid: str) -> T | BlankNode | Literal:
    """Return the blank node for which an IRI of a server stands, and a literal as we write it."""
    if isinstance(term, NamedNode) and term.value.startswith(genid):
        return BlankNode(term.value[len(genid) :])
    if isinstance(term, Literal) and term.datatype.value in REWRITTEN:
        return Literal(_lexical(term.value, term.datatype.value), datatype=term.datatype)
    return term


def triple_of(triple: Triple, genid: str) -> Triple:
    """Return a triple of a server as the embedded store would give it."""
    return Triple(*(known_blank(term, genid) for term in (triple.subject, triple.predicate, triple.object)))  # type: ignore[arg-type]


def read_rows(body: bytes, genid: str) -> QuerySolutions | QueryBoolean:
    """Read the JSON results of a SELECT or ASK query to their end; raises StoreFault for anything else.

    Source: SPARQL 1.1 Query Results JSON Format (https://www.w3.org/TR/sparql11-results-json/).
    """
    try:
        if genid.encode() in body or any(mark in body for mark in UNUSUAL):
            body = json.dumps(_mended(json.loads(body), genid)).encode()
        results = parse_query_results(body, QueryResultsFormat.JSON)
        if isinstance(results, QuerySolutions):
            for _ in results:  # a server that fails in the middle writes its error into the rows
                pass
            results = parse_query_results(body, QueryResultsFormat.JSON)
    except (SyntaxError, ValueError, RecursionError, AttributeError, TypeError) as error:
        reason = getattr(error, "msg", None) or type(error).__name__
        raise StoreFault(f"backend sent results that are no JSON results, or cut ({reason})") from None
    assert isinstance(results, QuerySolutions | QueryBoolean), "JSON results are rows or a truth value"
    return results


def _mended(document: dict[str, Any], genid: str) -> dict[str, Any]:
    """Return results with the terms as we write them; raises ValueError for a triple term, which RDF 1.1 lacks."""
    if document.get("head", {}).get("vars") == [ASK_ROWS]:
        return {"head": {}, "boolean": bool(document["results"]["bindings"])}
    for row in document.get("results", {}).get("bindings", []):
        for term in row.values():
            kind, value = term["type"], term["value"]
            if kind == "triple" or not isinstance(value, str):
                raise ValueError("RDF 1.2 triple terms not supported")
            if kind == "uri" and value.startswith(genid):
                term["type"], term["value"] = "bnode", value[len(genid) :]
            elif kind == "bnode":
                term["value"] = NOT_IN_LABEL.sub("-", value).strip("-")
            elif term.get("datatype") in REWRITTEN:
                term["value"] = _lexical(value, term["datatype"])
    return document


def _lexical(text: str, datatype: str) -> str:
    """Return the canonical lexical form of a duration or truth value, also of one that is written as a number."""
    if datatype == BOOLEAN:
        return {"1": "true", "0": "false"}.get(text, text)
    return _duration(text, datatype)


def _duration(text: str, datatype: str) -> str:
    """Return the lexical form of a duration, also of one that is written as a number of months or seconds."""
    if not NUMBER.fullmatch(text):
        return text
    number = Decimal(text)
    sign, number = ("-", -number) if number < 0 else ("", number)
    if datatype == MONTHS:
        years, months = divmod(int(number), 12)
        return sign + "P" + (f"{years}Y" if years else "") + (f"{months}M" if months or not years else "")
    days, rest = divmod(number, 86_400)
    hours, rest = divmod(rest, 3600)
    minutes, seconds = divmod(rest, 60)
    parts = ((hours, "H"), (minutes, "M"), (seconds, "S"))
    time = "".join(f"{value.normalize():f}{unit}" for value, unit in parts if value)
    date = f"{days:f}D" if days else ""
    return sign + "P" + date + (f"T{time}" if time else "" if date else "T0S")
