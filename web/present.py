"""Turn values of the graph into what a reader sees: links that are safe, text that hides nothing, short names."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from urllib.parse import quote, urlencode, urlsplit

from flask import Flask
from markupsafe import Markup, escape

from kg.labels import Link, label, link
from kg.names import Names
from web.site import current

# Characters that reorder or hide the text around them (Unicode TR 36); shown as their number instead.
HIDDEN = re.compile("[\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff]")
LINKABLE = re.compile(r"https?://[^\s<>\"]+\Z", re.IGNORECASE)
FORMULA_START = ("=", "+", "-", "@", "\t", "\r")
XSD_ANY_URI = "http://www.w3.org/2001/XMLSchema#anyURI"


def visible(text: object) -> Markup:
    """Escape a text and show each character that would reorder or hide text as its number, such as U+202E."""

    def shown(match: re.Match[str]) -> str:
        return f'<span class="bidi">U+{ord(match[0]):04X}</span>'

    return Markup(HIDDEN.sub(shown, str(escape(text))))  # noqa: S704 (escaped in the same line)


def page_path(names: Names, iri: str) -> str | None:
    """Return the path of the page about one of our IRIs, or None for an IRI that is not ours."""
    path = names.local_path(iri)
    if path is None:
        return None
    return "/page" + (path.removeprefix("/id") if path.startswith("/id/") else path)


def href(names: Names, iri: str) -> str | None:
    """Return where a link to an IRI may lead: our page, an http(s) address, or None when it must stay text."""
    return page_path(names, iri) or (iri if LINKABLE.match(iri) else None)


def long_date(value: str) -> str:
    """Write an EDTF date, month, year or interval in words: 2012-05-24 becomes 24 May 2012; the rest stays as it is.

    >>> long_date("2012-05-24"), long_date("2014-05"), long_date("2014")
    ('24 May 2012', 'May 2014', '2014')
    >>> long_date("2014-07-30/2014-12-10"), long_date("2017-11/.."), long_date("../2017")
    ('30 July 2014 to 10 December 2014', 'since November 2017', 'until 2017')
    """
    start, interval, end = value.partition("/")
    if interval:
        words = (long_date(start), long_date(end))
        return f"until {words[1]}" if start == ".." else f"since {words[0]}" if end == ".." else " to ".join(words)
    try:
        match len(value):
            case 10:
                day = date.fromisoformat(value)
                return f"{day.day} {day:%B} {day.year}"
            case 7:
                day = date.fromisoformat(f"{value}-01")
                return f"{day:%B} {day.year}"
    except ValueError:
        pass
    return value


def quantity(value: Decimal | int) -> str:
    """Write a number with its thousands apart and without empty decimals.

    >>> quantity(Decimal("79400000")), quantity(Decimal("2.50")), quantity(Decimal("1E+2"))
    ('79,400,000', '2.5', '100')
    """
    text = f"{Decimal(value):,f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def cell(value: str) -> str:
    """Keep a spreadsheet from reading a text as a formula: prefix an apostrophe to cells that begin like one."""
    return "'" + value if value.startswith(FORMULA_START) else value


def thing(iri: str) -> Link:
    """Return one of our things with its label."""
    return link(current().store, iri, current().names)


def local_name(iri: str) -> str:
    """Return the last part of an IRI, after the last slash or hash."""
    return re.split(r"[/#]", iri)[-1]


def with_query(path: str, **parameters: object) -> str:
    """Append the parameters that have a value to a path, encoded."""
    given = {name: value for name, value in parameters.items() if value not in (None, "", [])}
    return f"{path}?{urlencode(given, doseq=True, quote_via=quote)}" if given else path


def init_app(app: Flask) -> None:
    """Give the templates these functions, which look at the release that answers the request."""

    def names() -> Names:
        return current().names

    filters: dict[str, Callable[..., object]] = {
        "visible": visible,
        "long_date": lambda value: long_date(str(value)),
        "local_name": lambda iri: local_name(str(iri)),
        "curie": lambda iri: names().shorten(str(iri)),
        "address": lambda node: node.value if is_address(node.value, node.datatype) else None,
        "quantity": quantity,
        "shortened": shortened,
        "host": lambda address: host(str(address)),
        "label": lambda iri: label(current().store, str(iri), names()),
        "href": lambda iri: href(names(), str(iri)),
    }
    app.jinja_env.filters.update(filters)
    app.jinja_env.globals["with_query"] = with_query


def is_address(value: str, datatype: str | None) -> bool:
    """Tell whether a literal is an address that a reader may follow."""
    return datatype == XSD_ANY_URI and bool(LINKABLE.match(value))


def shortened(address: str, longest: int = 70) -> str:
    """Cut a long address in its middle, for text beside which the whole address stands as a link.

    >>> shortened("https://example.org/a/very/long/path", 24)
    'https://exam…y/long/path'
    """
    half = (longest - 1) // 2
    return address if len(address) <= longest else f"{address[: longest - 1 - half]}…{address[-half:]}"


def host(address: str) -> str:
    """Return the host of an address, for text that would be too long with the whole of it."""
    return urlsplit(address).hostname or address
