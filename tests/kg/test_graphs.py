"""Graphs beside the files: loaded whole or not at all, kept by the next build, dropped by name."""

import fcntl
import shutil
from pathlib import Path

import pytest
from pyoxigraph import DefaultGraph

from kg import check, draft, graphs, release
from kg.build import build
from kg.contents import census
from kg.errors import InputError, NotFound, StoreFault, UsageError
from kg.settings import Settings

ROOT = Path(__file__).parent.parent.parent
XSD = "http://www.w3.org/2001/XMLSchema#"
LOADED = "https://w3id.org/servanda/graph/loaded/"
DATA = "<https://w3id.org/servanda/id/state/kaz> <http://www.w3.org/2000/01/rdf-schema#label> 'Kazakhstan'@en .\n"


@pytest.fixture
def small(tmp_path, monkeypatch):
    """Give settings with the rules and one file of data, not built yet; the disk is not waited for."""
    for name in ("prefixes.ttl", "rules"):
        (tmp_path / "root" / "ontology").mkdir(parents=True, exist_ok=True)
        copy = shutil.copytree if (ROOT / "ontology" / name).is_dir() else shutil.copy
        copy(ROOT / "ontology" / name, tmp_path / "root" / "ontology" / name)
    (tmp_path / "root" / "data").mkdir()
    (tmp_path / "root" / "data" / "a.ttl").write_text(DATA)
    monkeypatch.setattr(check, "run", lambda *_, **__: [])
    monkeypatch.setattr(draft, "_sync", lambda path: None)
    return Settings.load({}, root=tmp_path / "root", store=tmp_path / "store")


@pytest.fixture(params=["small", "large"])
def any_size(request, monkeypatch):
    """Run a test twice: the second time files of lines are loaded in parts, and graphs are not replaced in place."""
    if request.param == "large":
        monkeypatch.setattr(graphs, "LARGE", 0)
        monkeypatch.setattr(graphs, "SMALL", 0)


@pytest.fixture
def write(tmp_path):
    def made(name, text):
        (tmp_path / name).write_text(text)
        return tmp_path / name

    return made


def held(settings):
    """Return what the live release holds, without the rules, each line with its graph."""
    opened = release.open_release(settings)
    assert census(opened.store) == opened.manifest.census
    named = {quad.triple for quad in opened.store if not isinstance(quad.graph_name, DefaultGraph)}
    assert named == {quad.triple for quad in opened.store.quads_for_pattern(None, None, None, DefaultGraph())}
    return {str(quad) for quad in opened.store if LOADED in str(quad.graph_name) or "urn:" in str(quad.graph_name)}


@pytest.mark.usefixtures("any_size")
def test_load_needs_no_build(small, write):
    path = write("notes.nt", "<urn:s> <urn:p> <urn:o> .")
    assert graphs.load(small, [path]) == ([graphs.Graph(LOADED + "notes", 1, "notes.nt")], [])
    assert len(held(small)) == 1


@pytest.mark.usefixtures("any_size")
def test_load_replaces_the_graph_and_keeps_what_others_say(small, write):
    build(small)
    graphs.load(
        small, [write("a.nq", "<urn:s> <urn:p> '1' <urn:g> .\n<urn:s> <urn:p> '2' <urn:h> .".replace("'", '"'))]
    )
    graphs.load(small, [write("b.trig", "<urn:g> { <urn:s> <urn:p> '2', '3' }")])
    assert held(small) == {f'<urn:s> <urn:p> "{n}" <urn:{g}>' for n, g in [(2, "g"), (3, "g"), (2, "h")]}


@pytest.mark.usefixtures("any_size")
def test_loaded_graphs_outlive_builds_and_count_as_in_a_build_afresh(small, write):
    graphs.load(small, [write("notes.nt", f'<urn:s> <urn:p> _:x .\n_:x <urn:q> "01"^^<{XSD}integer> .')])
    before = held(small)
    small.data.joinpath("b.ttl").write_text(DATA.replace("Kaz", "Qaz"))
    changed = build(small).manifest
    assert held(small) == before
    afresh = build(small, force=True).manifest
    assert held(small) == before
    assert (changed.census, changed.source_hash, changed.loaded) == (afresh.census, afresh.source_hash, afresh.loaded)
    assert not build(small).fresh


@pytest.mark.usefixtures("any_size")
def test_blank_nodes_of_two_files_are_never_the_same(small, write):
    graphs.load(small, [write("a.nt", "_:x <urn:p> <urn:1> ."), write("b.nt", "_:x <urn:p> <urn:2> .")])
    assert len({line.split()[0] for line in held(small)}) == 2


def test_broken_file_changes_nothing_and_the_others_are_loaded(small, write):
    build(small)
    before = release.live_folder(small)
    broken = write("broken.trig", "<urn:g> { <urn:s> <urn:p> 1 }\n<urn:h> { <urn:s> <urn:p> }")
    loaded, errors = graphs.load(small, [broken])
    assert (loaded, [str(error) for error in errors]) == ([], [f"{broken}:2:27: object expected"])
    assert release.live_folder(small) == before
    loaded, errors = graphs.load(small, [broken, write("good.ttl", "<urn:s> <urn:p> 1 ."), Path("nowhere.ttl")])
    assert ([one.file for one in loaded], [error.exit_code for error in errors]) == (["good.ttl"], [1, 3])
    assert len(held(small)) == 1


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        (
            "a.trig",
            "<{base}data/a> {{ <urn:s> <urn:p> 1 }}",
            "graph:data/a is the graph of data/a.ttl; change it and",
        ),
        (
            "a.trig",
            "<{base}derived> {{ <urn:s> <urn:p> 1 }}",
            "graph:derived holds what rules derive, and nothing else",
        ),
        ("ä.ttl", "<urn:s> <urn:p> 1 .", "no graph can be named after this file; name one with --graph"),
    ],
)
def test_graph_that_is_not_to_be_loaded(small, write, name, text, message):
    build(small)
    path = write(name, text.format(base="https://w3id.org/servanda/graph/"))
    _, errors = graphs.load(small, [path])
    assert [str(error).startswith(f"{path}: {message}") for error in errors] == [True]


def test_graph_of_two_files(small, write):
    (write("a", "").unlink(), (write("x.ttl", "").parent / "a").mkdir())
    paths = [write("x.ttl", "<urn:s> <urn:p> 1 ."), write("a/x.ttl", "<urn:s> <urn:p> 2 .")]
    loaded, errors = graphs.load(small, paths)
    assert ([one.file for one in loaded], len(errors)) == (["x.ttl"], 1)
    assert str(errors[0]).endswith("x.ttl: graph:loaded/x is in x.ttl too")


@pytest.mark.usefixtures("any_size")
def test_drop(small, write):
    build(small)
    before = build(small).manifest.census
    graphs.load(small, [write("notes.ttl", DATA)])
    graphs.drop(small, LOADED + "notes")
    assert (held(small), build(small).manifest.census) == (set(), before)
    with pytest.raises(NotFound, match=r"^graph:loaded/notes: no such graph$"):
        graphs.drop(small, LOADED + "notes")
    with pytest.raises(InputError, match=r"graph:data/a is the graph of data/a\.ttl"):
        graphs.drop(small, "https://w3id.org/servanda/graph/data/a")


@pytest.mark.usefixtures("any_size")
def test_list_names_the_files(small, write):
    build(small)
    graphs.load(small, [write("notes.nt", "<urn:s> <urn:p> <urn:o> .")], "urn:mine")
    found = {
        graphs.short(one.iri, graphs.Names.load(small)): (one.statements, one.file) for one in graphs.listed(small)
    }
    assert (found["graph:data/a"], found["urn:mine"]) == ((1, "data/a.ttl"), (1, "notes.nt"))
    assert found["graph:derived"][1] == ""


def test_load_while_another_build_runs(small, write):
    build(small)
    with (small.store / "build.lock").open("w") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        with pytest.raises(StoreFault, match="store is in use"):
            graphs.load(small, [write("notes.ttl", DATA)])


def test_damaged_release_is_not_replaced(small, write):
    folder = build(small).folder
    (folder / "manifest.json").write_text("{}")
    with pytest.raises(StoreFault, match="no manifest there"):
        graphs.load(small, [write("notes.ttl", DATA)])
    assert release.live_folder(small) == folder


def test_loaded_graphs_are_not_lost_unasked(small, write):
    graphs.load(small, [write("notes.ttl", DATA)])
    path = next((release.live_folder(small) / "store").glob("*.sst"))
    path.write_bytes(path.read_bytes()[:-1])
    with pytest.raises(StoreFault, match=r"the live release is damaged, and notes\.ttl was loaded into it: restore"):
        build(small)
    assert build(small, force=True).manifest.loaded == {}


def test_server(small, write):
    remote = Settings.load({}, root=small.root, store=None, endpoint="http://127.0.0.1:9/query")
    with pytest.raises(UsageError, match="in the embedded store only"):
        graphs.load(remote, [write("notes.ttl", DATA)])
