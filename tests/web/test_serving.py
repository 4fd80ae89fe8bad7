"""The server as clients meet it: a client who leaves frees the worker, and budgets hold over real connections."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest

from kg.settings import Settings
from tests.web.serving import ASK, CROSS, Server, serving, until

FOR_ALL = {"limit_client_parallel": 50, "limit_client_seconds": 1e6}


@pytest.fixture(scope="module")
def server(released: Settings) -> Iterator[Server]:
    """Give a server with one worker."""
    with serving(released.store, limit_workers=1, limit_seconds=60, limit_queue_seconds=20, **FOR_ALL) as made:
        assert made.ask(ASK).status == 200
        yield made


def test_the_worker_is_free_when_its_client_leaves(server: Server) -> None:
    before = server.starts()
    with server.call(CROSS):
        until(lambda: server.get("/healthz").status == 200)
        with server.call(ASK) as waiting:  # proof that the worker is busy
            until(lambda: server.health()["waiting"] == 1)
            waiting.close()
        until(lambda: server.health()["waiting"] == 0)
    assert until(lambda: server.starts() == before + 1) < 1
    assert server.ask(ASK).status == 200
    assert server.starts() == before + 1


def test_a_query_in_the_queue_is_given_up_when_its_client_leaves(server: Server) -> None:
    before = server.starts()
    with server.call(CROSS):
        waiting = [server.call(ASK) for _ in range(3)]
        until(lambda: server.health()["waiting"] == 3)
        for connection in waiting:
            connection.close()
        assert until(lambda: server.health()["waiting"] == 0) < 1
        assert server.starts() == before
    until(lambda: server.starts() == before + 1)


def test_pages_answer_while_every_place_in_the_queue_is_taken(released: Settings) -> None:
    with serving(released.store, limit_workers=1, limit_queue=8, limit_seconds=30, **FOR_ALL) as server:
        calls = [server.call(CROSS) for _ in range(12)]
        until(lambda: server.health()["waiting"] == 8)
        refused = server.ask(ASK)
        assert refused.status == 503
        assert json.loads(refused.body)["limit"] == "queue"
        assert int(refused.headers["retry-after"]) >= 1
        assert server.get("/page/communication/cat-433-2010").status == 200
        for call in calls:
            call.close()
        until(lambda: server.health()["waiting"] == 0)
        assert server.ask(ASK).status == 200


def test_the_sixty_first_second_of_work(released: Settings) -> None:
    with serving(released.store, limit_workers=1, limit_seconds=1, limit_client_seconds=1) as server:
        first = server.ask(CROSS)
        assert (first.status, json.loads(first.body)["limit"]) == (503, "time")
        second = server.ask(ASK, **{"X-Forwarded-For": "198.51.100.1"})
        assert (second.status, json.loads(second.body)["limit"]) == (429, "work")
        assert 1 <= int(second.headers["retry-after"]) <= 61
        page = server.ask(ASK, Accept="text/html")
        assert (page.status, page.headers["content-type"]) == (429, "text/html; charset=utf-8")
        assert server.get("/cases").status == 200


def test_parallel_queries_of_one_client(released: Settings) -> None:
    with serving(released.store, limit_workers=1, limit_client_parallel=2, trusted_proxies=1) as server:
        calls = [server.call(CROSS) for _ in range(2)]
        until(lambda: server.health()["waiting"] == 1)
        refused = server.ask(ASK)
        assert (refused.status, json.loads(refused.body)["limit"]) == (429, "parallel")
        for call in calls:
            call.close()
        # another client, by the word of the proxy
        assert server.ask(ASK, **{"X-Forwarded-For": "198.51.100.1"}).status == 200
