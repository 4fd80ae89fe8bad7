"""Lexical forms of XSD datatypes: both RDF parsers accept "2020-13-45"^^xsd:date, so each form is checked here.

Source: XML Schema Definition Language (XSD) 1.1 Part 2, https://www.w3.org/TR/xmlschema11-2/, section 3; the datatypes
are those of RDF 1.1 Concepts, section 5.1.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Callable

__all__ = ["XSD", "is_valid"]

XSD = "http://www.w3.org/2001/XMLSchema#"

ZONE = r"(?P<zone>Z|[+-](?:(?:0\d|1[0-3]):[0-5]\d|14:00))?"
YEAR = r"(?P<year>-?(?:[1-9]\d{3,}|0\d{3}))"
MONTH = r"(?P<month>0[1-9]|1[0-2])"
DAY = r"(?P<day>0[1-9]|[12]\d|3[01])"
TIME = r"(?:(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d+)?|24:00:00(?:\.0+)?)"
YEARS_MONTHS = r"(?:\d+Y(?:\d+M)?|\d+M)"
CLOCK = r"T(?:\d+H(?:\d+M)?(?:\d+(?:\.\d+)?S)?|\d+M(?:\d+(?:\.\d+)?S)?|\d+(?:\.\d+)?S)"
DAYS_TIME = rf"(?:\d+D(?:{CLOCK})?|{CLOCK})"
FLOATING = r"[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?|[+-]?INF|NaN"
INTEGER = r"[+-]?\d+"
NAME = r"[^\W\d.-][\w.·-]*"

PATTERNS = {
    "boolean": "true|false|1|0",
    "decimal": r"[+-]?(?:\d+(?:\.\d*)?|\.\d+)",
    "double": FLOATING,
    "float": FLOATING,
    "date": f"{YEAR}-{MONTH}-{DAY}{ZONE}",
    "dateTime": f"{YEAR}-{MONTH}-{DAY}T{TIME}{ZONE}",
    "dateTimeStamp": f"{YEAR}-{MONTH}-{DAY}T{TIME}{ZONE}",
    "time": TIME + ZONE,
    "gYear": YEAR + ZONE,
    "gYearMonth": f"{YEAR}-{MONTH}{ZONE}",
    "gMonth": f"--{MONTH}{ZONE}",
    "gMonthDay": f"--{MONTH}-{DAY}{ZONE}",
    "gDay": f"---{DAY}{ZONE}",
    "duration": f"-?P(?:{YEARS_MONTHS}(?:{DAYS_TIME})?|{DAYS_TIME})",
    "yearMonthDuration": f"-?P{YEARS_MONTHS}",
    "dayTimeDuration": f"-?P{DAYS_TIME}",
    "hexBinary": "(?:[0-9A-Fa-f]{2})*",
    "language": "[A-Za-z]{1,8}(?:-[A-Za-z0-9]{1,8})*",
    "normalizedString": r"[^\t\n\r]*",
    "token": r"(?:[^\s]+(?: [^\s]+)*)?",
    "NMTOKEN": r"[\w.:·-]+",
    "Name": rf"(?:{NAME}|:)(?::|[\w.·-])*",
    "NCName": NAME,
    "anyURI": r"[^\s<>\"{}|\\^`]*",
}
"""Regular expression of each datatype, without calendar and range."""

RANGES: dict[str, tuple[int | None, int | None]] = {
    "integer": (None, None),
    "long": (-(2**63), 2**63 - 1),
    "int": (-(2**31), 2**31 - 1),
    "short": (-(2**15), 2**15 - 1),
    "byte": (-(2**7), 2**7 - 1),
    "nonNegativeInteger": (0, None),
    "positiveInteger": (1, None),
    "nonPositiveInteger": (None, 0),
    "negativeInteger": (None, -1),
    "unsignedLong": (0, 2**64 - 1),
    "unsignedInt": (0, 2**32 - 1),
    "unsignedShort": (0, 2**16 - 1),
    "unsignedByte": (0, 2**8 - 1),
}
"""Least and greatest value of each integer type."""

COMPILED = {
    name: re.compile(f"(?:{pattern})", re.ASCII if "\\w" not in pattern else 0) for name, pattern in PATTERNS.items()
}
WHOLE = re.compile(INTEGER, re.ASCII)
MONTH_DAYS = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)


def is_valid(lexical: str, datatype: str) -> bool:
    """Tell whether a text is in the lexical space of a datatype IRI; a datatype that is not XSD's is not judged.

    >>> is_valid("2020-13-45", XSD + "date")
    False
    """
    name = datatype.removeprefix(XSD)
    if name in (datatype, "string"):
        return True
    if name in RANGES:
        return WHOLE.fullmatch(lexical) is not None and _in_range(lexical, *RANGES[name])
    if name == "base64Binary":
        return _is_base64(lexical)
    pattern = COMPILED.get(name)
    if pattern is None:
        return True
    found = pattern.fullmatch(lexical)
    return found is not None and CALENDAR.get(name, _always)(found)


def _in_range(lexical: str, least: int | None, greatest: int | None) -> bool:
    if len(lexical) > 40:  # longer than any bounded type can need, and int() refuses very long text
        digits = lexical.lstrip("+-0")
        negative = lexical.startswith("-") and digits != ""
        if len(digits) > 40:
            return least is None if negative else greatest is None
        lexical = ("-" if negative else "") + (digits or "0")
    value = int(lexical)
    return (least is None or value >= least) and (greatest is None or value <= greatest)


def _is_base64(lexical: str) -> bool:
    try:
        base64.b64decode(lexical.replace(" ", ""), validate=True)
    except (binascii.Error, ValueError):
        return False
    return True


def _always(found: re.Match[str]) -> bool:
    return True


def _day_exists(found: re.Match[str]) -> bool:
    """Check day against month and, where there is a year, the leap rule of the proleptic Gregorian calendar."""
    parts = found.groupdict()
    month, day = int(parts["month"]), int(parts["day"])
    if month == 2 and day == 29 and parts.get("year") is not None:
        year = int(parts["year"])
        return year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
    return day <= MONTH_DAYS[month - 1]


def _day_exists_with_zone(found: re.Match[str]) -> bool:
    return found["zone"] is not None and _day_exists(found)


CALENDAR: dict[str, Callable[[re.Match[str]], bool]] = {
    "date": _day_exists,
    "dateTime": _day_exists,
    "dateTimeStamp": _day_exists_with_zone,
    "gMonthDay": _day_exists,
}
"""What a regular expression cannot say of a datatype."""
