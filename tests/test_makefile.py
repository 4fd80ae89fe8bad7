"""The set-up in the Makefile, with a stand-in for Python so that nothing is installed."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
# Answers the questions of the Makefile and notes every other call; {broken} names what is wrong with this Python.
STAND_IN = """#!/bin/sh
case "$1 $2" in
  *sys.version_info*) [ "{broken}" = version ] && exit 1 || exit 0 ;;
  *ensurepip*) [ "{broken}" = ensurepip ] && exit 1 || exit 0 ;;
esac
echo "$@" >> calls
[ "$2" = venv ] && mkdir -p .venv/bin && cp "$0" .venv/bin/python
exit 0
"""


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """Copy what the set-up reads into a folder whose path has a space."""
    folder = tmp_path / "a folder"
    folder.mkdir()
    for name in ("Makefile", "pyproject.toml", "requirements.txt", "requirements-dev.txt"):
        shutil.copy(ROOT / name, folder)
    return folder


def make(tree: Path, *targets: str, broken: str = "") -> subprocess.CompletedProcess[str]:
    program = tree / "python-stand-in"
    program.write_text(STAND_IN.format(broken=broken), encoding="utf-8")
    program.chmod(0o755)
    return run_make(tree, *targets, f"PYTHON={program}")


def run_make(tree: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """Run make on its own terms, also when the tests themselves were started by make."""
    environment = {key: value for key, value in os.environ.items() if not key.startswith("MAKE")}
    return subprocess.run(["make", *words], cwd=tree, env=environment, capture_output=True, text=True, check=False,
                          timeout=60)


def calls(tree: Path) -> list[str]:
    """Take the calls of the stand-in since the last time."""
    path = tree / "calls"
    lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
    path.unlink(missing_ok=True)
    return lines


def test_sets_up_once_and_again_when_the_pins_change(tree: Path) -> None:
    assert make(tree, "setup-dev").returncode == 0
    assert any("--require-hashes -r requirements.txt" in call for call in calls(tree))
    assert make(tree, "setup-dev").returncode == 0
    assert calls(tree) == []
    with (tree / "requirements-dev.txt").open("a", encoding="utf-8") as file:
        file.write("# changed\n")
    make(tree, "setup-dev")
    assert ["requirements-dev.txt" in call for call in calls(tree)] == [True]


def test_moved_folder_is_set_up_again(tree: Path, tmp_path: Path) -> None:
    make(tree, "setup")
    calls(tree)
    moved = tree.rename(tmp_path / "elsewhere")
    assert make(moved, "setup").returncode == 0
    assert any("--editable" in call for call in calls(moved))


@pytest.mark.parametrize(("broken", "message"), [
    ("version", "is older than Python 3.11"),
    ("ensurepip", "apt install python3-venv"),
])
def test_unfit_python_is_refused_in_one_line(tree: Path, broken: str, message: str) -> None:
    done = make(tree, "setup", broken=broken)
    said = [line for line in done.stderr.splitlines() if not line.startswith("make")]
    assert done.returncode != 0
    assert len(said) == 1
    assert message in said[0]
    assert calls(tree) == []


def test_no_python_is_said_in_one_line(tree: Path) -> None:
    done = run_make(tree, "setup", "PYTHON=")
    assert done.returncode != 0
    assert "Servanda needs Python 3.11 or newer" in done.stderr


def test_failed_install_is_tried_again(tree: Path) -> None:
    make(tree, "setup")
    for stamp in (tree / ".venv").glob(".run-*"):
        stamp.unlink()
    (tree / ".venv/bin/python").write_text("#!/bin/sh\n[ \"$1\" = -c ] && exit 0\nexit 1\n", encoding="utf-8")
    assert make(tree, "setup").returncode != 0
    assert list((tree / ".venv").glob(".run-*")) == []
