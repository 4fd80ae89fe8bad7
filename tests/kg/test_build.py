"""Build: a release is whole or it is not there; a failure of any kind leaves the live one as it was."""

import errno
import fcntl
import json
import shutil
import subprocess
import sys
import time
from itertools import chain
from pathlib import Path

import pytest
from pyoxigraph import DefaultGraph

from kg import check, contents, release, store
from kg.build import build
from kg.errors import EnvironmentFault, InvalidData, StoreFault, SyntaxFault
from kg.findings import Finding
from kg.settings import Settings

ROOT = Path(__file__).parent.parent.parent
DATA = "<https://w3id.org/servanda/id/state/kaz> <http://www.w3.org/2000/01/rdf-schema#label> 'Kazakhstan'@en .\n"


@pytest.fixture
def small(tmp_path, monkeypatch):
    """Give settings with the ontology and one file of data; checks find nothing and the disk is not waited for."""
    shutil.copytree(ROOT / "ontology", tmp_path / "root" / "ontology")
    (tmp_path / "root" / "data").mkdir()
    (tmp_path / "root" / "data" / "a.ttl").write_text(DATA)
    monkeypatch.setattr(check, "run", lambda *_, **__: [])
    monkeypatch.setattr("kg.draft._sync", lambda path: None)
    return Settings.load({}, root=tmp_path / "root", store=tmp_path / "store")


def folders(settings):
    return {path.name for path in (settings.store / "releases").iterdir()}


def test_release_holds_every_file_and_the_merged_view(small):
    built = build(small)
    opened = release.open_release(small)
    assert built.fresh
    assert opened.manifest == built.manifest
    named = {quad.triple for quad in opened.store if not isinstance(quad.graph_name, DefaultGraph)}
    merged = [quad.triple for quad in opened.store.quads_for_pattern(None, None, None, DefaultGraph())]
    assert (set(merged), len(merged)) == (named, built.manifest.statements)
    assert built.manifest.graphs["https://w3id.org/servanda/graph/data/a"] == 1
    assert "https://w3id.org/servanda/graph/derived" in built.manifest.graphs


def test_build_is_reproducible(small):
    assert build(small).manifest.digest == build(small, force=True).manifest.digest


def test_nothing_to_do_takes_less_than_a_second(small):
    first = build(small)
    start = time.monotonic()
    again = build(small)
    assert time.monotonic() - start < 1
    assert (again.fresh, again.folder, again.manifest) == (False, first.folder, first.manifest)


def test_changed_file_makes_a_new_release(small):
    before = build(small)
    (small.data / "b.ttl").write_text(DATA.replace("Kazakhstan", "Qazaqstan"))
    after = build(small)
    assert after.fresh
    assert after.manifest.statements == before.manifest.statements + 1


def test_damaged_release_is_built_again(small):
    (build(small).folder / "manifest.json").write_text("{}")
    assert build(small).fresh


@pytest.mark.parametrize("force", [True, False])
def test_invalid_data_leave_the_live_release(small, monkeypatch, force):
    live = build(small).folder
    (small.data / "a.ttl").write_text(DATA + "\n")
    finding = Finding("data/a.ttl", "violation", "shape:S01", "state:kaz", "sv:x", "-", "must not be")
    monkeypatch.setattr(check, "run", lambda *_, **__: [finding])
    with pytest.raises(InvalidData, match="1 violation; no release was made") as caught:
        build(small, force=force)
    assert caught.value.findings == [finding]
    assert (release.live_folder(small), folders(small)) == (live, {live.name})


def test_warnings_do_not_stop_a_build(small, monkeypatch):
    finding = Finding("data/a.ttl", "warning", "shape:S01", "state:kaz", "sv:x", "-", "should not be")
    monkeypatch.setattr(check, "run", lambda *_, **__: [finding])
    assert build(small).manifest.findings == {"warning": 1}


def test_syntax_error_leaves_the_live_release(small):
    live = build(small).folder
    (small.data / "a.ttl").write_text(DATA + "<urn:s> <urn:p> .\n")
    with pytest.raises(SyntaxFault, match=r"^data/a.ttl:2:17: object expected$"):
        build(small)
    assert (release.live_folder(small), folders(small)) == (live, {live.name})


def test_full_disk_leaves_the_live_release(small, monkeypatch):
    live = build(small).folder

    def full(opened):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(contents, "census", full)
    with pytest.raises(EnvironmentFault, match=r"no space left; nothing was loaded$"):
        build(small, force=True)
    monkeypatch.undo()
    assert (release.live_folder(small), folders(small)) == (live, {live.name})


def test_second_build_is_refused_at_once(small):
    build(small)
    with (small.store / "build.lock").open("w") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        start = time.monotonic()
        with pytest.raises(StoreFault, match="store is in use by another build"):
            build(small)
    assert time.monotonic() - start < 1


def test_killed_builds_are_swept_and_the_last_release_is_kept(small):
    first = build(small).folder
    (small.store / "releases" / "killed").mkdir()
    second = build(small, force=True).folder
    assert folders(small) == {first.name, second.name}
    third = build(small, force=True).folder
    assert folders(small) == {second.name, third.name}


@pytest.mark.parametrize("moment", ["releases/*/store", "releases/*/store/*.sst", "releases/*/manifest.json"])
def test_killed_build_leaves_the_live_release(small, moment):
    live = build(small).folder
    before = set(small.store.glob(moment))
    program = (
        "from kg import build, check; from kg.settings import Settings; check.run = lambda *_, **__: []; "
        f"build.build(Settings.load({{}}, root={str(small.root)!r}, store={str(small.store)!r}), force=True)"
    )
    process = subprocess.Popen([sys.executable, "-c", program], cwd=ROOT)
    while set(small.store.glob(moment)) <= before and process.poll() is None:
        time.sleep(0.002)
    process.kill()
    process.wait()
    kept = release.open_release(small).folder
    assert kept == live or (moment.endswith("manifest.json") and kept.is_dir())
    assert build(small, force=True).fresh
    assert len(folders(small)) == 2


def test_store_folder_may_be_a_link(small, tmp_path):
    (tmp_path / "real").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "real")
    linked = Settings.load({}, root=small.root, store=tmp_path / "link")
    first = build(linked).folder.name
    second = build(linked, force=True).folder.name
    assert folders(linked) == {first, second}


def test_everything_is_on_the_disk_before_the_switch(small, monkeypatch):
    synced = []
    monkeypatch.setattr("kg.draft._sync", lambda path: synced.append((path, (small.store / "current").exists())))
    folder = build(small).folder
    before = {path for path, live in synced if not live}
    assert {folder, *folder.rglob("*")} <= before
    assert [path for path, live in synced if live] == [small.store]


def test_failure_after_the_switch_leaves_the_new_release(small, monkeypatch):
    def fail(path):
        if path == small.store:
            raise OSError(errno.EIO, "Input/output error")

    monkeypatch.setattr("kg.draft._sync", fail)
    with pytest.raises(EnvironmentFault, match="cannot make a release"):
        build(small)
    assert release.open_release(small).manifest.statements > 0


def test_store_folder_that_cannot_be_made(small, tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(EnvironmentFault, match="cannot be written"):
        build(Settings.load({}, root=small.root, store=tmp_path / "file" / "store"))


def test_full_release_has_what_the_issue_asks(released):
    manifest = release.open_release(released).manifest
    assert json.loads(manifest.to_json())["statements"] == manifest.statements
    assert manifest.figures["Communications"] > 0
    assert manifest.figures["Findings of violation"] > 0
    assert manifest.findings.get("violation", 0) == 0
    assert sum(manifest.derived.values()) > 0


def test_full_release_has_no_fact_twice(released):
    opened = release.open_release(released).store
    count = "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"
    counted = store.select(opened, count)[0]["n"]
    everything = {quad.triple for quad in chain(opened)}
    assert counted == store.literal(len(everything))
