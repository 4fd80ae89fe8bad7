"""Backup: what comes back is what was written, or nothing changes."""

import errno
import io
import shutil
import tarfile
from pathlib import Path

import pytest

from kg import backup as backups
from kg import graphs, release
from kg.backup import backup, restore
from kg.contents import census
from kg.errors import EnvironmentFault, InputError, StoreFault, UsageError
from kg.settings import Settings

ROOT = Path(__file__).parent.parent.parent


def settings_of(folder):
    return Settings.load({}, root=ROOT, store=folder)


@pytest.fixture(scope="module")
def sealed(tmp_path_factory):
    """Give a folder with a small release, which no test may change, and a backup of it."""
    folder = tmp_path_factory.mktemp("sealed")
    (folder / "notes.ttl").write_text("<urn:s> <urn:p> 1, 2, 3 .")
    graphs.load(settings_of(folder / "store"), [folder / "notes.ttl"])
    backup(settings_of(folder / "store"), folder / "b.tar")
    return folder


@pytest.fixture
def made(sealed, tmp_path):
    """Give settings of a copy of that release."""
    shutil.copytree(sealed / "store", tmp_path / "store", symlinks=True)
    return settings_of(tmp_path / "store")


def contents(settings):
    opened = release.open_release(settings)
    return {str(quad) for quad in opened.store}, census(opened.store), opened.manifest


def test_restored_release_is_the_one_that_was_written(sealed, tmp_path):
    restore(settings_of(tmp_path / "new"), sealed / "b.tar")
    assert contents(settings_of(tmp_path / "new")) == contents(settings_of(sealed / "store"))


def test_restore_over_a_live_release(sealed, made, tmp_path):
    (tmp_path / "more.ttl").write_text("<urn:s> <urn:p> 4 .")
    graphs.load(made, [tmp_path / "more.ttl"])
    restore(made, sealed / "b.tar")
    assert contents(made) == contents(settings_of(sealed / "store"))


@pytest.mark.parametrize("place", [0, 600, 20_000, -5_000, -70, -1])
@pytest.mark.parametrize("damage", ["flipped", "cut"])
def test_damaged_archive_changes_nothing(sealed, made, tmp_path, place, damage):
    data = (sealed / "b.tar").read_bytes()
    at = place % len(data)
    (tmp_path / "b.tar").write_bytes(
        data[:at] + (bytes([data[at] ^ 1]) + data[at + 1 :] if damage == "flipped" else b"")
    )
    before = release.live_folder(made)
    with pytest.raises(InputError, match=r"b\.tar: checksum differs"):
        restore(made, tmp_path / "b.tar")
    assert (release.live_folder(made), len(list((made.store / "releases").iterdir()))) == (before, 1)


def packed(path, members):
    """Write an archive with a right checksum after its end."""
    with backups._written(path) as out, tarfile.open(fileobj=out, mode="w|") as archive:
        for name, data in members:
            member = tarfile.TarInfo(name)
            member.size = len(data)
            archive.addfile(member, io.BytesIO(data))


@pytest.mark.parametrize(
    ("members", "message"),
    [
        ([("../evil", b"")], "has '../evil', which is no file of a release"),
        ([("store/a/b", b"")], "has 'store/a/b', which is no file of a release"),
        ([], "no manifest there"),
        ([("manifest.json", b"{}")], "no manifest there"),
        ([("manifest.json", release.Manifest(files={"store/1.sst": "0"}).to_json().encode())], "checksum differs"),
    ],
)
def test_archive_of_something_else(made, tmp_path, members, message):
    packed(tmp_path / "b.tar", members)
    before = release.live_folder(made)
    with pytest.raises(InputError, match=message):
        restore(made, tmp_path / "b.tar")
    assert release.live_folder(made) == before
    assert not (made.store.parent / "evil").exists()


@pytest.mark.parametrize("pattern", ["*.sst", "CURRENT"])
def test_damaged_release_is_not_backed_up(made, tmp_path, pattern):
    path = next((release.live_folder(made) / "store").glob(pattern))
    path.write_bytes(path.read_bytes()[:-1])
    with pytest.raises(StoreFault, match="not as it was made: restore a backup"):
        backup(made, tmp_path / "b.tar")
    path.unlink()
    with pytest.raises(StoreFault, match="not there: restore a backup"):
        backup(made, tmp_path / "b.tar")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["store"]


def test_backup_never_writes_over_a_file(made, tmp_path):
    (tmp_path / "b.tar").write_text("precious")
    with pytest.raises(InputError, match=r"b\.tar: is there already"):
        backup(made, tmp_path / "b.tar")


def test_places_that_are_not_there(made, tmp_path):
    with pytest.raises(EnvironmentFault, match=r"b\.tar: cannot be written"):
        backup(made, tmp_path / "none" / "b.tar")
    with pytest.raises(EnvironmentFault, match=r"b\.tar: no such file"):
        restore(made, tmp_path / "b.tar")
    with pytest.raises(UsageError, match="the statements are on that server"):
        backup(Settings.load({}, root=ROOT, endpoint="http://127.0.0.1:9/query"), tmp_path / "b.tar")


def test_full_disk_leaves_no_half_backup(made, tmp_path, monkeypatch):
    def full(handle):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(backups.os, "fsync", full)
    with pytest.raises(EnvironmentFault, match=r"b\.tar: cannot be written \(No space left on device\)"):
        backup(made, tmp_path / "b.tar")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["store"]
