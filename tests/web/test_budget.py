"""What one client may use: by a clock of the test, and through the application, whoever a client says it is."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest
from flask import Flask
from flask.testing import FlaskClient

from kg.errors import LimitExceeded
from kg.settings import Limits, Settings
from tests.web.conftest import started
from web.budget import CLIENTS, WINDOW, Budget
from web.site import KEY

LIMITS = Limits(client_seconds=60, client_parallel=5, client_errors=30)
BROWSER = "text/html,application/xhtml+xml,*/*;q=0.8"


class Clock:
    """Tell the time that the test says, and call what is due then."""

    def __init__(self) -> None:
        self.now = 1000.0
        self.due: list[tuple[float, Callable[[], None]]] = []

    def __call__(self) -> float:
        return self.now

    def later(self, seconds: float, function: Callable[[], None]) -> None:
        self.due.append((self.now + seconds, function))

    def move(self, seconds: float) -> None:
        self.now += seconds
        calls, self.due = self.due, []
        for moment, function in calls:
            if moment <= self.now:
                function()
            else:
                self.due.append((moment, function))


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def budget(clock: Clock) -> Budget:
    return Budget(LIMITS, clock, clock.later)


def use(budget: Budget, client: str, seconds: float = 0.0, refused: bool = False) -> None:
    budget.enter(client)
    budget.leave(client, seconds, refused)


def refusal(budget: Budget, client: str) -> LimitExceeded:
    with pytest.raises(LimitExceeded) as error:
        budget.enter(client)
    return error.value


def test_the_sixty_first_second_of_work_is_refused_until_the_first_is_a_minute_old(
    budget: Budget, clock: Clock
) -> None:
    for _ in range(6):
        use(budget, "a", 10)
        clock.move(5)
    error = refusal(budget, "a")
    assert error.limit == "work"
    assert error.retry_after == 31  # the first ten seconds of work leave the window
    use(budget, "b", 10)  # nobody else is hindered
    clock.move(30)
    assert refusal(budget, "a").retry_after == 1
    clock.move(1)
    use(budget, "a", 10)
    assert refusal(budget, "a").limit == "work"


def test_one_long_query_is_waited_out(budget: Budget, clock: Clock) -> None:
    use(budget, "a", 200)
    assert refusal(budget, "a").retry_after == WINDOW + 1
    clock.move(WINDOW + 1)
    use(budget, "a")


def test_parallel_queries(budget: Budget) -> None:
    for _ in range(5):
        budget.enter("a")
    error = refusal(budget, "a")
    assert (error.limit, error.retry_after) == ("parallel", 1)
    budget.leave("a", 0, refused=False)
    budget.enter("a")


def test_refused_requests(budget: Budget, clock: Clock) -> None:
    for _ in range(30):
        use(budget, "a", refused=True)
    assert refusal(budget, "a").limit == "errors"
    clock.move(WINDOW + 1)
    use(budget, "a")


def test_addresses_are_forgotten_a_minute_after_the_last_query(budget: Budget, clock: Clock) -> None:
    use(budget, "a", 1)
    clock.move(30)
    use(budget, "b", 1)
    clock.move(WINDOW + 1)
    clock.move(WINDOW + 1)
    assert len(budget) == 0
    assert clock.due == []
    use(budget, "a", 1)
    assert len(clock.due) == 1


def test_memory_is_bounded_and_nobody_who_is_busy_is_forgotten(budget: Budget) -> None:
    for _ in range(5):
        budget.enter("busy")
    for number in range(CLIENTS + 100):
        use(budget, str(number), 1)
    assert len(budget) == CLIENTS
    assert refusal(budget, "busy").limit == "parallel"


# ---------------------------------------------------------------- through the application


def served(settings: Settings, **limits: float) -> Iterator[Flask]:
    yield from started(replace(settings, limits=replace(settings.limits, workers=1, **limits)))


@pytest.fixture(scope="module")
def strict(released: Settings) -> Iterator[Flask]:
    """Give an application in which one refused request is all that a client may send in a minute."""
    yield from served(released, client_errors=1)


@pytest.fixture(scope="module")
def behind_one_proxy(released: Settings) -> Iterator[Flask]:
    """Give the same behind one proxy."""
    yield from served(replace(released, trusted_proxies=1), client_errors=1)


def get(app: Flask, path: str, address: str, **headers: str):
    sent = {name.replace("_", "-"): value for name, value in headers.items()}
    return app.test_client().get(path, headers=sent, environ_base={"REMOTE_ADDR": address})


WRONG = "/sparql?query=SELECT"
RIGHT = "/sparql?query=ASK%7B%7D"


@pytest.mark.parametrize("path", [RIGHT, "/query?query=ASK%7B%7D", "/questions/reply-on-time?x=1", "/sparql"])
def test_a_refusal_names_the_limit_to_programs_and_browsers(strict: Flask, path: str) -> None:
    address = f"192.0.2.{len(path)}"
    assert get(strict, WRONG, address).status_code == 400
    program, browser = get(strict, path, address), get(strict, path, address, Accept=BROWSER)
    for answer in (program, browser):
        assert answer.status_code == 429
        assert 1 <= int(answer.headers["Retry-After"]) <= WINDOW + 1
        assert answer.headers["Cache-Control"] == "no-store"
    assert program.content_type == "application/problem+json"
    assert (program.json["limit"], program.json["status"]) == ("errors", 429)
    assert browser.mimetype == "text/html"
    assert "1 of your requests were refused" in browser.text
    assert get(strict, path, "192.0.2.200").status_code == 200


@pytest.mark.parametrize("path", ["/", "/query", "/questions", "/healthz", "/page/communication/cat-433-2010"])
def test_pages_are_free(strict: Flask, path: str) -> None:
    assert get(strict, WRONG, "192.0.2.201").status_code in {400, 429}
    assert get(strict, path, "192.0.2.201").status_code == 200


@pytest.mark.parametrize("headers", [{"X_Forwarded_For": "198.51.100.{}"}, {"Forwarded": "for=198.51.100.{}"}])
def test_a_client_cannot_say_that_it_is_another(strict: Flask, headers: dict[str, str]) -> None:
    address = f"192.0.2.{210 + len(headers)}"
    answers = [
        get(strict, WRONG, address, **{name: value.format(n) for name, value in headers.items()}) for n in range(3)
    ]
    assert [answer.status_code for answer in answers[1:]] == [429, 429]


def test_behind_a_proxy_its_last_word_counts(behind_one_proxy: Flask) -> None:
    said = [f"203.0.113.{n}, 198.51.100.1" for n in range(3)]  # the first part is the client's own invention
    answers = [get(behind_one_proxy, WRONG, "127.0.0.1", X_Forwarded_For=value) for value in said]
    assert [answer.status_code for answer in answers] == [400, 429, 429]
    assert get(behind_one_proxy, WRONG, "127.0.0.1", X_Forwarded_For="198.51.100.2").status_code == 400
    assert get(behind_one_proxy, WRONG, "127.0.0.1", X_Forwarded_For="x" * 10_000).status_code == 400


def test_a_network_of_one_household_is_one_client(strict: Flask) -> None:
    assert get(strict, WRONG, "2001:db8::1").status_code == 400
    assert get(strict, WRONG, "2001:db8::ffff:2").status_code == 429
    assert get(strict, WRONG, "2001:db8:0:1::1").status_code == 400


def test_work_of_the_workers_is_charged(released: Settings) -> None:
    for app in served(released, client_seconds=1e-6):
        assert get(app, RIGHT, "192.0.2.1").status_code == 200
        answer = get(app, RIGHT, "192.0.2.1")
        assert (answer.status_code, answer.json["limit"]) == (429, "work")


def test_work_on_questions_is_charged_and_kept_answers_are_free(released: Settings) -> None:
    for app in served(released, client_seconds=1e-6):
        path = "/questions/reply-on-time"
        assert get(app, path, "192.0.2.1").status_code == 200
        assert get(app, path, "192.0.2.1").status_code == 200  # from the cache
        assert get(app, f"{path}.csv", "192.0.2.1").status_code == 429


def test_no_address_is_logged(strict: Flask, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(0)
    for _ in range(3):
        get(strict, WRONG, "192.0.2.77")
    assert "192.0.2.77" not in caplog.text


def test_what_is_refused_does_no_work(strict: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    get(strict, WRONG, "192.0.2.78")
    monkeypatch.setattr(strict.extensions[KEY].queries.pool, "run", lambda *_: pytest.fail("a worker was asked"))
    assert get(strict, RIGHT, "192.0.2.78").status_code == 429


def test_the_page_about_limits_names_them(client: FlaskClient) -> None:
    text = client.get("/about").text
    assert "429" in text
    assert "refused requests in a minute" in text
