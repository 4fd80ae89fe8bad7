"""What the commands share: the options --store and --endpoint, reading and writing, and progress on stderr."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from pathlib import Path
from typing import Any

import click

from kg.errors import EnvironmentFault
from kg.settings import Settings

__all__ = ["progress", "read", "with_settings", "write"]


def with_settings(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command the options --store and --endpoint and pass it the settings as first argument."""

    @click.option("--store", type=click.Path(path_type=Path), help="Folder of the store.  [default: .servanda]")
    @click.option("--endpoint", metavar="URL", help="SPARQL 1.1 server that holds the statements, in place of a store.")
    @wraps(command)
    def wrapped(store: Path | None, endpoint: str | None, **options: Any) -> Any:  # noqa: ANN401 (click passes options by name)
        return command(Settings.load(store=store, endpoint=endpoint), **options)

    return wrapped


def read(file: str) -> bytes:
    """Read a file, or standard input for "-"; raises EnvironmentFault if it cannot be read."""
    if file == "-":
        return sys.stdin.buffer.read()
    try:
        return Path(file).read_bytes()
    except FileNotFoundError:
        raise EnvironmentFault(f"{file}: no such file") from None
    except OSError as error:
        raise EnvironmentFault(f"{file}: cannot be read ({error.strerror})") from None


def write(data: bytes) -> None:
    """Write to standard output; a reader that has had enough is no error (click would leave with 1)."""
    try:
        sys.stdout.buffer.write(data)
        sys.stdout.buffer.flush()
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)  # let the interpreter flush in peace


@contextmanager
def progress() -> Iterator[Callable[[str], None]]:
    """Show on stderr what is being done, where somebody may be watching."""
    from rich.console import Console

    console = Console(stderr=True)
    with console.status("starting") as status:
        yield status.update
