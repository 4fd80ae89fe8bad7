"""Lexical forms: XSD's own examples, and agreement with rdflib where rdflib is right."""

import pytest

from kg.lexical import XSD, is_valid

VALID = {
    "date": ["2020-02-29", "2000-02-29", "-0001-01-01", "12020-01-01", "2020-01-01Z", "2020-01-01+14:00"],
    "dateTime": ["2020-01-01T24:00:00", "2020-01-01T00:00:00.123-05:00"],
    "dateTimeStamp": ["2020-01-01T00:00:00Z"],
    "gYear": ["2020", "-0044"],
    "gMonthDay": ["--02-29"],
    "duration": ["P1Y2M3DT4H5M6.7S", "-P120D", "PT1M"],
    "yearMonthDuration": ["P6M", "P1Y0M"],
    "dayTimeDuration": ["P90D", "PT0.5S"],
    "integer": ["0", "-0", "+007", "9" * 60],
    "nonNegativeInteger": ["0", "-0", "9" * 60],
    "byte": ["127", "-128", "0" * 50 + "1"],
    "decimal": ["1.", ".5", "-1.50"],
    "double": ["1e3", "INF", "-INF", "NaN", "1.5E-7"],
    "boolean": ["true", "0"],
    "hexBinary": ["", "0aF0"],
    "base64Binary": ["", "YWI="],
    "language": ["kk-Cyrl-KZ"],
    "token": ["", "a b"],
    "NCName": ["a-1", "Ünder"],
    "anyURI": ["", "https://example.org/%20?a=b#c", "../x"],
    "string": ["\u2028", ""],
}
INVALID = {
    "date": ["2020-13-45", "2021-02-29", "1900-02-29", "2020-4-1", "2020-04-31", "20-01-01",
             "2020-01-01+15:00", " 2020-01-01"],
    "dateTime": ["2020-01-01", "2020-01-01T24:00:01", "2020-01-01T25:00:00"],
    "dateTimeStamp": ["2020-01-01T00:00:00"],
    "gYear": ["20", "02020"],
    "gMonthDay": ["--02-30"],
    "duration": ["P", "PT", "P1D2Y", "1Y", "P1YT"],
    "yearMonthDuration": ["P90D"],
    "dayTimeDuration": ["P6M"],
    "integer": ["1.0", "", "१", "1\n"],
    "nonNegativeInteger": ["-1", "-" + "9" * 60],
    "byte": ["128", "9" * 60],
    "decimal": ["1e3", ".", ""],
    "double": ["inf", "1e", "+NaN"],
    "boolean": ["yes", "TRUE"],
    "hexBinary": ["abc"],
    "base64Binary": ["a"],
    "language": ["en_GB", "toolonglanguage"],
    "token": [" a", "a  b"],
    "NCName": ["1a", "a:b"],
    "anyURI": ["a b", "<x>"],
}  # fmt: skip


@pytest.mark.parametrize("name", VALID)
def test_valid_forms(name):
    assert [form for form in VALID[name] if not is_valid(form, XSD + name)] == []


@pytest.mark.parametrize("name", INVALID)
def test_invalid_forms(name):
    assert [form for form in INVALID[name] if is_valid(form, XSD + name)] == []


def test_other_datatypes_are_not_judged():
    assert is_valid("anything", "https://example.org/type")
    assert is_valid("anything", XSD + "noSuchType")


@pytest.mark.parametrize("name", ["date", "integer", "nonNegativeInteger", "byte", "boolean", "double", "duration"])
def test_rdflib_finds_no_fault_in_valid_forms(name):
    from rdflib import Literal, URIRef

    forms = [form for form in VALID[name] if not form.startswith(("-0001", "12020"))]  # years Python cannot hold
    assert [form for form in forms if Literal(form, datatype=URIRef(XSD + name)).ill_typed] == []
