"""The README against the program: it names everything there is, and what it shows is what happens.

A `console` block holds commands after "$ " and their output. "…" in an output line stands for any text; a line that is
only "…" stands for any lines. A `sh` block holds commands that are not run here.
"""

import os
import re
import shlex
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path
from urllib.parse import urlsplit

import click
import pytest
from flask import Flask

from kg.cli import cli
from kg.settings import Limits, Settings
from tests.test_layout import files
from web import create_app

ROOT = Path(__file__).resolve().parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", README, re.DOTALL | re.MULTILINE)


def shown() -> Iterator[tuple[str, str]]:
    """Yield each command of the console blocks with the output that the README shows for it."""
    for block in blocks("console"):
        for part in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
            command, _, output = part.partition("\n")
            yield command, output


def matches(expected: str, actual: str) -> bool:
    """Compare outputs line by line, where "…" in the expected one stands for any text or any lines."""
    lines = [r"(?:.*\n)*?" if line.strip() == "…" else re.escape(line.rstrip()).replace("…", ".*?") + r"[ ]*\n"
             for line in expected.splitlines()]
    return re.fullmatch("".join(lines), actual if actual.endswith("\n") or not actual else actual + "\n") is not None


def test_matches_is_strict_but_for_the_ellipsis() -> None:
    assert matches("a\nb … d\n…\nz\n", "a\nb c d\nx\ny\nz\n")
    assert not matches("a\n", "a\nb\n")
    assert not matches("a\n", "b\n")


@pytest.mark.parametrize(("command", "output"), list(shown()), ids=[command for command, _ in shown()])
def test_readme_shows_what_the_command_prints(command: str, output: str, readme_environment: dict[str, str]) -> None:
    done = subprocess.run(["bash", "-o", "pipefail", "-c", command], cwd=ROOT, env=readme_environment, text=True,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=120, check=False)
    assert matches(output, done.stdout), f"{command}\nprinted\n{done.stdout}"


@pytest.fixture(scope="module")
def readme_environment(released: Settings, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Give the commands a built graph of their own and put `servanda` on the path."""
    store = tmp_path_factory.mktemp("readme") / "store"
    shutil.copytree(released.store, store, symlinks=True)
    kept = {key: value for key, value in os.environ.items() if not key.startswith("SERVANDA_")}
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    return kept | {"PATH": path, "SERVANDA_STORE": str(store), "COLUMNS": "120", "NO_COLOR": "1"}


@pytest.fixture(scope="module")
def app(released: Settings) -> Iterator[Flask]:
    """Give the pages of the released graph."""
    made = create_app(released)
    yield made
    made.extensions["servanda"].queries.close()


def test_readme_names_every_command() -> None:
    assert [name for name in cli.commands if f"servanda {name}" not in README] == []


def test_every_command_and_option_has_help() -> None:
    bare = [name for name, command in cli.commands.items() if not command.help]
    bare += [f"{name} {option.opts[0]}" for name, command in cli.commands.items() for option in command.params
             if isinstance(option, click.Option) and not option.help]
    assert bare == []


def test_readme_names_every_setting() -> None:
    names = [f"SERVANDA_{item.name.upper()}" for item in fields(Settings) if item.name != "limits"]
    names += [f"SERVANDA_LIMIT_{item.name.upper()}" for item in fields(Limits)]
    assert [name for name in names if f"`{name}`" not in README] == []


def test_operations_has_every_limit_and_its_default() -> None:
    rows = dict(re.findall(r"^\| `SERVANDA_LIMIT_(\w+)` \| ([\d,]+(?: \w+)?) \|",
                           (ROOT / "docs" / "operations.md").read_text(encoding="utf-8"), re.MULTILINE))
    units = {"s": 1, "kB": 1e3, "MB": 1e6, "GB": 1e9}
    shown = {name.lower(): float(value.split()[0].replace(",", "")) * units.get(value.partition(" ")[2], 1)
             for name, value in rows.items()}
    assert shown == {item.name: item.default for item in fields(Limits)}


def test_readme_names_every_route(app: Flask) -> None:
    routes = {re.sub(r"<(?:\w+:)?(\w+)>", r"<\1>", rule.rule) for rule in app.url_map.iter_rules()}
    assert [route for route in sorted(routes - {"/static/<filename>"}) if f"`{route}`" not in README] == []


def test_readme_names_every_make_target() -> None:
    targets = re.findall(r"^([a-z-]+):.*## ", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)
    assert "run" in targets
    assert [target for target in targets if f"make {target}" not in README] == []


def test_readme_folder_map_is_complete() -> None:
    listed = [path.relative_to(ROOT).parts for path in files()]
    names = {parts[0] + "/" * (len(parts) > 1) for parts in listed} - {"README.md"}
    assert "kg/" in names
    folder_map = next(iter(blocks("text")), "")
    assert [name for name in sorted(names) if not re.search(rf"^{re.escape(name)}\s", folder_map, re.MULTILINE)] == []
    described = re.findall(r"^(\S+)\s{2,}\S", folder_map, re.MULTILINE)
    assert described
    assert [name for name in described if not (ROOT / name).exists()] == []


def test_readme_says_why_each_dependency_is_there() -> None:
    extras = PROJECT["optional-dependencies"]
    wanted = [*PROJECT["dependencies"], *extras["dev"], *extras["build"], *extras["assets"]]
    names = [re.match(r"[\w-]+", requirement).group() for requirement in wanted]  # type: ignore[union-attr]
    rows = [line.lower() for line in README.splitlines() if line.startswith("| ")]
    assert [name for name in names if not any(f"`{name}`" in row.split(" | ")[0] for row in rows)] == []


def test_links_in_readme_lead_to_files() -> None:
    targets = [target for target in re.findall(r"\]\(([^)#\s]+)", README) if not urlsplit(target).scheme]
    assert [target for target in targets if not (ROOT / target).exists()] == []


def test_addresses_in_readme_answer(app: Flask) -> None:
    requests = [shlex.split(line) for block in blocks("sh") for line in block.splitlines() if line.startswith("curl ")]
    assert requests
    for words in requests:
        address = urlsplit(next(word for word in words if word.startswith("http://127.0.0.1:8000")))
        headers = [words[place + 1].split(": ", 1) for place, word in enumerate(words) if word == "-H"]
        answer = app.test_client().get(f"{address.path}?{address.query}", headers=headers,
                                       base_url="http://127.0.0.1:8000", follow_redirects=True)
        assert answer.status_code == 200, words


def test_pins_agree_with_the_declared_dependencies() -> None:
    """Every declared dependency is pinned with a hash, and the two files agree where they overlap."""
    pins = {name: dict(re.findall(r"^([\w.-]+)==(\S+)", (ROOT / name).read_text(encoding="utf-8"), re.MULTILINE))
            for name in ("requirements.txt", "requirements-dev.txt", "requirements-assets.txt")}
    extras = PROJECT["optional-dependencies"]
    declared = {"requirements.txt": [*PROJECT["dependencies"], *extras["build"]], "requirements-dev.txt": extras["dev"],
                "requirements-assets.txt": extras["assets"]}
    for name, wanted in declared.items():
        missing = [item for item in wanted if re.split(r"[<>=]", item)[0] not in pins[name]]
        assert missing == [], name
    run, dev = pins["requirements.txt"], pins["requirements-dev.txt"]
    assert {name: (run[name], dev[name]) for name in run.keys() & dev.keys() if run[name] != dev[name]} == {}
