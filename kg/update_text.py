"""From the text of an update to its operations, each with the graphs that it may write (SPARQL 1.1 Update, section 3).

The default graph of a release is all statements together, so nothing can be written into it by itself. What an update
says of DEFAULT, and what its templates have outside of GRAPH, is said of one named graph here (`Names.default_graph`);
only patterns see all statements. LOAD is refused wherever it stands, as every reading of the text shows it.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from pyoxigraph import NamedNode

from kg import guard
from kg.errors import QueryRefused, QuerySyntaxError
from kg.names import Names
from kg.settings import Limits
from kg.terminals import Token, place, readings

__all__ = ["MAX_OPERATIONS", "Dataset", "Operation", "parse"]

MAX_OPERATIONS = 100
"""operations of one update"""
VERBS = ("INSERT", "DELETE", "WITH", "CLEAR", "DROP", "CREATE", "ADD", "MOVE", "COPY")


class Dataset(NamedTuple):
    """Hold the graphs that USING and USING NAMED name, for the patterns of an operation."""

    default: tuple[str, ...] = ()
    named: tuple[str, ...] = ()


class Operation(NamedTuple):
    """Hold one operation: its text with every graph by its full name, and what it may write.

    `before` and `after` are the text around the place of USING. `every` is "ALL" or "NAMED" where all graphs are to be
    emptied; there is no text then.
    """

    before: str
    after: str = ""
    using: Dataset = Dataset()
    writes: tuple[str, ...] = ()
    anywhere: bool = False
    """whether a variable names a graph that is written"""
    every: str = ""


def parse(text: str, limits: Limits, names: Names, dataset: Dataset) -> list[Operation]:
    """Judge the text of an update and return its operations; `dataset` is what the protocol names in place of USING.

    Raises QueryRefused as `kg.guard.readable` and with the rules load, size and dataset, QuerySyntaxError for
    what has not the form of operations. What is inside of braces may still be wrong SPARQL.
    """
    text, tokens = guard.readable(text, "update", limits.update_bytes, limits.depth)
    for run in readings(text, tokens):
        _check_load(text, run)
    _check_load(text, tokens)
    reader = _Reader(text, tokens, names, dataset)
    operations = list(_operations(reader))
    guard.check_prefixes(text, tokens, reader.prefixes)
    guard.check_size(reader.judged)
    return operations


def _check_load(text: str, tokens: list[Token]) -> None:
    """Refuse LOAD, also where the engine would find it without a space, as in `LOAD<…>` and `LOADSILENT`."""
    for token in tokens:
        if token.kind == "word" and "load" in token.text.lower():
            raise QueryRefused("LOAD is disabled: nothing is fetched from elsewhere", "load", *place(text, token.start))


def _operations(reader: _Reader) -> Iterator[Operation]:
    """Read all operations; the prologue of one holds for those after it."""
    prologue = reader.prologue()
    number = 0
    while operation := reader.operation():
        number += 1
        if number > MAX_OPERATIONS:
            raise QueryRefused(f"more than {MAX_OPERATIONS} operations", "size")
        yield operation._replace(before=prologue + operation.before)
        prologue += reader.prologue()


class _Reader:
    """Read the terminals of an update one after the other."""

    def __init__(self, text: str, tokens: list[Token], names: Names, dataset: Dataset) -> None:
        self.text = text
        self.tokens = tokens
        self.prefixes = {**names.prefixes}
        self.judged: list[Token] = []
        """terminals of patterns and templates; data may be long"""
        self._base = names.base_iri
        self._default = names.default_graph
        self._dataset = dataset
        self._at = 0

    def prologue(self) -> str:
        """Read what declares prefixes and the base."""
        start = self._at
        while (word := self._word()) in ("BASE", "PREFIX"):
            self._at += 1
            if word == "PREFIX":
                name = self._next("name", "a prefix")
                self.prefixes[name.text[:-1]] = self._iri()
            else:
                self._base = self._iri()
        return self._slice(start, self._at) + "\n"

    def operation(self) -> Operation | None:
        """Read an operation and the mark after it; None at the end of the text."""
        if self._at == len(self.tokens):
            return None
        found = self._operation()
        if self._at < len(self.tokens):
            self._mark(";")
        return found

    def _operation(self) -> Operation:
        verb = self._keyword(*VERBS)
        if verb in ("CLEAR", "DROP"):
            return self._emptying(verb)
        if verb == "CREATE":
            silent = self._silent()
            self._keyword("GRAPH")
            return Operation(f"CREATE{silent} GRAPH <{self._iri()}>")
        if verb in ("ADD", "MOVE", "COPY"):
            silent = self._silent()
            source = self._place()
            self._keyword("TO")
            target = self._place()
            # The graph for the default graph counts as there, also while it has no statement.
            silent = " SILENT" if source == self._default else silent
            writes = (source, target) if verb == "MOVE" else (target,)
            return Operation(f"{verb}{silent} GRAPH <{source}> TO GRAPH <{target}>", writes=writes)
        if verb != "WITH" and self._word() == "DATA":
            self._at += 1
            written = self._template(self._default)
            return written._replace(before=f"{verb} DATA {written.before}")
        start = self._at
        if verb == "DELETE" and self._word() == "WHERE":
            self._at += 1
            written = self._template(self._default)
            operation = self._matched(f"DELETE {written.before}", self._slice(start + 1, self._at), written, Dataset())
        else:
            operation = self._modification(verb)
        self.judged += self.tokens[start : self._at]
        return operation

    def _emptying(self, verb: str) -> Operation:
        silent = self._silent()
        target = self._keyword("GRAPH", "DEFAULT", "NAMED", "ALL")
        if target in ("NAMED", "ALL"):
            return Operation("", every=target)
        iri = self._iri() if target == "GRAPH" else self._default
        silent = " SILENT" if iri == self._default else silent
        return Operation(f"{verb}{silent} GRAPH <{iri}>", writes=(iri,))

    def _modification(self, verb: str) -> Operation:
        """Read DELETE … INSERT … USING … WHERE …, with or without WITH before it."""
        head, graph = "", self._default
        if verb == "WITH":
            self._refuse_dataset()
            graph = self._iri()
            head, verb = f"WITH <{graph}> ", self._keyword("DELETE", "INSERT")
        deleted = self._template(graph, wrap=not head)
        parts = [head, verb, deleted.before]
        inserted = Operation("")
        if verb == "DELETE" and self._word() == "INSERT":
            self._at += 1
            inserted = self._template(graph, wrap=not head)
            parts += [" INSERT ", inserted.before]
        writes = Operation("", "", Dataset(), deleted.writes + inserted.writes, deleted.anywhere or inserted.anywhere)
        default: list[str] = []
        named: list[str] = []
        while self._word() == "USING":
            self._refuse_dataset()
            self._at += 1
            is_named = self._word() == "NAMED"
            self._at += is_named
            (named if is_named else default).append(self._iri())
        self._keyword("WHERE")
        start = self._at
        self._group()
        using = Dataset(tuple(dict.fromkeys(default)), tuple(dict.fromkeys(named)))
        return self._matched("".join(parts), self._slice(start, self._at), writes, using)

    def _matched(self, before: str, group: str, writes: Operation, using: Dataset) -> Operation:
        using = self._dataset if any(self._dataset) else using
        return writes._replace(before=before, after=f" WHERE {group}", using=using)

    def _refuse_dataset(self) -> None:
        if any(self._dataset):
            message = "using-graph-uri and using-named-graph-uri cannot be combined with USING and WITH"
            raise QueryRefused(message, "dataset", *place(self.text, self.tokens[self._at - 1].start))

    def _template(self, default: str, wrap: bool = True) -> Operation:
        """Read quads in braces; return them, what is in no graph put into `default`, and the graphs that they name."""
        first, last = self._group()
        end, self._at = self._at, first
        parts, writes, anywhere = [], [], False
        while self._at < last:
            start = self._at
            while self._at < last and self._word() != "GRAPH":
                self._at += 1
            if self._at > start:
                inside = self._slice(start, self._at)
                parts.append(f"GRAPH <{default}> {{ {inside} }}" if wrap else inside)
                writes.append(default)
            if self._at == last:
                break
            self._at += 1
            if self.tokens[self._at].kind == "variable":
                anywhere, name = True, self.tokens[self._at].text
                self._at += 1
            else:
                writes.append(self._iri())
                name = f"<{writes[-1]}>"
            start = self._at
            self._group()
            parts.append(f"GRAPH {name} {self._slice(start, self._at)}")
            self._at += self._at < last and self.tokens[self._at].text == "."
        self._at = end
        return Operation(f"{{ {' '.join(parts)} }}", writes=tuple(writes), anywhere=anywhere)

    def _group(self) -> tuple[int, int]:
        """Step over a group in braces; return where its inside begins and ends."""
        self._mark("{")
        first, level = self._at, 1
        while level:
            if self._at == len(self.tokens):
                raise QuerySyntaxError("the update ends too early", *place(self.text, len(self.text.rstrip())))
            level += {"{": 1, "}": -1}.get(self.tokens[self._at].text, 0)
            self._at += 1
        return first, self._at - 1

    def _place(self) -> str:
        """Read a graph, or DEFAULT."""
        if self._word() == "DEFAULT":
            self._at += 1
            return self._default
        self._at += self._word() == "GRAPH"
        return self._iri()

    def _silent(self) -> str:
        found = self._word() == "SILENT"
        self._at += found
        return " SILENT" if found else ""

    def _iri(self) -> str:
        """Read an IRI and resolve it."""
        token = self._next("iri name", "an IRI")
        found = guard.resolved(token, self.prefixes, self._base)
        try:
            return NamedNode(found or "").value
        except ValueError:
            known = token.kind == "iri" or token.text.partition(":")[0] in self.prefixes
            message = f'"{token.text[:40]}" is not an IRI' if known else f'the prefix of "{token.text}" is not declared'
            raise QuerySyntaxError(message, *place(self.text, token.start)) from None

    def _keyword(self, *words: str) -> str:
        word = self._word()
        if word not in words:
            raise self._unexpected(f"{', '.join(words[:-1])} or {words[-1]}" if len(words) > 1 else words[0])
        self._at += 1
        return word

    def _mark(self, text: str) -> None:
        if self._at == len(self.tokens) or self.tokens[self._at].text != text:
            raise self._unexpected(f'"{text}"')
        self._at += 1

    def _next(self, kinds: str, expected: str) -> Token:
        if self._at == len(self.tokens) or self.tokens[self._at].kind not in kinds.split():
            raise self._unexpected(expected)
        self._at += 1
        return self.tokens[self._at - 1]

    def _word(self) -> str:
        """Return the word that is next, in capitals; "" if there is none."""
        if self._at == len(self.tokens) or self.tokens[self._at].kind != "word":
            return ""
        return self.tokens[self._at].text.upper()

    def _unexpected(self, expected: str) -> QuerySyntaxError:
        if self._at == len(self.tokens):
            return QuerySyntaxError("the update ends too early", *place(self.text, len(self.text.rstrip())))
        token = self.tokens[self._at]
        return QuerySyntaxError(f'{expected} expected, not "{token.text[:40]}"', *place(self.text, token.start))

    def _slice(self, first: int, last: int) -> str:
        """Return the text of the terminals from one to before another."""
        if first == last:
            return ""
        end = self.tokens[last - 1]
        return self.text[self.tokens[first].start : end.start + len(end.text)]
