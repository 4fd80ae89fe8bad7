"""Release: a store that is not what its manifest says is refused with one line."""

import dataclasses
import json

import pytest
from pyoxigraph import DefaultGraph, Literal, NamedNode, Quad

from kg import store
from kg.contents import census
from kg.errors import StoreFault
from kg.release import Manifest, checksums, live_folder, open_release, read_manifest, store_folder
from kg.store import RESTORE

EX = NamedNode("https://example.org/")


@pytest.fixture
def made(settings):
    """Give settings with a hand-made live release of three statements in one graph."""
    folder = settings.store / "releases" / "r1"
    opened = store.create(folder / "store")
    opened.bulk_extend(Quad(EX, EX, Literal(number), graph) for number in range(3) for graph in (EX, DefaultGraph()))
    opened.flush()
    found = census(opened)
    del opened
    files = checksums(folder)
    manifest = Manifest("hash", found.statements, found.digest, found.graphs, files, built="2026-11-25T00:00:00+00:00")
    (folder / "manifest.json").write_text(manifest.to_json())
    (settings.store / "current").symlink_to(folder)
    return settings


def rewrite(settings, **changes):
    folder = live_folder(settings)
    (folder / "manifest.json").write_text(dataclasses.replace(read_manifest(folder), **changes).to_json())


def test_release_that_fits_opens(made):
    opened = open_release(made)
    assert opened.manifest.graphs == {EX.value: 3}
    assert len(opened.store) == 6
    assert store_folder(made) == opened.folder / "store"


def test_manifest_round_trip(made):
    manifest = read_manifest(live_folder(made))
    rewrite(made)
    assert read_manifest(live_folder(made)) == manifest


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"statements": 60001}, f"store has 3 triples, manifest says 60001: {RESTORE}"),
        ({"digest": "0"}, f"the digest of the store is not that of the manifest: {RESTORE}"),
        ({"graphs": {}}, f"store has 1 graph of other sizes than the manifest says: {RESTORE}"),
        ({}, f"a file of the release is not as it was made: {RESTORE}"),
    ],
)
def test_release_that_does_not_fit_is_refused(made, changes, message):
    rewrite(made, files={}, **changes)
    with pytest.raises(StoreFault) as caught:
        open_release(made)
    assert str(caught.value) == message


@pytest.mark.parametrize("pattern", ["*.sst", "MANIFEST-*", "CURRENT"])
@pytest.mark.parametrize("damage", ["flipped", "cut", "gone"])
def test_damaged_store_is_never_opened(made, pattern, damage):
    folder = live_folder(made) / "store"
    saved = {path: path.read_bytes() for path in folder.glob(pattern)}
    for path, data in saved.items():
        middle = len(data) // 2
        path.write_bytes(
            data[:middle] + (bytes([data[middle] ^ 255]) + data[middle + 1 :] if damage == "flipped" else b"")
        )
        if damage == "gone":
            path.unlink()
        with pytest.raises(StoreFault, match=r"restore a backup, or run `servanda build --force`$"):
            open_release(made)
        path.write_bytes(data)
    assert open_release(made).manifest


def test_short_store_is_told_in_numbers(made):
    opened = store.EmbeddedStore(str(store_folder(made)))
    opened.remove(Quad(EX, EX, Literal(0)))
    opened.flush()
    del opened
    with pytest.raises(StoreFault, match=r"^store has 2 triples, manifest says 3: restore a backup"):
        open_release(made)


@pytest.mark.parametrize("text", ["", "{}", "[]", '{"statements": 1}'])
def test_broken_manifest(made, text):
    (live_folder(made) / "manifest.json").write_text(text)
    with pytest.raises(StoreFault, match=r"manifest.json: no manifest there: restore a backup"):
        open_release(made)


def test_altered_manifest(made):
    place = live_folder(made) / "manifest.json"
    place.write_text(place.read_text().replace('"statements": 3', '"statements": 4'))
    with pytest.raises(StoreFault, match=r"manifest.json: the manifest was altered: restore a backup"):
        open_release(made)


def test_manifest_of_an_older_servanda(made):
    place = live_folder(made) / "manifest.json"
    values = json.loads(place.read_text())
    for key in ("seal", "code", "sources", "loaded"):
        del values[key]
    place.write_text(json.dumps(values))
    with pytest.raises(StoreFault, match=r"manifest.json: made by an older Servanda; run `servanda build`$"):
        open_release(made)


def test_files_shared_with_another_release_are_not_read_again(made, tmp_path):
    folder = live_folder(made)
    store.snapshot(folder / "store", tmp_path / "other" / "store")
    found = checksums(tmp_path / "other", folder, dict.fromkeys(checksums(folder), "known"))
    shared = {path.name for path in (tmp_path / "other" / "store").glob("*.sst")}
    assert {name for name, digest in found.items() if digest == "known"} == {f"store/{name}" for name in shared}
    assert shared


def test_no_release(settings):
    with pytest.raises(StoreFault, match="no store there; run `servanda build` first"):
        open_release(settings)
