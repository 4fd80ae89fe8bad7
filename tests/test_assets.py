"""The asset build, with stand-ins for Node and npm so that no test needs the network."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
BUNDLER = """mkdir -p ../static/dist && echo '{"editor.js": "editor-1.js"}' > ../static/dist/manifest.json"""


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """Copy the asset sources into a folder of their own, with a Node of version 22 whose npm works."""
    target = tmp_path / "web" / "assets"
    shutil.copytree(ROOT / "web" / "assets", target, ignore=shutil.ignore_patterns("node_modules", "__pycache__"))
    program(tmp_path / "bin" / "npm", "exit 0")
    program(tmp_path / "bin" / "node", f'[ "$1" = --version ] && echo v22.1.0 && exit 0\n{BUNDLER}')
    return tmp_path


def program(path: Path, script: str) -> None:
    path.parent.mkdir(exist_ok=True)
    path.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
    path.chmod(0o755)


def build(tree: Path, *options: str, first: Path | None = None) -> subprocess.CompletedProcess[str]:
    """Run build.py with the stand-ins first on the path, after the folder `first` where there is one."""
    folders = [str(folder) for folder in (first, tree / "bin") if folder]
    environment = {**os.environ, "PATH": os.pathsep.join([*folders, os.environ["PATH"]])}
    command = [sys.executable, tree / "web/assets/build.py", *options]
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False, timeout=60)


def test_builds_once_and_again_only_when_a_source_changes(tree: Path) -> None:
    assert "built into web/static/dist" in build(tree).stderr
    assert "up to date" in build(tree).stderr
    (tree / "web/assets/extra.js").write_text("console.log(1);\n", encoding="utf-8")
    assert "built into web/static/dist" in build(tree).stderr


def test_registry_that_does_not_answer_is_a_warning(tree: Path) -> None:
    program(tree / "bin" / "npm", "echo 'npm error code ENOTFOUND' >&2; exit 1")
    done = build(tree)
    assert done.returncode == 0
    assert done.stderr == ("assets: WARNING: the npm packages could not be fetched; "
                           "the pages will work without scripts\n")
    assert build(tree, "--strict").returncode == 3


@pytest.mark.parametrize("code", ["EUSAGE", "EINTEGRITY"])
def test_damaged_lock_file_is_an_error(tree: Path, code: str) -> None:
    program(tree / "bin" / "npm", f"echo 'npm error code {code}' >&2; exit 1")
    done = build(tree)
    assert done.returncode == 1
    assert f"npm ci ended with {code}" in done.stderr
    assert "Traceback" not in done.stderr


def test_source_that_does_not_bundle_is_an_error(tree: Path) -> None:
    failing = 'echo "editor.js:1: syntax" >&2; exit 1'
    program(tree / "bin" / "node", f'[ "$1" = --version ] && echo v22.1.0 && exit 0\n{failing}')
    done = build(tree)
    assert done.returncode == 1
    assert "editor.js:1: syntax" in done.stderr
    assert "up to date" not in build(tree).stderr


def test_old_node_is_passed_over(tree: Path, tmp_path: Path) -> None:
    old = tmp_path / "old"
    program(old / "node", "echo v18.0.0")
    program(old / "npm", "echo 'the npm of the old Node ran' >&2; exit 1")
    assert "built into web/static/dist" in build(tree, first=old).stderr


def test_lock_file_names_no_address_and_pins_every_package() -> None:
    lock = (ROOT / "web/assets/package-lock.json").read_text(encoding="utf-8")
    assert "resolved" not in lock
    assert "://" not in lock
    assert lock.count('"version"') - lock.count('"integrity"') <= 1  # the project itself has neither
