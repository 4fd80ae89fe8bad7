"""The command `servanda`: one command for each verb. stdout is data, stderr is talk.

Exit codes: 0 done, 1 the input is wrong, 2 usage, 3 environment. An error is one line; --debug shows the traceback.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from functools import wraps
from pathlib import Path
from typing import Any

import click

from kg import __version__
from kg import export as exporting
from kg import query as querying
from kg.errors import (
    EnvironmentFault,
    InputError,
    InvalidData,
    QueryRefused,
    QuerySyntaxError,
    ServandaError,
    UsageError,
    counted,
)
from kg.names import Names
from kg.settings import Settings
from kg.store import Node, to_node
from kg.turtle import parse_term

__all__ = ["cli", "main"]

HELP = {"help_option_names": ["-h", "--help"], "max_content_width": 100}


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command and leave with its exit code; no error ever shows a traceback unless --debug is given."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    try:
        code = cli.main(args=given, prog_name="servanda", standalone_mode=False)
        sys.stdout.flush()
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)  # the reader had enough before the last flush
        code = 0
    except click.exceptions.NoArgsIsHelpError as error:
        error.show()
        code = 2
    except (click.exceptions.Abort, KeyboardInterrupt):
        code = _say("stopped", 130)
    except click.ClickException as error:
        code = _say(" ".join(error.format_message().split()), 2)
    except ServandaError as error:
        if "--debug" in given:
            raise
        code = _say(str(error), error.exit_code)
    except Exception as error:
        if "--debug" in given:
            raise
        code = _say(f"unexpected {type(error).__name__}: {' '.join(str(error).split())} (--debug shows where)", 3)
    sys.exit(code if isinstance(code, int) else 0)


def _say(message: str, code: int) -> int:
    click.echo(message, err=True)
    return code


def with_settings(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command the option --store and pass it the settings as first argument."""

    @click.option("--store", type=click.Path(path_type=Path), help="Folder of the store.  [default: .servanda]")
    @wraps(command)
    def wrapped(store: Path | None, **options: Any) -> Any:  # noqa: ANN401 (click passes options by name)
        return command(Settings.load(store=store), **options)

    return wrapped


@click.group(context_settings=HELP)
@click.option("--debug", is_flag=True, help="Show the traceback of an error.")
def cli(debug: bool) -> None:
    """Build, check, query and serve the knowledge graph of what United Nations treaty bodies decided."""


@cli.command()
@click.option("--force", is_flag=True, help="Build even if nothing has changed.")
@with_settings
def build(settings: Settings, force: bool) -> None:
    """Build the live release from the files.

    Loads, checks and derives everything, and prints a summary. Data that break a check replace nothing.
    """
    from kg.build import build as make

    try:
        with _progress() as step:
            built = make(settings, force, step)
    except InvalidData as error:
        for finding in error.findings:
            click.echo(str(finding), err=True)
        raise
    if not built.fresh:
        click.echo("nothing has changed since the last build", err=True)
    summary = built.manifest.summary()
    width = max(len(label) for label, _ in summary)
    for label, value in summary:
        click.echo(f"{label:<{width}}{value:>9}")


@cli.command()
@click.option("--host", help="Address to listen on.  [default: 127.0.0.1]")
@click.option("--port", type=int, help="Port to listen on.  [default: 8000]")
@click.option("--store", type=click.Path(path_type=Path), help="Folder of the store.  [default: .servanda]")
def serve(host: str | None, port: int | None, store: Path | None) -> None:
    """Serve the web front end."""
    from importlib.util import find_spec

    from kg.release import live_folder

    settings = Settings.load(host=host, port=port, store=store)
    live_folder(settings)
    if find_spec("web") is None:
        raise EnvironmentFault("the package `web` is not installed; install servanda with it")
    options = ["--host", settings.host, "--port", str(settings.port), "--store", str(settings.store)]
    os.execv(sys.executable, [sys.executable, "-m", "web", *options])  # noqa: S606 (no shell)


@cli.command()
@click.argument("files", nargs=-1, type=click.Path(path_type=Path))
@with_settings
def check(settings: Settings, files: tuple[Path, ...]) -> None:
    """Check ontology, shapes and data.

    Judges only FILES if there are any, the rest being their context. Prints each finding as `file: severity: shape:
    focus node: path: value: message`; exits 1 on a violation.
    """
    from kg import check as checks

    with _progress() as step:
        findings = checks.run(settings, files or None, step)
    for finding in findings:
        click.echo(str(finding))
    violations = sum(finding.severity == "violation" for finding in findings)
    click.echo(f"{counted(violations, 'violation')}, {counted(len(findings) - violations, 'other finding')}", err=True)
    if violations:
        raise click.exceptions.Exit(1)


@cli.command()
@click.argument("file")
@click.option("--format", "-f", type=click.Choice(["table", *querying.FORMATS]), help="Form of the answer.")
@click.option("--param", "-p", "parameters", multiple=True, metavar="NAME=TERM", help="Bind a variable to a term.")
@with_settings
def query(settings: Settings, file: str, format: str | None, parameters: tuple[str, ...]) -> None:
    """Run the SPARQL query in FILE (- is stdin).

    It runs within the limits on time, memory and rows that hold for everybody. The prefixes of ontology/prefixes.ttl
    need not be declared. TERM is what Turtle writes: provision:cat-12, <https://...>, "text"@en,
    "2010-01-01"^^xsd:date, 42; any other text is a string.
    """
    from kg.table import table

    names = Names.load(settings)
    bindings = dict(_binding(parameter, names.prefixes) for parameter in parameters)
    service = querying.QueryService(replace(settings, limits=replace(settings.limits, workers=1)))
    try:
        judged = service.check(_read(file))
        as_table = format in (None, "table") and judged.form in ("SELECT", "ASK")
        answer = service.run(judged, "json" if as_table else format, bindings=bindings)
    except (QuerySyntaxError, QueryRefused) as error:
        place = "" if file == "-" else f"{file}:" if error.line else f"{file}: "
        raise InputError(f"{place}{error}") from None
    finally:
        service.close()
    _write(table(answer.body, names).encode() if as_table else answer.body)


@cli.command()
@click.option(
    "--format",
    "-f",
    type=click.Choice(exporting.FORMATS),
    default="nquads",
    show_default=True,
    help="Form of the dump.",
)
@click.option("--graph", "-g", help="Write this named graph only, e.g. graph:data/decisions/cat-c-48-d-433-2010.")
@click.option("--output", "-o", type=click.Path(path_type=Path, dir_okay=False), help="Write to a file.")
@with_settings
def export(settings: Settings, format: str, graph: str | None, output: Path | None) -> None:
    """Write one graph or the whole store.

    The same store always gives the same bytes.
    """
    from kg.release import open_release

    names = Names.load(settings)
    opened = open_release(settings)
    data = exporting.dump(opened.store, format, names.expand(graph) if graph else None, names.prefixes)
    if output is None:
        _write(data)
        return
    try:
        output.write_bytes(data)
    except OSError as error:
        raise EnvironmentFault(f"{output}: cannot be written ({error.strerror})") from None


@cli.command("format")
@click.argument("files", nargs=-1, type=click.Path(path_type=Path))
@click.option("--check", "only_check", is_flag=True, help="Change nothing; exit 1 if a file would change.")
@with_settings
def format_files(settings: Settings, files: tuple[Path, ...], only_check: bool) -> None:
    """Rewrite data files in canonical Turtle.

    Takes all of data/ if no FILES are given, and prints the name of each file that changed.
    """
    from kg.format import rewrite
    from kg.load import sources

    prefixes = Names.load(settings).prefixes
    wanted: Iterable[tuple[Path, str]] = [(path, str(path)) for path in files]
    if not files:
        wanted = [(source.path, source.name) for source in sources(settings, ("data",))]
    changed = [name for path, name in wanted if rewrite(path, prefixes, only_check, name)]
    for name in changed:
        click.echo(name)
    if only_check and changed:
        verb = "is" if len(changed) == 1 else "are"
        raise InputError(f"{counted(len(changed), 'file')} {verb} not in the canonical form; run `servanda format`")


@cli.command()
def version() -> None:
    """Print the versions of what is running."""
    import platform

    import pyoxigraph

    click.echo(f"servanda {__version__}")
    click.echo(f"pyoxigraph {pyoxigraph.__version__}")
    click.echo(f"Python {platform.python_version()}")


def _read(file: str) -> bytes:
    """Read a file, or standard input for "-"; raises EnvironmentFault if it cannot be read."""
    if file == "-":
        return sys.stdin.buffer.read()
    try:
        return Path(file).read_bytes()
    except FileNotFoundError:
        raise EnvironmentFault(f"{file}: no such file") from None
    except OSError as error:
        raise EnvironmentFault(f"{file}: cannot be read ({error.strerror})") from None


def _write(data: bytes) -> None:
    """Write to standard output; a reader that has had enough is no error (click would leave with 1)."""
    try:
        sys.stdout.buffer.write(data)
        sys.stdout.buffer.flush()
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)  # let the interpreter flush in peace


def _binding(parameter: str, prefixes: Mapping[str, str]) -> tuple[str, Node]:
    """Split NAME=TERM; raises UsageError without a name, InputError for a term that is none."""
    name, equals, text = parameter.partition("=")
    name = name.lstrip("?$")
    if not equals or not name.isidentifier():
        raise UsageError(f'--param "{parameter}": write NAME=TERM, as in article=provision:cat-12')
    return name, to_node(parse_term(text, prefixes))


@contextmanager
def _progress() -> Iterator[Callable[[str], None]]:
    """Show on stderr what is being done, where somebody may be watching."""
    from rich.console import Console

    console = Console(stderr=True)
    with console.status("starting") as status:
        yield status.update
