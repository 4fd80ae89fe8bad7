"""Short names, IRIs and local paths: read from the one prefix table, ontology/prefixes.ttl."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from urllib.parse import quote

from pyoxigraph import NamedNode, RdfFormat, parse

from kg.errors import EnvironmentFault, InputError, NotFound, SyntaxFault
from kg.settings import Settings

__all__ = ["Names", "check_iri"]

SH = "http://www.w3.org/ns/shacl#"
LOCAL_NAME = re.compile(r"[A-Za-z0-9_]([A-Za-z0-9_.-]*[A-Za-z0-9_-])?\Z")
LOCAL_KINDS = ("id", "scheme", "graph", "shape", "rule")
PATH = re.compile(r"/(?P<kind>[a-z]+)/(?P<rest>[A-Za-z0-9._~-]+(/[A-Za-z0-9._~-]+)*)\Z")


@dataclass(frozen=True)
class Names:
    """Translate between IRIs, prefixed names and the local paths of the web front end."""

    prefixes: dict[str, str]
    """prefix to namespace, in the order of the prefix table"""
    base_iri: str

    @classmethod
    def load(cls, settings: Settings) -> Names:
        """Read the prefix table; raises EnvironmentFault without the file, SyntaxFault if it cannot be parsed."""
        return cls(read_prefixes(settings.prefixes), settings.base_iri)

    def shorten(self, iri: str) -> str:
        """Return the prefixed name of an IRI, or the IRI itself where no prefix fits.

        >>> Names({"sv": "https://w3id.org/servanda/def#"}, "https://w3id.org/servanda/").shorten(
        ...     "https://w3id.org/servanda/def#Finding")
        'sv:Finding'
        """
        for namespace, prefix in self._by_length:
            if iri.startswith(namespace) and LOCAL_NAME.match(iri, len(namespace)):
                return f"{prefix}:{iri[len(namespace) :]}"
        return iri

    def expand(self, name: str) -> str:
        """Return the IRI of a prefixed name; an IRI, bare or in <>, comes back as it is.

        Raises InputError for a prefix that the table does not have and for text that is no IRI.
        """
        text = name[1:-1] if name.startswith("<") and name.endswith(">") else name
        prefix, colon, local = text.partition(":")
        if text is name and colon and prefix in self.prefixes:
            return check_iri(self.prefixes[prefix] + local)
        if colon and (text is not name or local.startswith("//") or prefix in ("urn", "mailto")):
            return check_iri(text)
        if not colon:
            raise InputError(f'"{name}" is neither an IRI nor a prefixed name such as communication:cat-433-2010')
        raise InputError(f'"{name}": unknown prefix "{prefix}"; the prefixes are in ontology/prefixes.ttl')

    def sparql_header(self) -> str:
        """Return the PREFIX lines of every prefix, for a query that is shown or pasted elsewhere."""
        return "".join(f"PREFIX {prefix}: <{iri}>\n" for prefix, iri in self.prefixes.items())

    def local_path(self, iri: str) -> str | None:
        """Return the path that stands for one of our IRIs on any host, or None for an IRI that is not ours.

        `{base}id/state/kaz` gives `/id/state/kaz`, `{base}def#Finding` gives `/def/Finding`, `{base}def` gives `/def`.
        """
        if not iri.startswith(self.base_iri):
            return None
        rest = iri[len(self.base_iri) :]
        if rest == "def":
            return "/def"
        path = "/def/" + rest[4:] if rest.startswith("def#") else "/" + rest
        return quote(path) if self._is_local(path) else None

    def iri_of(self, path: str) -> str:
        """Return the IRI for which a local path stands, without looking whether anything is known of it.

        Raises NotFound for a path that no IRI of ours has (unknown kind, dot segments, backslash, control characters).
        """
        if path == "/def":
            return self.base_iri + "def"
        if not self._is_local(path):
            raise NotFound(path, "path")
        return self.base_iri + ("def#" + path[5:] if path.startswith("/def/") else path[1:])

    def graph_iri(self, path: str) -> str:
        """Return the IRI of the graph of a Turtle file, given by its path from the root with or without suffix."""
        return f"{self.base_iri}graph/{path.removesuffix('.ttl')}"

    @property
    def derived_graph(self) -> str:
        """Return the IRI of the graph that holds every derived statement."""
        return self.graph_iri("derived")

    @property
    def default_graph(self) -> str:
        """Return the IRI of the graph that holds what an update writes into the default graph."""
        return self.graph_iri("default")

    @cached_property
    def _by_length(self) -> list[tuple[str, str]]:
        """Return namespace and prefix, the longest namespace first, so that the most specific prefix wins."""
        return sorted(((iri, prefix) for prefix, iri in self.prefixes.items()), key=lambda pair: -len(pair[0]))

    @staticmethod
    def _is_local(path: str) -> bool:
        match = PATH.match(path)
        if not match or any(part in (".", "..") for part in path.split("/")):
            return False
        if match["kind"] == "def":
            return "/" not in match["rest"]
        return match["kind"] in LOCAL_KINDS


def check_iri(text: str) -> str:
    """Return an absolute IRI unchanged; raises InputError with the reason if it is not one (RFC 3987)."""
    try:
        return NamedNode(text).value
    except ValueError as error:
        raise InputError(f'"{text}" is not an IRI: {error}') from None


def read_prefixes(path: Path) -> dict[str, str]:
    """Read the sh:declare statements of a prefix table, in the order of the file."""
    try:
        quads = list(parse(path.read_bytes(), RdfFormat.TURTLE))
    except FileNotFoundError:
        raise EnvironmentFault(f"{path}: no such file") from None
    except SyntaxError as error:
        raise SyntaxFault(error.msg, str(path), error.lineno or 0, error.offset or 0) from None
    values: dict[str, dict[str, str]] = {}
    for quad in quads:
        if quad.predicate.value in (SH + "prefix", SH + "namespace"):
            declaration = values.setdefault(str(quad.subject), {})
            declaration[quad.predicate.value[len(SH) :]] = quad.object.value
    return {pair["prefix"]: pair["namespace"] for pair in values.values()}
