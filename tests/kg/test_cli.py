"""The command: stdout is data, stderr is one line of talk, and each kind of failure has its exit code."""

import io
import json
import os
import shlex
import subprocess
import sys
from pathlib import Path

import click
import pytest

from kg import __version__, check, load
from kg.cli import cli, main
from kg.errors import StoreFault
from kg.findings import Finding
from kg.writers import writer_of

ROOT = Path(__file__).parent.parent.parent
FINDING = Finding("data/a.ttl", "violation", "shape:S01", "state:kaz", "sv:x", "-", "must not be")


@pytest.fixture
def servanda(capsysbinary, tmp_path, monkeypatch):
    """Give a function that runs the command and returns exit code, stdout and stderr."""
    monkeypatch.chdir(tmp_path)

    def run(*arguments, stdin=b""):
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin)))
        with pytest.raises(SystemExit) as caught:
            main([str(argument) for argument in arguments])
        out, err = capsysbinary.readouterr()
        return caught.value.code, out.decode(), err.decode()

    return run


@pytest.fixture
def full(servanda, released):
    """Give the same function for commands on the full release."""
    return lambda verb, *arguments, **options: servanda(verb, "--store", released.store, *arguments, **options)


def test_version(servanda):
    assert servanda("version")[:2] == (
        0,
        f"servanda {__version__}\npyoxigraph 0.5.13\nPython {sys.version.split()[0]}\n",
    )


@pytest.mark.parametrize("name", sorted(cli.commands))
def test_every_command_has_help(servanda, name):
    code, out, _ = servanda(name, "--help")
    assert (code, out.splitlines()[0][: 15 + len(name)]) == (0, f"Usage: servanda {name}"[: 15 + len(name)])
    assert cli.commands[name].help
    options = [item for item in cli.commands[name].params if isinstance(item, click.Option)]
    assert all(option.help for option in options if option.name != "format")


def test_no_command_shows_the_commands(servanda):
    code, out, err = servanda()
    assert (code, out) == (2, "")
    assert all(name in err for name in cli.commands)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["exprt"], "No such command 'exprt'. Did you mean 'export'?"),
        (["export", "--format", "xls"], "'xls' is not one of 'turtle', 'trig'"),
        (["query", "-", "--param", "x"], '--param "x": write NAME=TERM, as in article=provision:cat-12'),
        (["serve", "--port", "x"], "'x' is not a valid integer"),
        (["serve", "--port", "70000"], "port 70000 is not between 0 and 65535"),
    ],
)
def test_wrong_usage_is_2(servanda, arguments, message):
    code, out, err = servanda(*arguments)
    assert (code, out, err.count("\n")) == (2, "", 1)
    assert message in err


@pytest.mark.parametrize("arguments", [["query", "-"], ["export"], ["serve"]])
def test_missing_store_is_3_and_says_what_to_do(servanda, tmp_path, arguments):
    message = f"{tmp_path}/.servanda: no store there; run `servanda build` first\n"
    assert servanda(*arguments, stdin=b"ASK {}") == (3, "", message)


def test_missing_files_are_3(full, servanda):
    assert servanda("format", "nowhere.ttl") == (3, "", "nowhere.ttl: no such file\n")
    assert full("query", "nowhere.rq") == (3, "", "nowhere.rq: no such file\n")


def test_wrong_environment_variable(servanda, monkeypatch):
    monkeypatch.setenv("SERVANDA_PORT", "x")
    assert servanda("export") == (2, "", 'SERVANDA_PORT: "x" is not a whole number\n')


def test_unexpected_failure_is_one_line(servanda, monkeypatch):
    def fail(*_, **__):
        raise ZeroDivisionError("a\nb")

    monkeypatch.setattr(check, "run", fail)
    assert servanda("check") == (3, "", "unexpected ZeroDivisionError: a b (--debug shows where)\n")


def test_debug_shows_where(tmp_path):
    with pytest.raises(StoreFault):
        main(["--debug", "export", "--store", str(tmp_path)])


def test_check_prints_findings_and_exits_1(servanda, monkeypatch):
    monkeypatch.setattr(check, "run", lambda *_, **__: [FINDING])
    assert servanda("check") == (1, f"{FINDING}\n", "1 violation, 0 other findings\n")


def test_check_of_good_data_is_0(servanda, monkeypatch):
    monkeypatch.setattr(check, "run", lambda *_, **__: [])
    assert servanda("check") == (0, "", "0 violations, 0 other findings\n")


def test_build_with_a_violation_is_1(servanda, monkeypatch, tmp_path):
    monkeypatch.setattr(check, "run", lambda *_, **__: [FINDING])
    code, out, err = servanda("build", "--store", tmp_path / "s")
    assert (code, out, err) == (1, "", f"{FINDING}\n1 violation; no release was made\n")


def test_build_prints_a_summary(servanda, monkeypatch, tmp_path):
    monkeypatch.setattr(check, "run", lambda *_, **__: [])
    code, out, err = servanda("build", "--store", tmp_path / "s")
    rows = {label.strip(): int(value) for label, value in (line.rsplit(" ", 1) for line in out.splitlines())}
    assert (code, err) == (0, "")
    assert {"graphs", "triples", "communications", "findings of violation", "validation: violation"} <= set(rows)


def test_second_build_has_nothing_to_do(servanda, monkeypatch, tmp_path):
    monkeypatch.setattr(load, "digests", lambda settings: {})
    monkeypatch.setattr(check, "run", lambda *_, **__: [])
    first = servanda("build", "--store", tmp_path / "s")
    assert servanda("build", "--store", tmp_path / "s") == (0, first[1], "nothing has changed since the last build\n")


def test_query_table_by_default(full):
    code, out, err = full("query", "-", stdin=b"SELECT ?s { ?s a sv:State } ORDER BY ?s LIMIT 1")
    assert (code, err, out.splitlines()[0]) == (0, "", "s")
    assert out.splitlines()[2].startswith("state:")


def test_query_formats(full):
    ask = b"ASK { ?s a sv:Communication }"
    assert full("query", "-", stdin=ask)[1] == "true\n"
    assert json.loads(full("query", "-", "--format", "json", stdin=ask)[1])["boolean"] is True
    code, out, _ = full("query", "-", "-f", "turtle", stdin=b"CONSTRUCT { state:kaz a sv:State } {}")
    assert (code, out.splitlines()[-1]) == (0, "state:kaz a sv:State .")


def test_query_binds_typed_terms(full):
    text = b"SELECT ?case { ?case sv:respondent state:kaz }"
    assert full("query", "-", "-f", "csv", "-p", "case=communication:cat-433-2010", stdin=text)[1].count("\n") == 2
    assert full("query", "-", "-f", "csv", "-p", 'case="communication:cat-433-2010"', stdin=text)[1].count("\n") == 1


@pytest.mark.parametrize(
    ("text", "arguments", "message"),
    [
        (b"DROP ALL", [], "1:1: a query is expected, not an update"),
        (b"SELECT * {", [], "1:11: "),
        (b"", [], "query is empty"),
        (b"SELECT * { SERVICE SILENT <http://127.0.0.1:1/> { ?s ?p ?o } }", [], "SERVICE is disabled"),
        (b"SELECT * " + b"{" * 5000 + b"}" * 5000, [], "nesting deeper than 50"),
        (b"SELECT * { ?a ?b ?c . ?d ?e ?f }", [], "more than 10000 rows: add LIMIT or use the dump"),
        (b"SELECT ?s { ?s ?p ?o }", ["-p", "s=nope:x"], "nope:x: The prefix nope: has not been declared"),
    ],
)  # fmt: skip
def test_bad_query_is_1_and_one_line(full, text, arguments, message):
    code, out, err = full("query", "-", *arguments, stdin=text)
    assert (code, out, err.count("\n")) == (1, "", 1)
    assert message in err


def test_bad_query_in_a_file_names_the_file(full, tmp_path):
    (tmp_path / "q.rq").write_text("DROP ALL")
    assert full("query", "q.rq") == (1, "", "q.rq:1:1: a query is expected, not an update\n")


def test_export_to_stdout_and_to_a_file(full, tmp_path):
    graph = "graph:data/reference/states"
    code, out, err = full("export", "--graph", graph, "--format", "turtle")
    assert (code, err) == (0, "")
    assert full("export", "-g", graph, "-f", "turtle", "-o", tmp_path / "out.ttl") == (0, "", "")
    assert (tmp_path / "out.ttl").read_text() == out == (ROOT / "data/reference/states.ttl").read_text()


def test_export_of_unknown_graph_is_1(full):
    assert full("export", "-g", "graph:none") == (1, "", "https://w3id.org/servanda/graph/none: no such graph\n")


def test_format_check(servanda, tmp_path):
    (tmp_path / "a.ttl").write_text("<urn:s>   <urn:p> 1 .")
    message = "1 file is not in the canonical form; run `servanda format`\n"
    assert servanda("format", "--check", "a.ttl") == (1, "a.ttl\n", message)
    assert servanda("format", "a.ttl") == (0, "a.ttl\n", "")
    assert servanda("format", "--check", "a.ttl") == (0, "", "")


def test_reader_that_has_enough(released):
    command = f"{shlex.quote(sys.executable)} -m kg export --store {shlex.quote(str(released.store))} | head -c 10"
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    done = subprocess.run(["bash", "-o", "pipefail", "-c", command], env=environment, capture_output=True, check=False)
    assert (done.returncode, len(done.stdout), done.stderr) == (0, 10, b"")


def test_serve_hands_over_to_web(released, monkeypatch):
    called = []
    monkeypatch.setattr(os, "execv", lambda *arguments: called.append(arguments))
    with pytest.raises(SystemExit):
        main(["serve", "--store", str(released.store), "--port", "8123", "--writers", "writers"])
    program, arguments = called[0]
    options = ["--host", "127.0.0.1", "--port", "8123", "--store", str(released.store), "--endpoint", ""]
    options += ["--writers", str(Path("writers").absolute())]
    assert arguments == [program, "-m", "web", *options]


def test_a_token_comes_with_its_line(servanda, tmp_path):
    code, out, talk = servanda("token", "--last", "2030-12-31")
    token, line = out.splitlines()
    file = tmp_path / "writers"
    file.touch(0o600)
    file.write_text(line, encoding="utf-8")
    assert (code, writer_of(token, file)) == (0, line.split()[0])
    assert line.endswith(" 2030-12-31")
    assert token not in talk
    assert servanda("token", "--last", "soon")[0] == 2
