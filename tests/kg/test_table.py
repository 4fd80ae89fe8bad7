"""Table: names are short, columns line up, numbers stand right."""

import json

from kg.table import table

IRI = "https://w3id.org/servanda/id/provision/cat-12"
INTEGER = "http://www.w3.org/2001/XMLSchema#integer"


def answer(*rows):
    return json.dumps({"head": {"vars": ["article", "n"]}, "results": {"bindings": list(rows)}}).encode()


def test_rows(names):
    body = answer(
        {"article": {"type": "uri", "value": IRI}, "n": {"type": "literal", "value": "12", "datatype": INTEGER}},
        {
            "article": {"type": "literal", "value": "two\nlines"},
            "n": {"type": "literal", "value": "3", "datatype": INTEGER},
        },
    )
    assert table(body, names) == (
        "article            n\n----------------  --\nprovision:cat-12  12\ntwo lines          3\n"
    )


def test_no_rows(names):
    assert table(answer(), names) == "article  n\n-------  -\n"


def test_unbound_and_blank(names):
    assert table(answer({"article": {"type": "bnode", "value": "b0"}}), names).endswith("\n_:b0\n")


def test_ask(names):
    assert table(b'{"head":{},"boolean":true}', names) == "true\n"
