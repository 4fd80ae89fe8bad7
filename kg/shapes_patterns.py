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
    def token(self) -> Token:
        if self.place >= len(self.tokens):
            raise Unreadable("the query ends too early")
        return self.tokens[self.place]

    @property
    def word(self) -> str:
        return self.token.text.upper() if self.token.kind == "word" else ""

    def take(self) -> Token:
        token = self.token
        self.place += 1
        return token

    def query(self) -> None:
        """Read the query from PREFIX to the end of its pattern."""
        while self.word == "PREFIX":
            name, iri = self.tokens[self.place + 1 : self.place + 3]
            self.prefixes[name.text[:-1]] = iri.text[1:-1]
            self.place += 3
        self.select(())

    def select(self, around: tuple[int, ...]) -> None:
        while self.token.text != "{":
            self.take()
        self.group(around)

    def group(self, around: tuple[int, ...]) -> None:
        """Read one group, from its opening brace to the closing one."""
        self.take()
        self.groups += 1
        own = (*around, self.groups)
        if self.word == "SELECT":
            self.sub_query(own)
            return
        while self.token.text != "}":
            if self.word in UNKNOWN:
                raise Unreadable(self.word)
            if self.token.text == "{":
                self.group(own)
            elif self.word in BUILT_IN:
                self.take()
                self.expression(own)
            elif self.word in ("OPTIONAL", "UNION") or self.token.text == ".":
                self.take()
            elif self.word == "VALUES":
                self.table()
            else:
                self.triples(own)
        self.take()

    def sub_query(self, own: tuple[int, ...]) -> None:
        start = self.place
        while self.token.text != "{":
            self.take()
        outer = self.scope, self.shown
        names = {token.text[1:] for token in self.tokens[start : self.place] if token.kind == "variable"}
        self.scope, self.shown = f"_{own[-1]}", names
        self.group(own)
        self.scope, self.shown = outer
        while self.token.text != "}":  # GROUP BY and the like
            if self.token.text == "{":
                raise Unreadable("a group after a sub-query")
            self.take()
        self.take()

    def expression(self, own: tuple[int, ...]) -> None:
        """Read an expression in brackets, a call of a function, or EXISTS with its group."""
        while self.token.text not in ("(", "{"):
            self.take()
        if self.token.text == "{":
            self.group(own)
            return
        depth = 0
        while True:
            if self.token.text == "{":
                self.group(own)
                continue
            text = self.take().text
            depth += (text == "(") - (text == ")")
            if not depth:
                return

    def table(self) -> None:
        while self.take().text != "{":
            pass
        while self.take().text != "}":
            pass

    def triples(self, own: tuple[int, ...]) -> None:
        """Read a subject with its properties and values."""
        subject = self.term()
        while True:
            path = self.verb()
            while True:
                self.hops.append(Hop(own, subject, path, self.term()))
                if self.token.text != ",":
                    break
                self.take()
            while self.token.text == ";":
                self.take()
                if self.token.text in (".", "}", ";"):
                    continue
                break
            else:
                return

    def term(self) -> str:
        token = self.take()
        if token.kind == "variable":
            name = token.text[1:]
            return f"?{name}" if not self.scope or name in self.shown else f"?{name}{self.scope}"
        if token.kind in ("iri", "name"):
            return f"<{self.iri(token)}>"
        if token.kind == "string":
            if self.token.kind == "tag":
                self.take()
            elif self.token.text == "^^":
                self.place += 2
            return ""
        if token.kind == "number" or token.text in ("true", "false"):
            return ""
        raise Unreadable(f'"{token.text}" as a term')

    def iri(self, token: Token) -> str:
        if token.kind == "iri":
            return token.text[1:-1]
        prefix, _, local = token.text.partition(":")
        if prefix not in self.prefixes or "\\" in local:
            raise Unreadable(f'the name "{token.text}"')
        return self.prefixes[prefix] + local

    def verb(self) -> Path | None:
        if self.token.kind == "variable":
            self.take()
            return None
        return self.alternatives()

    def alternatives(self) -> Path:
        return self.parted("|", self.sequence)

    def sequence(self) -> Path:
        return self.parted("/", self.step)

    def parted(self, mark: str, part: Callable[[], Path]) -> Path:
        parts = [part()]
        while self.token.text == mark:
            self.take()
            parts.append(part())
        return parts[0] if len(parts) == 1 else Path(mark, parts=tuple(parts))

    def step(self) -> Path:
        if self.token.text == "^":
            self.take()
            return Path("^", parts=(self.step(),))
        token = self.take()
        if token.text == "(":
            inner = self.alternatives()
            self.take()
        elif token.text == "a":
            inner = Path("", RDF + "type")
        elif token.kind in ("iri", "name"):
            inner = Path("", self.iri(token))
        else:
            raise Unreadable(f'"{token.text}" in a path')
        if self.token.text in ("*", "+", "?"):
            inner = Path(self.take().text, parts=(inner,))
        return inner


def read_hops(text: str) -> list[Hop]:
    """Return the triple patterns of a query; raises Unreadable for a query that is not understood."""
    reader = _Reader(list(scan(text)))
    try:
        reader.query()
    except (IndexError, ValueError) as error:
        raise Unreadable(str(error)) from None
    return reader.hops
