"""SERVICE, for the endpoints that the operator allows: asked from here, for the workers have no network.

A group `SERVICE <endpoint> { … }` that stands directly in the WHERE group is cut out of the query before anything else
looks at it, and judged as a query of its own. Its rows come back as VALUES in the same place, which is what SPARQL 1.1
Federated Query (section 4) makes of a SERVICE group. Every other use of SERVICE is refused.
"""

from __future__ import annotations

import re
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import quote, urlencode
from urllib.request import Request

from pyoxigraph import BlankNode, Literal, NamedNode, QuerySolutions, Triple

from kg import guard
from kg.addresses import connect
from kg.answers import read_rows
from kg.binding import declare
from kg.caller import Caller
from kg.errors import EndpointFault, LimitExceeded, QueryRefused, StoreFault, counted
from kg.guard import Query
from kg.settings import Limits, Settings
from kg.terminals import Token, Unreadable, place, scan
from kg.wire import Wire

__all__ = ["Federated", "Service", "check", "fill"]

MAX_SERVICES = 5
"""SERVICE groups of one query"""
RESULTS = "application/sparql-results+json"
BLANK = "urn:x-servanda:blank:"
"""beginning of the IRIs that stand for blank nodes of an endpoint, which VALUES cannot hold"""
PLACE = "{}"
"""what stands for a SERVICE group until its rows are there"""
NOT_BLANK = re.compile(r"[^\r\n]")


@dataclass(frozen=True)
class Service:
    """Hold one SERVICE group: the endpoint, whether it may fail, what it is asked, and where its rows belong."""

    endpoint: str
    silent: bool
    text: str
    variables: frozenset[str]
    start: int


@dataclass(frozen=True)
class Federated(Query):
    """Hold a query whose text has a place for the rows of each SERVICE group."""

    services: tuple[Service, ...] = ()


def check(text: str | bytes, limits: Limits, prefixes: Mapping[str, str], allowed: Sequence[str]) -> Query:
    """Judge a query as `kg.guard.check`, which refuses every SERVICE; cut out those that are allowed before.

    Raises as `kg.guard.check`; the rule is service for an endpoint that is not allowed and for any other place.
    """
    plain = _readable(text, limits) if allowed else ""
    try:
        tokens = list(scan(plain))
    except Unreadable:
        tokens = []
    found = list(_groups(tokens))
    if not found:
        return _judge(text, limits, prefixes, allowed)
    if len(found) > MAX_SERVICES:
        raise QueryRefused(
            f"more than {MAX_SERVICES} SERVICE groups", "size", *place(plain, tokens[found[-1][0]].start)
        )
    _, declared, base = guard.prologue(plain, tokens)
    known = {**prefixes, **declared}
    head = plain[: tokens[_form(tokens)].start]
    services, rest = [], plain
    for start, name, end in found:
        endpoint = guard.resolved(tokens[name], known, base) or ""
        if endpoint not in allowed:
            message = f"{tokens[name].text} is not an endpoint that may be asked; there are {', '.join(allowed)}"
            raise QueryRefused(message, "service", *place(plain, tokens[name].start))
        first, last = tokens[start].start, tokens[end].start + 1
        body = plain[tokens[name + 1].start : last]
        # The same places as in the whole query, so that an error in the group is found there: SELECT* for SERVICE.
        alone = head + _blank(plain[len(head) : first]) + "SELECT*" + _blank(plain[first + 7 : last - len(body)]) + body
        _judge(alone, limits, prefixes, allowed)
        variables = frozenset(token.text[1:] for token in tokens[name : end + 1] if token.kind == "variable")
        asked = f"{declare(f'{head}SELECT * {body}', prefixes)}\nLIMIT {limits.rows + 1}"
        services.append(Service(endpoint, tokens[start + 1].text.upper() == "SILENT", asked, variables, first))
        rest = rest[:first] + PLACE + _blank(plain[first + len(PLACE) : last]) + rest[last:]
    judged = _judge(rest, limits, prefixes, allowed)
    return Federated(judged.text, judged.form, judged.default_graphs, judged.named_graphs, tuple(services))


def fill(query: Federated, settings: Settings, caller: Caller) -> str:
    """Ask the endpoints of a query and return its text with their rows.

    All of them together have the time of one query. Raises EndpointFault for an endpoint that gives no usable answer,
    unless the group is SILENT, and Cancelled if the caller leaves.
    """
    text = query.text
    deadline = time.monotonic() + settings.limits.seconds
    numbered = reversed(list(enumerate(query.services)))  # from the end, so that the places before stay where they are
    for number, service in numbered:
        try:
            values = _values(service, number, settings, deadline - time.monotonic(), caller)
        except EndpointFault:
            if not service.silent:
                raise
            values = PLACE  # one empty solution, as the recommendation says
        text = text[: service.start] + values + text[service.start + len(PLACE) :]
    return text


def _values(service: Service, number: int, settings: Settings, seconds: float, caller: Caller) -> str:
    """Ask one endpoint and return its rows as VALUES."""
    limits, name = settings.limits, f"the endpoint <{service.endpoint}>"
    try:
        result = read_rows(_asked(service, settings, seconds, caller), BLANK)
    except StoreFault as error:
        raise EndpointFault(f"{name} gave no usable answer: {error}") from None
    except LimitExceeded as error:
        met = (
            f"not within {limits.seconds:g} s" if error.limit == "time" else f"with more than {limits.bytes / 1e6:g} MB"
        )
        raise EndpointFault(f"{name} answered {met}") from None
    if not isinstance(result, QuerySolutions) or not {item.value for item in result.variables} <= service.variables:
        raise EndpointFault(f"{name} answered something else than it was asked")
    names = [item.value for item in result.variables]
    rows = ["(" + " ".join(_written(row[item], number) for item in names) + ")" for row in result]
    if len(rows) > limits.rows:
        raise EndpointFault(f"{name} has more than {counted(limits.rows, 'row')}: put a sub-query with LIMIT there")
    return f"VALUES ({' '.join('?' + item for item in names)}) {{ {' '.join(rows)} }}"


def _asked(service: Service, settings: Settings, seconds: float, caller: Caller) -> bytes:
    """Send the query of one group and return the body of the answer."""
    wire = Wire(service.endpoint, dial=lambda to, left: connect(to, left, settings.service_networks))
    headers = {"Accept": RESULTS, "Content-Type": "application/x-www-form-urlencoded", "User-Agent": "servanda"}
    # The endpoint is one of those that the operator allows.
    request = Request(service.endpoint, urlencode({"query": service.text}).encode(), headers)  # noqa: S310
    with wire.open(request, max(seconds, 0.001), settings.limits.bytes, caller) as incoming:
        if incoming.status != 200:
            raise StoreFault(f"{incoming.reason()} ({incoming.status})")
        if incoming.media_type not in (RESULTS, "application/json"):
            raise StoreFault(f"{incoming.media_type or 'no media type'} instead of results")
        return incoming.whole()


def _written(term: NamedNode | BlankNode | Literal | Triple | None, number: int) -> str:
    """Write a term of an answer as VALUES takes it."""
    if isinstance(term, BlankNode):
        return f"<{BLANK}{number}:{quote(term.value, safe='')}>"
    return "UNDEF" if term is None else str(term)


def _groups(tokens: list[Token]) -> Iterator[tuple[int, int, int]]:
    """Yield the positions of SERVICE, of the endpoint and of the closing bracket of each group directly in WHERE."""
    at, level = _where(tokens), 0
    while at < len(tokens):
        token = tokens[at]
        if level == 1 and token.kind == "word" and token.text.upper() == "SERVICE":
            name = at + 1 + any(after.text.upper() == "SILENT" for after in tokens[at + 1 : at + 2])
            end = _closing(tokens, name + 1)
            if end and tokens[name].kind in ("iri", "name"):
                yield at, name, end
                at = end + 1
                continue
        level += _step(token)
        if level == 0:
            return
        at += 1


def _where(tokens: list[Token]) -> int:
    """Return the position of the bracket that opens the WHERE group, the number of tokens if there is none."""
    form = _form(tokens)
    at = form + 1
    if tokens[form : form + 1] and tokens[form].text.upper() == "CONSTRUCT":
        at = max(at, _closing(tokens, at) + 1)  # the template
    level = 0
    for position in range(at, len(tokens)):
        if level == 0 and tokens[position].text == "{":
            return position
        level += _step(tokens[position])
    return len(tokens)


def _form(tokens: list[Token]) -> int:
    words = (at for at, token in enumerate(tokens) if token.kind == "word" and token.text.upper() in guard.FORMS)
    return next(words, len(tokens))


def _closing(tokens: list[Token], opening: int) -> int:
    """Return the position of the bracket that closes the group which opens at a position, 0 if there is none."""
    level = 0
    if not tokens[opening : opening + 1] or tokens[opening].text != "{":
        return 0
    for position in range(opening, len(tokens)):
        level += _step(tokens[position])
        if level == 0:
            return position
    return 0


def _step(token: Token) -> int:
    return (token.text in guard.OPENING) - (token.text in guard.CLOSING)


def _blank(text: str) -> str:
    """Return as much space as a text takes, line by line."""
    return NOT_BLANK.sub(" ", text)


def _readable(text: str | bytes, limits: Limits) -> str:
    """Return a text in which there may be a SERVICE to cut out; "" for one that the guard will refuse anyway."""
    try:
        plain = text.decode() if isinstance(text, bytes) else text
        size = len(plain.encode())
    except UnicodeError:
        return ""
    return plain if size <= limits.query_bytes and "service" in plain.lower() else ""


def _judge(text: str | bytes, limits: Limits, prefixes: Mapping[str, str], allowed: Sequence[str]) -> Query:
    try:
        return guard.check(text, limits, prefixes)
    except QueryRefused as error:
        if error.rule != "service" or not allowed:
            raise
        message = f"SERVICE is possible only directly in the WHERE group, with one of {', '.join(allowed)}"
        raise QueryRefused(message, "service", error.line, error.column) from None
