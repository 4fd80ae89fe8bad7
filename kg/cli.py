"""The command `servanda`: one command for each verb. stdout is data, stderr is talk.

Exit codes: 0 done, 1 the input is wrong, 2 usage, 3 environment. An error is one line; --debug shows the traceback.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

import click

from kg import __version__
from kg.commands import coverage, explain, export, format_files, query
from kg.errors import EnvironmentFault, InvalidData, ServandaError, UsageError, counted
from kg.options import progress, with_settings
from kg.settings import Settings
from kg.store_commands import backup, doctor, drop, graphs, load, restore

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
        with progress() as step:
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
@click.option("--endpoint", metavar="URL", help="SPARQL 1.1 server that holds the statements, in place of a store.")
@click.option("--writers", type=click.Path(path_type=Path), help="File of the tokens that may change the graph.")
def serve(host: str | None, port: int | None, store: Path | None, endpoint: str | None, writers: Path | None) -> None:
    """Serve the web front end.

    Nothing is written over the web unless --writers names a file with lines of `servanda token`.
    """
    from importlib.util import find_spec

    from kg.release import live_folder

    settings = Settings.load(host=host, port=port, store=store, endpoint=endpoint, writers=writers)
    live_folder(settings)
    if find_spec("web") is None:
        raise EnvironmentFault("the package `web` is not installed; install servanda with it")
    options = ["--host", settings.host, "--port", str(settings.port), "--store", str(settings.store)]
    options += ["--endpoint", settings.endpoint, *(["--writers", str(settings.writers)] if settings.writers else [])]
    os.execv(sys.executable, [sys.executable, "-m", "web", *options])  # noqa: S606 (no shell)


@cli.command()
@click.option("--last", type=click.DateTime(["%Y-%m-%d"]), help="Last day on which the token holds.")
def token(last: datetime | None) -> None:
    """Make a token for somebody who may change the graph.

    Prints the token, which is shown this once, and below it the line for the file of `servanda serve --writers`.
    """
    from kg.writers import make_token

    for line in make_token(last.date() if last else None):
        click.echo(line)
    click.echo("give the first line to the writer; put the second into the file of writers", err=True)


@cli.command()
@click.argument("files", nargs=-1, type=click.Path(path_type=Path))
@click.option("--changed", is_flag=True, help="Judge what has changed since the last build, and what that can affect.")
@with_settings
def check(settings: Settings, files: tuple[Path, ...], changed: bool) -> None:
    """Check ontology, shapes and data.

    Judges only FILES if there are any, the rest being their context. Prints each finding as `file: severity: shape:
    focus node: path: value: message`; exits 1 on a violation.
    """
    from kg import check as checks
    from kg import recheck

    if changed and files:
        raise UsageError("check: give FILES or --changed, not both")
    with progress() as step:
        findings = recheck.run(settings, step) if changed else checks.run(settings, files or None, step)
    for finding in findings:
        click.echo(str(finding))
    violations = sum(finding.severity == "violation" for finding in findings)
    click.echo(f"{counted(violations, 'violation')}, {counted(len(findings) - violations, 'other finding')}", err=True)
    if violations:
        raise click.exceptions.Exit(1)


@cli.command()
def version() -> None:
    """Print the versions of what is running."""
    import platform

    import pyoxigraph

    click.echo(f"servanda {__version__}")
    click.echo(f"pyoxigraph {pyoxigraph.__version__}")
    click.echo(f"Python {platform.python_version()}")


for command in (query, export, format_files, explain, coverage, load, drop, graphs, backup, restore, doctor):
    cli.add_command(command)
