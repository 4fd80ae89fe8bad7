"""The triple patterns of a compiled question: which statements it reads, and how each is tied to the focus node.

The text is read terminal by terminal (`kg.terminals`). What this reader does not know raises Unreadable, and such a
question is asked of every node when something has changed (`kg.shapes_reach`).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from kg.shapes_path import RDF, Path, Unreadable
from kg.terminals import Token, scan

__all__ = ["Hop", "read_hops"]

BUILT_IN = {"FILTER", "BIND"}
UNKNOWN = {"MINUS", "SERVICE", "GRAPH"}


class Hop(NamedTuple):
    """Hold one triple pattern; its ends are "?name", an IRI in <>, or "" for any other term."""

    group: tuple[int, ...]
    """the group in which it stands, as the numbers of the groups around it and its own"""
    subject: str
    path: Path | None
    """None for any property"""
    object: str


@dataclass
class _Reader:
    tokens: Sequence[Token]
    prefixes: dict[str, str] = field(default_factory=dict)
    place: int = 0
    groups: int = 0
    hops: list[Hop] = field(default_factory=list)
    scope: str = ""
    """ends the names of variables that a sub-query does not show"""
    shown: set[str] = field(default_factory=set)

    @property
    def _token(self) -> Token:
        if self.place >= len(self.tokens):
            raise Unreadable("the query ends too early")
        return self.tokens[self.place]

    @property
    def _word(self) -> str:
        return self._token.text.upper() if self._token.kind == "word" else ""

    def _take(self) -> Token:
        token = self._token
        self.place += 1
        return token

    def read(self) -> None:
        """Read the query from PREFIX to the end of its pattern."""
        while self._word == "PREFIX":
            name, iri = self.tokens[self.place + 1 : self.place + 3]
            self.prefixes[name.text[:-1]] = iri.text[1:-1]
            self.place += 3
        self._select(())

    def _select(self, around: tuple[int, ...]) -> None:
        while self._token.text != "{":
            self._take()
        self._group(around)

    def _group(self, around: tuple[int, ...]) -> None:
        """Read one group, from its opening brace to the closing one."""
        self._take()
        self.groups += 1
        own = (*around, self.groups)
        if self._word == "SELECT":
            self._sub_query(own)
            return
        while self._token.text != "}":
            if self._word in UNKNOWN:
                raise Unreadable(self._word)
            if self._token.text == "{":
                self._group(own)
            elif self._word in BUILT_IN:
                self._take()
                self._expression(own)
            elif self._word in ("OPTIONAL", "UNION") or self._token.text == ".":
                self._take()
            elif self._word == "VALUES":
                self._table()
            else:
                self._triples(own)
        self._take()

    def _sub_query(self, own: tuple[int, ...]) -> None:
        start = self.place
        while self._token.text != "{":
            self._take()
        outer = self.scope, self.shown
        names = {token.text[1:] for token in self.tokens[start : self.place] if token.kind == "variable"}
        self.scope, self.shown = f"_{own[-1]}", names
        self._group(own)
        self.scope, self.shown = outer
        while self._token.text != "}":  # GROUP BY and the like
            if self._token.text == "{":
                raise Unreadable("a group after a sub-query")
            self._take()
        self._take()

    def _expression(self, own: tuple[int, ...]) -> None:
        """Read an expression in brackets, a call of a function, or EXISTS with its group."""
        while self._token.text not in ("(", "{"):
            self._take()
        if self._token.text == "{":
            self._group(own)
            return
        depth = 0
        while True:
            if self._token.text == "{":
                self._group(own)
                continue
            text = self._take().text
            depth += (text == "(") - (text == ")")
            if not depth:
                return

    def _table(self) -> None:
        while self._take().text != "{":
            pass
        while self._take().text != "}":
            pass

    def _triples(self, own: tuple[int, ...]) -> None:
        """Read a subject with its properties and values."""
        subject = self._term()
        while True:
            path = self._verb()
            while True:
                self.hops.append(Hop(own, subject, path, self._term()))
                if self._token.text != ",":
                    break
                self._take()
            while self._token.text == ";":
                self._take()
                if self._token.text in (".", "}", ";"):
                    continue
                break
            else:
                return

    def _term(self) -> str:
        token = self._take()
        if token.kind == "variable":
            name = token.text[1:]
            return f"?{name}" if not self.scope or name in self.shown else f"?{name}{self.scope}"
        if token.kind in ("iri", "name"):
            return f"<{self._iri(token)}>"
        if token.kind == "string":
            if self._token.kind == "tag":
                self._take()
            elif self._token.text == "^^":
                self.place += 2
            return ""
        if token.kind == "number" or token.text in ("true", "false"):
            return ""
        raise Unreadable(f'"{token.text}" as a term')

    def _iri(self, token: Token) -> str:
        if token.kind == "iri":
            return token.text[1:-1]
        prefix, _, local = token.text.partition(":")
        if prefix not in self.prefixes or "\\" in local:
            raise Unreadable(f'the name "{token.text}"')
        return self.prefixes[prefix] + local

    def _verb(self) -> Path | None:
        if self._token.kind == "variable":
            self._take()
            return None
        return self._alternatives()

    def _alternatives(self) -> Path:
        return self._parted("|", self._sequence)

    def _sequence(self) -> Path:
        return self._parted("/", self._step)

    def _parted(self, mark: str, part: Callable[[], Path]) -> Path:
        parts = [part()]
        while self._token.text == mark:
            self._take()
            parts.append(part())
        return parts[0] if len(parts) == 1 else Path(mark, parts=tuple(parts))

    def _step(self) -> Path:
        if self._token.text == "^":
            self._take()
            return Path("^", parts=(self._step(),))
        token = self._take()
        if token.text == "(":
            inner = self._alternatives()
            self._take()
        elif token.text == "a":
            inner = Path("", RDF + "type")
        elif token.kind in ("iri", "name"):
            inner = Path("", self._iri(token))
        else:
            raise Unreadable(f'"{token.text}" in a path')
        if self._token.text in ("*", "+", "?"):
            inner = Path(self._take().text, parts=(inner,))
        return inner


def read_hops(text: str) -> list[Hop]:
    """Return the triple patterns of a query; raises Unreadable for a query that is not understood."""
    reader = _Reader(list(scan(text)))
    try:
        reader.read()
    except (IndexError, ValueError) as error:
        raise Unreadable(str(error)) from None
    return reader.hops
