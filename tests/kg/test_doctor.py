"""Doctor: each kind of damage has its line and its way out, and a healthy store has none."""

import fcntl
import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest

from kg import doctor, graphs, release
from kg.contents import census
from kg.doctor import examine
from kg.errors import StoreFault
from kg.settings import Settings

ROOT = Path(__file__).parent.parent.parent
REBUILD = (
    "restore a backup, or `servanda build --force` makes it again from the files, and notes.ttl must be loaded again"
)


def settings_of(folder):
    return Settings.load({}, root=ROOT, store=folder)


@pytest.fixture(scope="module")
def sealed(tmp_path_factory):
    """Give a folder with a small release, which no test may change."""
    folder = tmp_path_factory.mktemp("sealed")
    (folder / "notes.ttl").write_text("<urn:s> <urn:p> 1, 2, 3 .")
    graphs.load(settings_of(folder / "store"), [folder / "notes.ttl"])
    return folder / "store"


@pytest.fixture
def made(sealed, tmp_path):
    """Give settings of a copy of that release."""
    shutil.copytree(sealed, tmp_path / "store", symlinks=True)
    return settings_of(tmp_path / "store")


def cut(path):
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def flip(path):
    data = path.read_bytes()
    middle = len(data) // 2
    path.write_bytes(data[:middle] + bytes([data[middle] ^ 255]) + data[middle + 1 :])


def test_healthy_store(made):
    assert list(examine(made)) == []


@pytest.mark.parametrize(
    ("pattern", "damage", "message"),
    [
        ("MANIFEST-*", cut, "not as it was made"),
        ("MANIFEST-*", flip, "not as it was made"),
        ("*.sst", cut, "not as it was made"),
        ("*.sst", flip, "not as it was made"),
        ("*.sst", Path.unlink, "missing"),
        ("CURRENT", Path.unlink, "missing"),
        ("*.log", cut, "not as it was made"),
        ("*.log", flip, "not as it was made"),
    ],
)
def test_damaged_file_of_the_store(made, pattern, damage, message):
    path = max((release.live_folder(made) / "store").glob(pattern), key=lambda one: one.stat().st_size)
    if path.stat().st_size == 0:
        path.write_bytes(b"written after the seal")
    else:
        damage(path)
    found = list(examine(made))
    assert found[0] == f"{path}: {message}; {REBUILD}"
    assert found[1].startswith(f"{path.parent}: ")
    assert "; the manifest says " in found[1]
    with pytest.raises(StoreFault):
        release.open_release(made)


def test_file_that_a_killed_load_left(made):
    path = release.live_folder(made) / "store" / "bulk-1.sst"
    path.write_bytes(b"0")
    assert list(examine(made)) == [
        f"{path}: does not belong there; `servanda build --force` makes it again from the files"
    ]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (None, "no manifest there"),
        ("{", "no manifest there"),
        ('{"source_hash": "0"}', "made by an older Servanda; run `servanda build`"),
    ],
)
def test_damaged_manifest(made, text, message):
    path = release.live_folder(made) / "manifest.json"
    path.unlink() if text is None else path.write_text(text)
    assert message in next(examine(made))


def test_altered_manifest(made):
    path = release.live_folder(made) / "manifest.json"
    values = json.loads(path.read_text())
    path.write_text(json.dumps({**values, "statements": 1}))
    assert "the manifest was altered: restore a backup" in next(examine(made))


def test_index_that_is_gone(made):
    folder = release.live_folder(made)
    (folder / "text.sqlite").unlink()
    assert next(examine(made)) == f"{folder}/text.sqlite: missing; {REBUILD}"


def test_links(made, tmp_path):
    link = made.store / "current"
    target = link.readlink()
    link.unlink()
    assert list(examine(made)) == [
        f"{link}: no live release; run `servanda build`, or `servanda restore` with a backup"
    ]
    link.symlink_to("releases/none")
    assert list(examine(made)) == [f"{link}: names none, which is not there; run `servanda build`, or restore a backup"]
    link.unlink()
    link.symlink_to(target)
    assert list(examine(made)) == []
    assert list(examine(settings_of(tmp_path / "none"))) == [
        f"{tmp_path}/none: no store there; run `servanda build` first"
    ]


def test_left_overs_of_killed_builds(made):
    folder = made.store / "releases" / "killed"
    folder.mkdir()
    (made.store / "current.new").symlink_to("releases/killed")
    said = "left over by a build that was killed; the next build removes it"
    assert list(examine(made)) == [f"{folder}: {said}", f"{made.store}/current.new: {said}"]
    with (made.store / "build.lock").open("w") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        assert list(examine(made)) == []


@pytest.mark.parametrize(("mode", "message"), [(os.W_OK | os.X_OK, "cannot be written"), (os.R_OK, "cannot be read")])
def test_rights(made, monkeypatch, mode, message):
    monkeypatch.setattr(doctor.os, "access", lambda path, wanted: wanted != mode)
    assert message in next(examine(made))


def test_store_that_is_counted_for_ever(made, monkeypatch):
    def forever(command, timeout, **_):
        raise subprocess.TimeoutExpired(command, timeout)

    monkeypatch.setattr(doctor.subprocess, "run", forever)
    flip(next((release.live_folder(made) / "store").glob("*.sst")))
    assert list(examine(made))[-1].endswith("store: cannot be counted within 5 s")


def test_part_that_can_be_read_is_counted(made, capsys):
    doctor._main(release.live_folder(made))
    assert capsys.readouterr().out == f"has {census(release.open_release(made).store).statements} triples\n"
