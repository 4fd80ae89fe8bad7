"""An update as a whole: a new release or none, one after the other, and whatever happens the live one is whole."""

import os
import shutil
import signal
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest

from kg import check, graphs
from kg.build import build
from kg.caller import Caller
from kg.draft import locked
from kg.errors import Cancelled, InputError, LimitExceeded, QueryRefused, QuerySyntaxError, StoreFault
from kg.release import live_folder, open_release
from kg.settings import Settings
from kg.store import iri, match
from kg.update import UpdateService
from tests.conftest import OPEN, ROOT
from tests.web.serving import until

D = "https://w3id.org/servanda/graph/default"
INSERT = "INSERT DATA { <http://e/a> <http://e/p> %s }"


@pytest.fixture
def service(changeable: Settings) -> UpdateService:
    return UpdateService(changeable)


def test_an_update_is_a_release(changeable: Settings, service: UpdateService) -> None:
    before = open_release(changeable).manifest
    assert service.run(f"{INSERT % 1} ; CLEAR GRAPH <{OPEN}>", "0123abcd")
    after = open_release(changeable).manifest  # which compares all with the manifest
    assert after.graphs == {D: 1, "https://w3id.org/servanda/graph/data/a": 2}
    assert after.loaded[D]["file"] == "update by 0123abcd"
    assert (before.statements, after.statements) == (3, 3)
    assert before.source_hash != after.source_hash
    assert not list((changeable.store / "releases").glob("update-*"))


def test_no_change_is_no_release(changeable: Settings, service: UpdateService) -> None:
    before = live_folder(changeable)
    assert not service.run(f"CLEAR DEFAULT ; DELETE DATA {{ GRAPH <{OPEN}> {{ <http://e/a> <http://e/p> 1 }} }}", "w")
    assert live_folder(changeable) == before


@pytest.mark.parametrize(
    ("text", "error"),
    [
        (f"{INSERT % 1} ; DROP GRAPH <http://e/none>", QueryRefused),
        (f"{INSERT % 1} ; DROP ALL", QueryRefused),
        (f"{INSERT % 1} ; LOAD <http://e/x>", QueryRefused),
        (f"{INSERT % 1} ; CLEAR", QuerySyntaxError),
        (f"{INSERT % 1} ; {INSERT % '<javascript:x>'}", InputError),
        (b"CLEAR \xff", QueryRefused),
    ],
)
def test_all_of_it_or_nothing(
    text: str | bytes, error: type[Exception], changeable: Settings, service: UpdateService
) -> None:
    before = live_folder(changeable)
    with pytest.raises(error):
        service.run(text, "w")
    assert live_folder(changeable) == before


@pytest.fixture
def built(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """Give settings with a release of the ontology and one file of data."""
    shutil.copytree(ROOT / "ontology", tmp_path / "root" / "ontology")
    (tmp_path / "root" / "data").mkdir()
    (tmp_path / "root" / "data" / "a.ttl").write_text("<http://e/a> <http://e/p> 2 .", encoding="utf-8")
    monkeypatch.setattr(check, "run", lambda *_, **__: [])
    settings = Settings.load({}, root=tmp_path / "root", store=tmp_path / "store")
    build(settings)
    return settings


def test_what_was_written_stays_in_the_next_build(built: Settings) -> None:
    UpdateService(built).run(INSERT % 1, "0123abcd")
    first = open_release(built).manifest
    build(built, force=True)
    after = open_release(built).manifest
    assert (after.loaded, after.digest) == (first.loaded, first.digest)
    assert [one.file for one in graphs.listed(built) if one.iri == D] == ["update by 0123abcd"]
    graphs.drop(built, D)
    assert D not in open_release(built).manifest.graphs


def test_what_rules_derive_follows(built: Settings) -> None:
    service = UpdateService(built)
    finding = "<http://e/f> a sv:Finding ; sv:outcome outcome:violation ; sv:concernsCommunication <http://e/c>"
    service.run(f"INSERT DATA {{ {finding} }}", "w")
    derived = (iri("http://e/c"), iri("https://w3id.org/servanda/def#hasViolationFinding"), iri("http://e/f"))
    assert match(open_release(built).store, *derived)
    service.run("DELETE WHERE { ?finding sv:concernsCommunication ?communication }", "w")
    assert not match(open_release(built).store, *derived)


def hurried(settings: Settings, **limits: float) -> UpdateService:
    return UpdateService(replace(settings, limits=replace(settings.limits, **limits)))  # type: ignore[arg-type]


def test_an_update_has_the_time_of_a_query(changeable: Settings) -> None:
    before = live_folder(changeable)
    values = " ".join(f"VALUES ?{name} {{ {' '.join(map(str, range(100)))} }}" for name in "abcdef")
    with pytest.raises(LimitExceeded) as error:
        hurried(changeable, seconds=1).run(f"INSERT {{ <http://e/a> <http://e/p> ?a }} WHERE {{ {values} }}", "w")
    assert (error.value.limit, str(error.value)) == ("time", "time limit of 1 s")
    assert live_folder(changeable) == before


def test_an_update_has_the_memory_of_a_query(changeable: Settings) -> None:
    before = live_folder(changeable)
    doubled = " ".join(f"BIND(CONCAT(?x{n}, ?x{n}) AS ?x{n + 1})" for n in range(32))
    with pytest.raises(LimitExceeded) as error:
        hurried(changeable, memory=300_000_000).run(
            f"INSERT {{ <http://e/a> <http://e/p> ?x32 }} WHERE {{ BIND('{'x' * 99}' AS ?x0) {doubled} }}", "w"
        )
    assert error.value.limit == "memory"
    assert live_folder(changeable) == before


def test_a_caller_who_leaves_changes_nothing(changeable: Settings, service: UpdateService) -> None:
    before = live_folder(changeable)
    with pytest.raises(Cancelled):
        service.run(INSERT % 1, "w", caller=Caller(lambda: True))
    assert live_folder(changeable) == before


def test_a_build_that_runs_is_waited_for(changeable: Settings) -> None:
    with locked(changeable.store), pytest.raises(StoreFault, match="in use by another build"):
        hurried(changeable, queue_seconds=0.2).run(INSERT % 1, "w")
    with ThreadPoolExecutor() as threads:
        with locked(changeable.store):
            waiting = threads.submit(hurried(changeable, queue_seconds=60).run, INSERT % 1, "w")
            until(children)
        assert waiting.result()


def test_several_at_once_are_all_done(changeable: Settings) -> None:
    service = hurried(changeable, queue_seconds=60)
    with ThreadPoolExecutor() as threads:
        done = list(threads.map(lambda number: service.run(INSERT % number, "w"), range(5)))
    assert done == [True] * 5
    assert open_release(changeable).manifest.graphs[D] == 5


def test_one_that_waits_too_long_is_told(changeable: Settings) -> None:
    service = hurried(changeable, queue_seconds=0.1)
    with ThreadPoolExecutor() as threads, locked(changeable.store):
        first = threads.submit(service.run, INSERT % 1, "w")
        until(children)
        with pytest.raises(LimitExceeded, match="another update is carried out"):
            service.run(INSERT % 2, "w")
        assert isinstance(first.exception(), StoreFault)


def children() -> list[int]:
    """Return the processes of ours that carry out updates."""
    lists = Path("/proc/self/task").glob("*/children")
    pids = [int(pid) for path in lists for pid in path.read_text(encoding="ascii").split()]
    return [pid for pid in pids if b"kg.update_process" in Path(f"/proc/{pid}/cmdline").read_bytes()]


@pytest.mark.parametrize("stage", ["update-*", "[0-9a-f]*-*"], ids=["snapshot", "draft"])
def test_kill_9_leaves_the_live_release_whole(stage: str, changeable: Settings, service: UpdateService) -> None:
    before = open_release(changeable)
    folder = changeable.store / "releases"
    with ThreadPoolExecutor() as threads:
        running = threads.submit(service.run, INSERT % 1, "w")
        until(lambda: [path for path in folder.glob(stage) if path != before.folder])
        os.kill(children()[0], signal.SIGKILL)
        assert isinstance(running.exception(), LimitExceeded)  # as from the engine, when it gets no memory
    assert open_release(changeable)[1:] == before[1:]
    assert service.run(INSERT % 1, "w")
    assert len(list(folder.iterdir())) == 2


def test_close_ends_an_update(changeable: Settings, service: UpdateService) -> None:
    before = live_folder(changeable)
    with ThreadPoolExecutor() as threads, locked(changeable.store):
        running = threads.submit(service.run, INSERT % 1, "w")
        until(children)
        service.close()
        assert isinstance(running.exception(), Cancelled)
    assert live_folder(changeable) == before
