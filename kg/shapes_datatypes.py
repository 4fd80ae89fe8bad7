"""Lexical forms as regular expressions that every SPARQL engine has, so that "2020-13-45"^^xsd:date is found.

SHACL demands it of the datatypes that SPARQL 1.1 knows (section 4.1.2); pySHACL judges those of FORMS.
"""

from __future__ import annotations

import re

from pyoxigraph import Literal

from kg.lexical import PATTERNS, XSD
from kg.shapes_path import Unreadable
from kg.shapes_text import Writer

__all__ = ["LOST", "RDFS_LITERAL", "validity"]

RDFS_LITERAL = "http://www.w3.org/2000/01/rdf-schema#Literal"
CALENDAR = (
    ("!", r"^-?[0-9]*-((0[469]|11)-31|02-3[01])"),
    ("-02-29", r"^-?([0-9]*(0[48]|[2468][048]|[13579][26])|([0-9]*([02468][048]|[13579][26]))00)-02-29"),
)
"""Days that no month has, and the day that only some years have."""
FORMS = {
    **{name: PATTERNS[name] for name in ("boolean", "decimal", "double", "float", "date", "dateTime", "time",
                                         "duration", "yearMonthDuration", "dayTimeDuration", "hexBinary")},
    "integer": r"[+-]?[0-9]+",
}  # fmt: skip
LOST = frozenset(XSD + name for name in (
    "long", "int", "short", "byte", "nonNegativeInteger", "positiveInteger", "nonPositiveInteger", "negativeInteger",
    "unsignedLong", "unsignedInt", "unsignedShort", "unsignedByte", "dateTimeStamp",
))  # fmt: skip
"""Datatypes that Oxigraph does not keep: it stores the value under the datatype from which they are derived."""
NAMED = re.compile(r"\(\?(P<\w+>|:)")


def validity(writer: Writer, datatype: str, value: str) -> str:
    """Return the expression that tells whether the text of a value is one of the datatype."""
    name = datatype.removeprefix(XSD)
    if datatype in LOST:
        raise Unreadable(f"sh:datatype xsd:{name}, which the engine does not keep")
    if name not in FORMS or name == datatype:
        return "true"
    valid = _form(writer, value, FORMS[name])
    if name not in ("date", "dateTime"):
        return valid
    (_, no_day), (leap_day, leap) = CALENDAR
    parts = [valid, "!" + _match(writer, value, no_day)]
    return " && ".join([*parts, f"(!{_match(writer, value, leap_day)} || {_match(writer, value, leap)})"])


def _form(writer: Writer, value: str, pattern: str) -> str:
    portable = NAMED.sub("(", pattern).replace(r"\d", "[0-9]")
    return _match(writer, value, f"^({portable})$")


def _match(writer: Writer, value: str, pattern: str) -> str:
    return writer.part("form", value=value, pattern=str(Literal(pattern)))
