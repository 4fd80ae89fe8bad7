"""Time `make run` and `make test` on a fresh copy of the repository with an empty home folder, cold and warm."""

import argparse
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from serve import fetch, free_port

ROOT = Path(__file__).resolve().parents[1]


def copy(target: Path) -> None:
    """Copy what a clone would hold, changes that are not committed included."""
    listed = subprocess.run(["git", "ls-files", "-co", "--exclude-standard", "-z"], cwd=ROOT, capture_output=True,
                            text=True, check=True).stdout
    for name in filter(None, listed.split("\0")):
        if (ROOT / name).is_file():
            (target / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, target / name)


def time_test(folder: Path, environment: dict[str, str]) -> tuple[float, str]:
    """Run `make test`; return the seconds it took and its last line."""
    start = time.monotonic()
    done = subprocess.run(["make", "test"], cwd=folder, env=environment, capture_output=True, text=True, check=False)
    return time.monotonic() - start, (done.stdout.strip().splitlines() or [done.stderr.strip()])[-1]


def time_run(folder: Path, environment: dict[str, str]) -> tuple[float, str]:
    """Run `make run` until the first page answers; return the seconds and the status."""
    port = free_port()
    start = time.monotonic()
    process = subprocess.Popen(["make", "run", f"PORT={port}"], cwd=folder, env=environment, start_new_session=True,
                               stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    status = "no answer"
    try:
        while process.poll() is None and time.monotonic() - start < 900:
            try:
                status = str(fetch(f"http://127.0.0.1:{port}/"))
                break
            except OSError:
                time.sleep(0.05)
        return time.monotonic() - start, status
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGTERM)
        process.communicate(timeout=30)


def main() -> int:
    """Time the four runs and print a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--no-node", action="store_true", help="hide Node and npm from the path")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        home, tree = Path(folder, "home"), Path(folder, "tree")
        home.mkdir()
        environment = {key: value for key, value in os.environ.items() if not key.startswith("SERVANDA_")}
        environment.update(HOME=str(home))
        if options.no_node:
            kept = [part for part in os.environ["PATH"].split(os.pathsep) if not shutil.which("node", path=part)]
            environment["PATH"] = os.pathsep.join(hide_node(Path(folder, "bin"), kept))
        print("| command | cold, s | warm, s | ended with |\n|---|---|---|---|", flush=True)
        for name, measure in (("make run, to the first page", time_run), ("make test", time_test)):
            shutil.rmtree(tree, ignore_errors=True)
            copy(tree)
            cold, said = measure(tree, environment)
            warm, again = measure(tree, environment)
            print(f"| {name} | {cold:.1f} | {warm:.1f} | {said}; {again} |", flush=True)
    return 0


def hide_node(folder: Path, kept: list[str]) -> list[str]:
    """Return a path without Node: folders that hold it are replaced by links to their other programs."""
    folder.mkdir()
    for part in os.environ["PATH"].split(os.pathsep):
        if part in kept or not Path(part).is_dir():
            continue
        for program in Path(part).iterdir():
            link = folder / program.name
            if program.name not in {"node", "nodejs", "npm", "npx", "corepack"} and not link.exists():
                link.symlink_to(program.resolve())
    return [*kept, str(folder)]


if __name__ == "__main__":
    sys.exit(main())
