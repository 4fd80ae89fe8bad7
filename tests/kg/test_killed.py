"""Killed: whenever a load or a build is killed, the live release is whole, and the next one makes its own."""

import subprocess
import sys
import time
from pathlib import Path

import pytest

from kg import doctor, graphs, release
from kg.contents import census
from kg.settings import Settings

ROOT = Path(__file__).parent.parent.parent
MOMENTS = 12


@pytest.fixture(scope="module")
def settings(tmp_path_factory):
    """Give settings of a store with one small graph."""
    folder = tmp_path_factory.mktemp("killed")
    (folder / "notes.nt").write_text("<urn:s> <urn:p> <urn:o> .\n")
    made = Settings.load({}, root=ROOT, store=folder / "store")
    graphs.load(made, [folder / "notes.nt"])
    return made


def load(settings, number):
    """Begin to load a graph that says its own number a few thousand times."""
    path = settings.store.parent / "notes.nt"
    path.write_text("".join(f'<urn:s{n}> <urn:p> "{number}" .\n' for n in range(3000)))
    command = [sys.executable, "-m", "kg", "load", str(path), "--store", str(settings.store)]
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def held(settings):
    """Return what the loaded graph says, after everything was compared with the manifest."""
    opened = release.open_release(settings)
    assert census(opened.store) == opened.manifest.census
    return {quad.object.value for quad in opened.store if quad.predicate.value == "urn:p"}


def test_killed_load_leaves_a_whole_release(settings):
    start = time.monotonic()
    assert load(settings, -1).wait() == 0
    length = time.monotonic() - start
    said = held(settings)
    assert said == {"-1"}
    for moment in range(MOMENTS):
        process = load(settings, moment)
        time.sleep(length * (0.3 + 0.8 * moment / MOMENTS))
        process.kill()
        process.wait()
        found = held(settings)
        assert found in (said, {str(moment)})
        said = found
        assert [line for line in doctor.examine(settings) if "left over" not in line] == []
    assert load(settings, MOMENTS).wait() == 0
    assert held(settings) == {str(MOMENTS)}
    assert list(doctor.examine(settings)) == []
    assert len(list((settings.store / "releases").iterdir())) == 2
