"""The pool: bounds on time, memory and waiting, and always a worker for the next query."""

from __future__ import annotations

import os
import shutil
import socket
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from kg.caller import Caller
from kg.errors import Cancelled, EnvironmentFault, LimitExceeded, StoreFault
from kg.pool import Job, Pool
from kg.release import store_folder
from kg.settings import Limits, Settings

CROSS = "SELECT (COUNT(*) AS ?n) {?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l}"
LIMITS = Limits(seconds=10, memory=400_000_000, workers=2, queue_seconds=2)
ONE = replace(LIMITS, workers=1)
HASTY = replace(ONE, seconds=1, queue_seconds=0.3)


def ask(pool: Pool, text: str = "ASK {?s ?p ?o}", format: str = "csv") -> bytes:
    return pool.run(Job(text, format)).body


@pytest.fixture(scope="module")
def folder(released: Settings) -> Path:
    return store_folder(released)


@pytest.fixture
def pool(folder: Path) -> Iterator[Pool]:
    made = Pool(lambda: folder, LIMITS, {})
    yield made
    made.close()


def test_a_query_is_answered_by_another_process(pool: Pool) -> None:
    assert ask(pool) == b"true"
    pids = {worker["pid"] for worker in pool.state()}
    assert len(pids) == LIMITS.workers
    assert os.getpid() not in pids


def test_time_is_bounded_and_the_next_query_is_answered(folder: Path) -> None:
    pool = Pool(lambda: folder, HASTY, {})
    try:
        start = time.monotonic()
        with pytest.raises(LimitExceeded, match="time limit of 1 s") as error:
            ask(pool, CROSS)
        assert 0.9 < time.monotonic() - start < 3
        assert (error.value.limit, error.value.retry_after) == ("time", 1)
        assert ask(pool) == b"true"
        assert [worker["starts"] for worker in pool.state()] == [2]
    finally:
        pool.close()


def test_memory_is_bounded_and_the_next_query_is_answered(pool: Pool) -> None:
    doubling = " ".join(f"BIND(CONCAT(?x{i}, ?x{i}) AS ?x{i + 1})" for i in range(32))
    with pytest.raises(LimitExceeded, match=r"memory limit of 0\.4 GB") as error:
        ask(pool, f"SELECT (STRLEN(?x32) AS ?n) {{BIND('aaaaaaaaaa' AS ?x0) {doubling}}}")
    assert error.value.limit == "memory"
    assert ask(pool) == b"true"


def test_a_crash_of_the_engine_takes_one_worker_only(pool: Pool) -> None:
    with pytest.raises(LimitExceeded, match="memory limit"):  # the stack is memory as well
        ask(pool, "SELECT (1" + "+1" * 30_000 + " AS ?x) {}")
    assert ask(pool) == b"true"


def test_service_reaches_nobody_even_behind_the_guard(pool: Pool) -> None:
    assert ask(pool) == b"true"
    lack = next((worker["network"] for worker in pool.state() if worker["network"]), "")
    if lack:
        pytest.skip(f"this machine does not let a worker leave the network: {lack}")
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(0.2)
        port = listener.getsockname()[1]
        with pytest.raises(StoreFault):
            ask(pool, f"SELECT * {{ SERVICE <http://127.0.0.1:{port}/> {{?s ?p ?o}} }}")
        assert ask(pool, f"SELECT * {{ SERVICE SILENT <http://127.0.0.1:{port}/> {{?s ?p ?o}} }}").startswith(b"o,p,s")
        with pytest.raises(TimeoutError):
            listener.accept()
    assert ask(pool) == b"true"


def test_a_full_queue_is_said_and_not_waited_for(folder: Path) -> None:
    pool = Pool(lambda: folder, HASTY, {})

    def cross() -> None:
        with pytest.raises(LimitExceeded):
            ask(pool, CROSS)

    busy = threading.Thread(target=cross)
    try:
        ask(pool)
        busy.start()
        time.sleep(0.1)
        with pytest.raises(LimitExceeded, match="all 1 workers are busy") as error:
            ask(pool)
        assert (error.value.limit, error.value.retry_after) == ("queue", 1)
        busy.join()
        assert ask(pool) == b"true"
    finally:
        pool.close()


def test_a_caller_who_leaves_frees_the_worker(folder: Path) -> None:
    pool = Pool(lambda: folder, ONE, {})
    gone = threading.Event()
    caller = Caller(gone.is_set)
    timer = threading.Timer(0.3, gone.set)
    try:
        ask(pool)
        timer.start()
        start = time.monotonic()
        with pytest.raises(Cancelled):
            pool.run(Job(CROSS, "csv"), caller)
        assert time.monotonic() - start < 1.3
        assert 0.2 < caller.seconds < 1.3
        assert ask(pool) == b"true"
        assert [worker["starts"] for worker in pool.state()] == [2]
    finally:
        timer.cancel()
        pool.close()


def test_work_is_told_also_where_time_is_up(folder: Path) -> None:
    pool = Pool(lambda: folder, HASTY, {})
    caller = Caller()
    try:
        with pytest.raises(LimitExceeded):
            pool.run(Job(CROSS, "csv"), caller)
        assert caller.seconds > 0.9
    finally:
        pool.close()


def test_many_threads_share_the_workers(pool: Pool) -> None:
    answers: list[bytes] = []
    threads = [threading.Thread(target=lambda: answers.append(ask(pool))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers == [b"true"] * 8


def test_a_worker_that_was_killed_is_replaced(folder: Path) -> None:
    pool = Pool(lambda: folder, ONE, {})
    try:
        ask(pool)
        pid = int(str(pool.state()[0]["pid"]))
        os.kill(pid, 9)  # and at once the next query, which may still find the dying process there
        assert ask(pool) == b"true"
        assert pool.state()[0]["pid"] != pid
    finally:
        pool.close()


def parent_of(pid: int) -> int:
    return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])


def test_the_process_that_forks_workers_is_replaced_too(folder: Path) -> None:
    pool = Pool(lambda: folder, HASTY, {})
    try:
        ask(pool)
        forker = parent_of(int(str(pool.state()[0]["pid"])))
        os.kill(forker, 9)
        assert ask(pool) == b"true"  # the worker lives on
        with pytest.raises(LimitExceeded, match="time limit"):
            ask(pool, CROSS)  # and is ended by closing its connection
        assert ask(pool) == b"true"
        assert parent_of(int(str(pool.state()[0]["pid"]))) not in {forker, os.getpid()}
    finally:
        pool.close()


@pytest.mark.parametrize("privileged", [True, False])
def test_a_query_that_is_not_short_stands_back(
    folder: Path, monkeypatch: pytest.MonkeyPatch, privileged: bool
) -> None:
    pool = Pool(lambda: folder, replace(ONE, seconds=20), {})
    slow = "SELECT (COUNT(*) AS ?n) {{SELECT * {?a ?b ?c} LIMIT 3000} {SELECT * {?d ?e ?f} LIMIT 3000}}"
    moved: list[tuple[int, int]] = []
    change = os.sched_setscheduler

    def noted(pid: int, policy: int, parameters: os.sched_param) -> None:
        if policy == os.SCHED_OTHER and not privileged:
            raise PermissionError
        change(pid, policy, parameters)
        moved.append((pid, os.sched_getscheduler(pid)))

    monkeypatch.setattr("kg.pool.os.sched_setscheduler", noted)
    try:
        ask(pool)
        pid = int(str(pool.state()[0]["pid"]))
        ask(pool, slow)
        assert moved[0] == (pid, os.SCHED_IDLE)
        ask(pool)
        after = int(str(pool.state()[0]["pid"]))
        assert os.sched_getscheduler(after) == os.SCHED_OTHER
        assert (after == pid) == (moved[1:] != [])
    finally:
        pool.close()


def test_a_new_release_is_used_from_the_next_query_on(folder: Path, tmp_path: Path) -> None:
    copy = tmp_path / "store"
    shutil.copytree(folder, copy)
    live = [folder]
    pool = Pool(lambda: live[0], ONE, {})
    try:
        ask(pool)
        before = pool.state()
        live[0] = copy
        assert ask(pool) == b"true"
        assert pool.state()[0]["pid"] != before[0]["pid"]
    finally:
        pool.close()


def test_a_worker_that_keeps_much_memory_is_replaced(folder: Path) -> None:
    pool = Pool(lambda: folder, replace(ONE, memory=300_000_000), {})
    some, many = "{SELECT ?s ?o {?s ?p ?o} LIMIT 21000}", " ".join(map(str, range(50)))
    try:
        before = ask(pool) and pool.state()[0]["pid"]
        ask(pool, f"SELECT (COUNT(*) AS ?n) {{SELECT DISTINCT ?s ?o ?x {{{some} VALUES ?x {{{many}}}}}}}")
        after = ask(pool) and pool.state()[0]["pid"]
        assert before != after
    finally:
        pool.close()


def test_a_store_that_is_not_there(tmp_path: Path) -> None:
    pool = Pool(lambda: tmp_path / "nothing", ONE, {})
    try:
        for _ in range(2):
            with pytest.raises(StoreFault, match="no store there"):
                ask(pool)
    finally:
        pool.close()


def test_a_worker_that_cannot_start_says_why(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kg.forkserver.sys.executable", "/bin/false")
    pool = Pool(lambda: folder, ONE, {})
    try:
        with pytest.raises(EnvironmentFault, match="did not start"):
            ask(pool)
        monkeypatch.setattr("kg.forkserver.sys.executable", "/nowhere/python")
        with pytest.raises(EnvironmentFault, match="cannot be started"):
            ask(pool)
    finally:
        pool.close()


def test_closing_ends_every_worker(folder: Path) -> None:
    pool = Pool(lambda: folder, ONE, {})
    failed: list[Exception] = []

    def run() -> None:
        try:
            ask(pool, CROSS)
        except EnvironmentFault as error:
            failed.append(error)

    ask(pool)
    pid = int(str(pool.state()[0]["pid"]))
    busy = threading.Thread(target=run)
    busy.start()
    time.sleep(0.1)
    pool.close()
    busy.join()
    assert "shutting down" in str(failed[0])
    assert not Path(f"/proc/{pid}").exists()
    with pytest.raises(EnvironmentFault, match="shutting down"):
        ask(pool)
