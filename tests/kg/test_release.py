"""Release: a store that is not what its manifest says is refused with one line."""

import dataclasses

import pytest
from pyoxigraph import Literal, NamedNode, Quad

from kg import store
from kg.errors import StoreFault
from kg.release import Manifest, checksums, live_folder, open_release, read_manifest, store_folder

EX = NamedNode("https://example.org/")


@pytest.fixture
def made(settings):
    """Give settings with a hand-made live release of three statements in one graph."""
    folder = settings.store / "releases" / "r1"
    opened = store.create(folder / "store")
    for number in range(3):
        opened.bulk_extend([Quad(EX, EX, Literal(number), EX), Quad(EX, EX, Literal(number))])
    opened.flush()
    found = store.census(opened)
    del opened
    files = checksums(folder / "store")
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
        ({"statements": 60001}, "store has 3 triples, manifest says 60001: run `servanda build --force`"),
        ({"digest": "0"}, "the digest of the store is not that of the manifest: run `servanda build --force`"),
        ({"graphs": {}}, "store has 1 graph of other sizes than the manifest says: run `servanda build --force`"),
    ],
)
def test_release_that_does_not_fit_is_refused(made, changes, message):
    rewrite(made, **changes)
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
        with pytest.raises(StoreFault, match=r"run `servanda build --force`$"):
            open_release(made)
        path.write_bytes(data)
    assert open_release(made).manifest


def test_short_store_is_told_in_numbers(made):
    opened = store.Store(str(store_folder(made)))
    opened.remove(Quad(EX, EX, Literal(0)))
    opened.flush()
    del opened
    with pytest.raises(StoreFault, match=r"^store has 2 triples, manifest says 3: run `servanda build --force`$"):
        open_release(made)


@pytest.mark.parametrize("text", ["", "{}", "[]", '{"statements": 1}'])
def test_broken_manifest(made, text):
    (live_folder(made) / "manifest.json").write_text(text)
    with pytest.raises(StoreFault, match=r"manifest.json: no manifest there; run `servanda build --force`"):
        open_release(made)


def test_no_release(settings):
    with pytest.raises(StoreFault, match="no store there; run `servanda build` first"):
        open_release(settings)
