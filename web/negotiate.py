"""Choose a format from an Accept header or a file suffix; pure functions without Flask."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

HTML = "text/html"

# Suffix of a data address → media type, in the order in which the server prefers them.
RDF_SUFFIXES: dict[str, str] = {
    "ttl": "text/turtle",
    "jsonld": "application/ld+json",
    "nt": "application/n-triples",
    "rdf": "application/rdf+xml",
    "trig": "application/trig",
}

MAX_RANGES = 100


class Range(NamedTuple):
    """One media range of an Accept header: type, subtype and quality 0 to 1."""

    type: str
    subtype: str
    quality: float

    def specificity(self, media_type: str) -> int:
        """Return 3 for the same type, 2 for ``type/*``, 1 for ``*/*``, 0 for no match."""
        kind, _, sub = media_type.partition("/")
        if (self.type, self.subtype) == (kind, sub):
            return 3
        if self.subtype != "*":
            return 0
        return {kind: 2, "*": 1}.get(self.type, 0)


def parse_accept(header: str) -> list[Range]:
    """Read an Accept header (RFC 9110, section 12.5.1); leave out what is malformed, such as ``q=abc``."""
    ranges = []
    for item in header.split(",")[:MAX_RANGES]:
        media, *parameters = (part.strip().lower() for part in item.split(";"))
        kind, slash, sub = media.partition("/")
        quality = _quality(parameters)
        if kind and slash and sub and quality is not None and (kind != "*" or sub == "*"):
            ranges.append(Range(kind, sub, quality))
    return ranges


def _quality(parameters: Sequence[str]) -> float | None:
    for parameter in parameters:
        name, _, value = parameter.partition("=")
        if name.strip() == "q":
            try:
                quality = float(value)
            except ValueError:
                return None
            return quality if 0 <= quality <= 1 else None
    return 1.0


def choose(accept: str | None, offers: Sequence[str]) -> str | None:
    """Return the offer that fits an Accept header best, or None when none is acceptable (406).

    No header, or an empty one, gives the first offer. The most specific range decides the quality of an offer;
    of two offers with the same quality the earlier one wins.
    """
    if accept is None or not accept.strip():
        return offers[0]
    ranges = parse_accept(accept)
    best, best_quality = None, 0.0
    for offer in offers:
        matches = [(candidate.specificity(offer), candidate.quality) for candidate in ranges]
        specificity, quality = max(matches, default=(0, 0.0))
        if specificity and quality > best_quality:
            best, best_quality = offer, quality
    return best


def prefers_html(accept: str | None) -> bool:
    """Tell a browser (which names text/html) from a program, for the form of an error."""
    if not accept:
        return False
    asked = {f"{r.type}/{r.subtype}": r.quality for r in parse_accept(accept)}
    html = max(asked.get(HTML, 0.0), asked.get("application/xhtml+xml", 0.0))
    return html > 0 and html >= max((q for name, q in asked.items() if "json" in name), default=0.0)


def split_suffix(path: str, suffixes: dict[str, str] = RDF_SUFFIXES) -> tuple[str, str | None]:
    """Split ``cat-12.ttl`` into the name and the media type of its suffix; None when there is no known suffix."""
    stem, dot, suffix = path.rpartition(".")
    if dot and suffix in suffixes:
        return stem, suffixes[suffix]
    return path, None
