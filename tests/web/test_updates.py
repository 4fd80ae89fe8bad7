"""Updates over HTTP: only with the token of a writer; what is asked afterwards, and what is kept, follows."""

import logging
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from kg.release import live_folder
from kg.settings import Settings
from kg.writers import make_token
from tests.bad_input.answers import ask, detail, problem
from tests.conftest import OPEN
from tests.web.conftest import started

D = "https://w3id.org/servanda/graph/default"
INSERT = "INSERT DATA { <http://e/a> <http://e/p> 1 }"
DIRECT = "application/sparql-update"


@pytest.fixture
def token(tmp_path: Path) -> str:
    """Give the token of the only writer."""
    made, line = make_token()
    (tmp_path / "writers").touch(0o600)
    (tmp_path / "writers").write_text(line, encoding="utf-8")
    return made


@pytest.fixture
def client(changeable: Settings, token: str, tmp_path: Path) -> Iterator[FlaskClient]:
    """Give a client that sends the token."""
    for app in started(replace(changeable, writers=tmp_path / "writers")):
        made = app.test_client()
        made.environ_base["HTTP_AUTHORIZATION"] = f"Bearer {token}"
        yield made


def holds(client: FlaskClient, pattern: str) -> bool:
    return bool(ask(client, f"ASK {{ {pattern} }}").json["boolean"])  # type: ignore[index]


def test_what_is_asked_next_sees_the_update(client: FlaskClient, token: str, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO):
        answer = client.post("/sparql", data={"update": INSERT})
    assert (answer.status_code, answer.data) == (204, b"")
    assert holds(client, f"GRAPH <{D}> {{ ?s ?p 1 }} <http://e/a> ?p ?o")
    assert f"update by {token[:8]}: new release" in caplog.text
    assert token not in caplog.text
    answer = client.post("/sparql", data=INSERT.replace("INSERT", "DELETE"), content_type=DIRECT)
    assert answer.status_code == 204
    assert not holds(client, f"GRAPH <{D}> {{ ?s ?p ?o }}")


def test_kept_pages_follow(client: FlaskClient) -> None:
    address = f"/sparql/graph?graph={OPEN}"
    before, home = client.get(address), client.get("/")
    assert client.get("/", headers={"If-None-Match": home.headers["ETag"]}).status_code == 304
    client.post("/sparql", data={"update": f"DELETE WHERE {{ GRAPH <{OPEN}> {{ ?s ?p 3 }} }}"})
    assert client.get(address).data != before.data
    assert client.get("/", headers={"If-None-Match": home.headers["ETag"]}).status_code == 200


def test_the_address_names_the_dataset(client: FlaskClient) -> None:
    copy = "INSERT { GRAPH <http://e/copy> { ?s ?p ?o } } WHERE { ?s ?p ?o }"
    answer = client.post("/sparql", query_string={"using-graph-uri": OPEN}, data=copy, content_type=DIRECT)
    assert answer.status_code == 204
    assert holds(client, "GRAPH <http://e/copy> { ?s ?p 3 FILTER NOT EXISTS { GRAPH <http://e/copy> { ?s ?p 2 } } }")


@pytest.mark.parametrize(
    ("data", "status", "message"),
    [
        ({"update": [INSERT, INSERT]}, 400, "one parameter"),
        ({"update": INSERT, "query": "ASK {}"}, 400, "one parameter"),
        ({"update": ""}, 400, "update is empty"),
        ({"update": "CLEAR XYZ"}, 400, "1:7: GRAPH, DEFAULT, NAMED or ALL expected"),
        ({"update": "INSERT DATA {\n<http://e/a> }"}, 400, "2:14"),
        ({"update": f"{INSERT} ; DROP GRAPH <http://e/none>"}, 400, "does not exist"),
        ({"update": "INSERT DATA { <http://e/a> <http://e/p> <data:,x> }"}, 400, 'scheme "data" not allowed'),
        ({"update": "DROP ALL"}, 403, "graph:data/a is the graph of data/a.ttl; change it"),
        ({"update": "LOAD <http://e/x>"}, 403, "LOAD is disabled"),
        ({"update": "INSERT { ?s ?p 1 } WHERE { SERVICE <http://e/> { ?s ?p ?o } }"}, 403, "SERVICE is disabled"),
        ({"update": "DELETE { ?s ?p 1 } USING <http://e/g> WHERE {}", "using-graph-uri": OPEN}, 400, "combined"),
        (b"update=CLEAR+DEFAULT+%23%FF", 400, "not UTF-8"),
    ],
)
def test_refused_updates_change_nothing(
    data: dict[str, str] | bytes, status: int, message: str, client: FlaskClient, changeable: Settings
) -> None:
    before = live_folder(changeable)
    form = "application/x-www-form-urlencoded"
    assert message in detail(client.post("/sparql", data=data, content_type=form), status)
    assert live_folder(changeable) == before


def test_a_body_that_is_not_utf8(client: FlaskClient) -> None:
    assert "not UTF-8 at byte 0" in detail(client.post("/sparql", data=b"\xff", content_type=DIRECT), 400)


def test_who_may_not_write(client: FlaskClient, token: str, tmp_path: Path, changeable: Settings) -> None:
    before = live_folder(changeable)
    stranger = client.application.test_client()
    for header in ({}, {"Authorization": token}, {"Authorization": "Bearer"}, {"Authorization": "Bearer nobody"}):
        answer = stranger.post("/sparql", data={"update": INSERT}, headers=header)
        problem(answer, 401)
        assert answer.headers["WWW-Authenticate"].startswith('Bearer realm="servanda"')
    (tmp_path / "writers").write_text("", encoding="utf-8")
    answer = client.post("/sparql", data={"update": INSERT})
    assert 'error="invalid_token"' in answer.headers["WWW-Authenticate"]
    problem(answer, 401)
    assert live_folder(changeable) == before


def test_a_public_service_takes_no_update(changeable: Settings) -> None:
    before = live_folder(changeable)
    for app in started(changeable):
        public = app.test_client()
        for data in (INSERT, "CLEAR ALL", "LOAD <http://e/x>", "nonsense"):
            for header in ({}, {"Authorization": f"Bearer {make_token()[0]}"}):
                answer = public.post("/sparql", data={"update": data}, headers=header)
                assert "no tokens are given out" in detail(answer, 401)
                problem(public.post("/sparql", data=data, content_type=DIRECT, headers=header), 401)
        assert b"SPARQL11Update" not in public.get("/sparql").data
    assert live_folder(changeable) == before


def test_the_service_says_that_it_takes_updates(client: FlaskClient) -> None:
    found = client.get("/sparql").data
    assert b"sd:SPARQL11Update" in found
    assert b"sd:SPARQL11Query" in found


def test_updates_count_as_work(changeable: Settings, token: str, tmp_path: Path) -> None:
    limits = replace(changeable.limits, client_seconds=0.01)
    for app in started(replace(changeable, writers=tmp_path / "writers", limits=limits)):
        client, header = app.test_client(), {"Authorization": f"Bearer {token}"}
        assert client.post("/sparql", data={"update": "CLEAR DEFAULT"}, headers=header).status_code == 204
        answer = client.post("/sparql", data={"update": "CLEAR DEFAULT"}, headers=header)
        assert (problem(answer, 429)["limit"], int(answer.headers["Retry-After"]) > 0) == ("work", True)


def test_a_server_is_written_to_where_it_is(client: FlaskClient) -> None:
    site = client.application.extensions["servanda"]
    remote = replace(site, settings=replace(site.settings, endpoint="http://127.0.0.1:1/"))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("web.updates.current", lambda: remote)
        assert "filled from files only" in detail(client.post("/sparql", data={"update": INSERT}), 501)
