"""SERVICE: for allowed endpoints only, in one place only, asked from this process, and never trusted."""

from __future__ import annotations

import csv
import io
import json
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import ClassVar
from urllib.parse import parse_qs

import pytest

from kg.caller import Caller
from kg.errors import Cancelled, EndpointFault, LimitExceeded, QueryRefused, QuerySyntaxError
from kg.federation import Federated, check
from kg.query import QueryService
from kg.settings import Limits, Settings

ALLOWED = ("https://a.example/sparql", "https://b.example/sparql")
PREFIXES = {"ex": "https://example.org/"}
LIMITS = Limits(seconds=2, rows=100, bytes=100_000, workers=1)


def judged(text: str | bytes, allowed: tuple[str, ...] = ALLOWED) -> Federated:
    found = check(text, LIMITS, PREFIXES, allowed)
    assert isinstance(found, Federated)
    return found


def test_a_group_is_cut_out_and_becomes_a_query() -> None:
    query = judged(
        "PREFIX a: <https://a.example/>\n"
        "SELECT ?x WHERE {\n ?x ex:p ?y . SERVICE a:sparql { ?y ex:q ?z FILTER(?z < 3) } OPTIONAL { ?x ex:r ?z }\n}"
    )
    (service,) = query.services
    assert (service.endpoint, service.silent, service.variables) == (ALLOWED[0], False, {"y", "z"})
    assert service.text == (
        "PREFIX ex: <https://example.org/>\nPREFIX a: <https://a.example/>\n"
        "SELECT * { ?y ex:q ?z FILTER(?z < 3) }\nLIMIT 101"
    )
    before, after = query.text.split("{}")
    assert before.endswith("?x ex:p ?y . ")
    assert after.strip().startswith("OPTIONAL { ?x ex:r ?z }")


@pytest.mark.parametrize(
    ("text", "silent"),
    [
        ("ASK { SERVICE <https://a.example/sparql> { ?s ?p ?o } }", [False]),
        ("ask { service silent<https://a.example/sparql>{?s ?p ?o} }", [True]),
        ("CONSTRUCT { ?s ?p ?o } WHERE { SERVICE SILENT <https://a.example/sparql> { ?s ?p ?o } }", [True]),
        ("DESCRIBE ?s { SERVICE <https://a.example/sparql> { ?s ?p ?o } }", [False]),
        ("SELECT (EXISTS { ?a ?b ?c } AS ?e) { SERVICE <https://a.example/sparql> { ?s ?p ?o } }", [False]),
        ("BASE <https://b.example/> SELECT * FROM <x:g> { SERVICE <sparql> { ?s ?p ?o } } LIMIT 3", [False]),
        (
            "SELECT * { SERVICE <https://a.example/sparql> { { SELECT ?s { ?s ?p ?o } LIMIT 3 } }"
            " SERVICE SILENT <https://b.example/sparql> { ?s ?p '} SERVICE {' } # } SERVICE {\n }",
            [False, True],
        ),
    ],
)
def test_where_a_group_may_stand(text: str, silent: list[bool]) -> None:
    assert [service.silent for service in judged(text).services] == silent
    assert [service.silent for service in judged(text.encode()).services] == silent


REFUSED = {
    "another endpoint": "SELECT * { SERVICE <https://c.example/sparql> { ?s ?p ?o } }",
    "another path": "SELECT * { SERVICE <https://a.example/sparql?x> { ?s ?p ?o } }",
    "another port": "SELECT * { SERVICE <https://a.example:8443/sparql> { ?s ?p ?o } }",
    "another scheme": "SELECT * { SERVICE <http://a.example/sparql> { ?s ?p ?o } }",
    "silent": "SELECT * { SERVICE SILENT <https://c.example/> { ?s ?p ?o } }",
    "variable": "SELECT * { VALUES ?e { <https://a.example/sparql> } SERVICE ?e { ?s ?p ?o } }",
    "optional": "SELECT * { OPTIONAL { SERVICE <https://a.example/sparql> { ?s ?p ?o } } }",
    "exists": "ASK { FILTER EXISTS { SERVICE <https://a.example/sparql> { ?s ?p ?o } } }",
    "sub-query": "SELECT * { { SELECT * { SERVICE <https://a.example/sparql> { ?s ?p ?o } } } }",
    "in the clause": "SELECT (EXISTS { SERVICE <https://a.example/sparql> { ?s ?p ?o } } AS ?e) { ?s ?p ?o }",
    "template": "CONSTRUCT { SERVICE <https://a.example/sparql> { ?s ?p ?o } } WHERE { ?s ?p ?o }",
    "within another": "SELECT * { SERVICE <https://a.example/sparql> { SERVICE <https://b.example/sparql> {} } }",
    "second": "SELECT * { SERVICE <https://a.example/sparql> {} SERVICE <https://c.example/> {} }",
    "no space": "PREFIX : <x:> SELECT * { ?s ?p :;SERVICE <https://c.example/> {} }",
    "comparison": "SELECT * { FILTER(1<a:b) SERVICE <https://c.example/> { ?s ?p ?o } FILTER(?x>2) }",
    "not closed": "SELECT * { SERVICE <https://a.example/sparql> { ?s ?p ?o ",
    "no group": "SELECT * { SERVICE <https://a.example/sparql> }",
    "last word": "SELECT * { SERVICE",
    "escape": "SELECT * { \\u0053ERVICE <https://a.example/sparql> { ?s ?p ?o } }",
}


@pytest.mark.parametrize("text", REFUSED.values(), ids=REFUSED)
def test_every_other_service_is_refused(text: str) -> None:
    with pytest.raises((QueryRefused, QuerySyntaxError)) as error:
        check(text, LIMITS, PREFIXES, ALLOWED)
    assert getattr(error.value, "rule", "service") == "service"


def test_nothing_is_allowed_by_default() -> None:
    with pytest.raises(QueryRefused, match="SERVICE is disabled"):
        check("SELECT * { SERVICE <https://a.example/sparql> {} }", LIMITS, PREFIXES, ())


def test_errors_in_a_group_have_their_place_in_the_whole_query() -> None:
    with pytest.raises(QuerySyntaxError) as error:
        judged("SELECT * {\n SERVICE <https://a.example/sparql> { ?s\n  nope:p ?o } }")
    assert (error.value.line, error.value.column) == (3, 3)
    deep = "{" * 60 + "}" * 60
    with pytest.raises(QueryRefused, match="nesting deeper than 50"):
        judged(f"SELECT * {{ SERVICE <https://a.example/sparql> {{ {deep} }} }}")


def test_many_groups() -> None:
    with pytest.raises(QueryRefused, match="more than 5 SERVICE groups"):
        judged("SELECT * { " + "SERVICE <https://a.example/sparql> {} " * 6 + "}")


# ---------------------------------------------------------------- an endpoint on the loopback


class Handler(BaseHTTPRequestHandler):
    """Answer as the test says, and remember what was asked."""

    asked: ClassVar[list[str]] = []
    headers_seen: ClassVar[list[dict[str, str]]] = []
    reply: ClassVar[tuple[int, dict[str, str], bytes]] = (200, {}, b"")
    delay = 0.0

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.asked.append(parse_qs(body.decode())["query"][0])
        self.headers_seen.append(dict(self.headers.items()))
        time.sleep(self.delay)
        status, headers, body = self.reply
        self.send_response(status)
        for name, value in {"Content-Length": str(len(body)), **headers}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def do_GET(self) -> None:
        self.asked.append(self.path)

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture(scope="module")
def server() -> Iterator[ThreadingHTTPServer]:
    made = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    made.daemon_threads = True
    thread = threading.Thread(target=made.serve_forever, args=(0.05,))
    thread.start()
    yield made
    made.shutdown()
    thread.join()
    made.server_close()


@pytest.fixture
def address(server: ThreadingHTTPServer) -> str:
    Handler.asked.clear()
    Handler.headers_seen.clear()
    Handler.delay = 0.0
    return f"http://127.0.0.1:{server.server_port}/sparql"


@pytest.fixture(scope="module")
def service(released: Settings, server: ThreadingHTTPServer) -> Iterator[QueryService]:
    """Give a service that may ask the server of this test and one at which nobody listens."""
    allowed = (f"http://127.0.0.1:{server.server_port}/sparql", "http://127.0.0.1:1/sparql")
    settings = replace(released, limits=LIMITS, service_allow=allowed, service_networks=("127.0.0.0/8",))
    made = QueryService(settings)
    yield made
    made.close()


def answers(rows: list[dict[str, object]], names: list[str], **headers: str) -> None:
    body = json.dumps({"head": {"vars": names}, "results": {"bindings": rows}}).encode()
    Handler.reply = (200, {"Content-Type": "application/sparql-results+json", **headers}, body)


def ask(service: QueryService, text: str, caller: Caller | None = None) -> list[list[str]]:
    body = service.run(text, "csv", caller=caller).body.decode()
    return list(csv.reader(io.StringIO(body)))[1:]


def test_rows_join_with_what_is_here(service: QueryService, address: str) -> None:
    case = "https://w3id.org/servanda/id/communication/cat-433-2010"
    answers([{"c": {"type": "uri", "value": case}, "n": {"type": "literal", "value": "7"}}], ["c", "n"])
    text = f"SELECT ?c ?n {{ ?c a sv:Communication . SERVICE <{address}> {{ ?c sv:x ?n }} }}"
    assert ask(service, text) == [[case, "7"]]
    assert Handler.asked == [
        "PREFIX sv: <https://w3id.org/servanda/def#>\nSELECT * { ?c sv:x ?n }\nLIMIT 101"
    ]
    assert not {"Authorization", "Cookie"} & {name.title() for name in Handler.headers_seen[0]}


def test_every_kind_of_term_comes_through(service: QueryService, address: str) -> None:
    terms = [
        {"type": "literal", "value": 'a"\\\n} SERVICE <x:y> {', "xml:lang": "en"},
        {"type": "literal", "value": "1", "datatype": "http://www.w3.org/2001/XMLSchema#integer"},
        {"type": "uri", "value": "https://example.org/x?a=%20#b"},
        {"type": "bnode", "value": "b0"},
    ]
    answers([{"x": term} for term in terms] + [{}], ["x"])
    rows = ask(service, f"SELECT (STR(?x) AS ?text) (LANG(?x) AS ?lang) {{ SERVICE <{address}> {{ ?s ?p ?x }} }}")
    assert rows == [
        ['a"\\\n} SERVICE <x:y> {', "en"],
        ["1", ""],
        ["https://example.org/x?a=%20#b", ""],
        ["urn:x-servanda:blank:0:b0", ""],
        ["", ""],
    ]


def test_no_rows_and_no_variables(service: QueryService, address: str) -> None:
    answers([], ["x"])
    assert ask(service, f"SELECT * {{ SERVICE <{address}> {{ ?s ?p ?x }} }}") == []
    answers([{}, {}], [])
    rows = ask(service, f"SELECT (COUNT(*) AS ?n) {{ SERVICE <{address}> {{ <x:s> <x:p> <x:o> }} }}")
    assert rows == [["2"]]


def test_two_groups(service: QueryService, address: str) -> None:
    answers([{"x": {"type": "literal", "value": "1"}}], ["x"])
    rows = ask(service, f"SELECT * {{ SERVICE <{address}> {{ ?a ?b ?x }} SERVICE <{address}> {{ ?c ?d ?x }} }}")
    assert len(rows) == 1
    assert len(Handler.asked) == 2


RESULTS = "application/sparql-results+json"
BAD: dict[str, tuple[tuple[int, dict[str, str], bytes], str]] = {
    "a page": ((200, {"Content-Type": "text/html"}, b"<p>hello"), "text/html instead of results"),
    "a cut answer": ((200, {"Content-Type": RESULTS}, b'{"head": {"vars": ["x"]}, "results": {"bindin'), "or cut"),
    "a long answer": ((200, {"Content-Type": RESULTS}, b" " * 200_000), "with more than 0.1 MB"),
    "an error": ((500, {"Content-Type": "text/plain"}, b"out of order"), "out of order"),
    "a redirection": ((302, {"Location": "http://127.0.0.1:1/"}, b""), "which is not followed"),
    "credentials": ((401, {"WWW-Authenticate": 'Basic realm="x"'}, b""), "asks for credentials"),
    "compressed": ((200, {"Content-Type": RESULTS, "Content-Encoding": "gzip"}, b"\x1f\x8b"), "compressed"),
    "nested": ((200, {"Content-Type": RESULTS}, b'{"head":{"vars":["x"]},"results":{"bindings":[' + b"[" * 5000),
               "gave no usable answer"),
    "a truth value": ((200, {"Content-Type": RESULTS}, b'{"head":{},"boolean":true}'), "something else"),
    "other variables": (
        (200, {"Content-Type": RESULTS}, b'{"head":{"vars":["y"]},"results":{"bindings":[]}}'), "something else"),
}  # fmt: skip


@pytest.mark.parametrize(("reply", "said"), BAD.values(), ids=BAD)
def test_a_bad_answer_is_told_and_silent_goes_on(
    service: QueryService, address: str, reply: tuple[int, dict[str, str], bytes], said: str
) -> None:
    Handler.reply = reply
    with pytest.raises(EndpointFault, match=said):
        ask(service, f"SELECT * {{ SERVICE <{address}> {{ ?s ?p ?x }} }}")
    assert ask(service, f"SELECT (1 AS ?n) {{ SERVICE SILENT <{address}> {{ ?s ?p ?x }} }}") == [["1"]]
    assert len(Handler.asked) == 2


def test_many_rows(service: QueryService, address: str) -> None:
    answers([{"x": {"type": "literal", "value": str(n)}} for n in range(101)], ["x"])
    with pytest.raises(EndpointFault, match="has more than 100 rows"):
        ask(service, f"SELECT * {{ SERVICE <{address}> {{ ?s ?p ?x }} }}")


def test_a_slow_endpoint_and_a_client_who_leaves(service: QueryService, address: str) -> None:
    Handler.delay = 4.0
    caller, start = Caller(), time.monotonic()
    with pytest.raises(EndpointFault, match="not within 2 s"):
        ask(service, f"SELECT * {{ SERVICE <{address}> {{ ?s ?p ?x }} }}", caller)
    assert 1.9 < caller.seconds <= time.monotonic() - start < 3.5
    left = time.monotonic() + 0.3
    leaving = Caller(lambda: time.monotonic() > left)
    with pytest.raises(Cancelled):
        ask(service, f"SELECT * {{ SERVICE SILENT <{address}> {{ ?s ?p ?x }} }}", leaving)
    assert time.monotonic() - left < 1


def test_nobody_listens(service: QueryService) -> None:
    with pytest.raises(EndpointFault, match="connection refused"):
        ask(service, "SELECT * { SERVICE <http://127.0.0.1:1/sparql> { ?s ?p ?x } }")


def test_few_wait_for_others_at_the_same_time(service: QueryService, address: str) -> None:
    Handler.delay = 1.0
    answers([], ["x"])
    outcomes: list[str] = []

    def one() -> None:
        try:
            ask(service, f"SELECT * {{ SERVICE <{address}> {{ ?s ?p ?x }} }}")
            outcomes.append("answered")
        except LimitExceeded as error:
            outcomes.append(error.limit)

    threads = [threading.Thread(target=one) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["answered", "answered", "queue"]


SPELLINGS = [
    "http://127.0.0.1:{}/sparql",
    "http://localhost:{}/sparql",
    "http://0.0.0.0:{}/sparql",
    "http://[::ffff:127.0.0.1]:{}/sparql",
    "http://2130706433:{}/sparql",
    "http://0x7f.1:{}/sparql",
    "http://127.1:{}/sparql",
]


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_our_own_network_is_not_reached_by_any_spelling(
    released: Settings, server: ThreadingHTTPServer, address: str, spelling: str
) -> None:
    allowed = spelling.format(server.server_port)
    service = QueryService(replace(released, limits=LIMITS, service_allow=(allowed,)))
    try:
        with pytest.raises(EndpointFault, match="its address is not a public one"):
            ask(service, f"SELECT * {{ SERVICE <{allowed}> {{ ?s ?p ?x }} }}")
        assert ask(service, f"SELECT (1 AS ?n) {{ SERVICE SILENT <{allowed}> {{ ?s ?p ?x }} }}") == [["1"]]
    finally:
        service.close()
    assert Handler.asked == []
