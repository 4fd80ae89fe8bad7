"""Commands that change what the store holds beside the files of the build: load, drop, graphs."""

from __future__ import annotations

from pathlib import Path

import click

from kg import graphs as named
from kg.errors import counted
from kg.names import Names
from kg.options import progress, with_settings
from kg.settings import Settings

__all__ = ["drop", "graphs", "load"]


@click.command()
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--graph", "-g", metavar="NAME", help="Graph for statements that FILES put into none.")
@with_settings
def load(settings: Settings, files: tuple[Path, ...], graph: str | None) -> None:
    """Load RDF files beside those of the build.

    FILES are Turtle, TriG, N-Triples, N-Quads, JSON-LD or RDF/XML by their suffix, each also with .gz after it. A graph
    takes the place of the one of its name; statements without a graph go to graph:loaded/ and the name of the file. A
    file is loaded whole or not at all, and its form is judged, not what it says: that is what `servanda check` does.
    """
    names = Names.load(settings)
    with progress() as step:
        loaded, errors = named.load(settings, files, names.expand(graph) if graph else None, step)
    for one in loaded:
        click.echo(f"{one.file}: {counted(one.statements, 'triple')} in {named.short(one.graph, names)}")
    for error in errors:
        click.echo(str(error), err=True)
    if errors:
        raise click.exceptions.Exit(max(error.exit_code for error in errors))


@click.command()
@click.argument("graph")
@with_settings
def drop(settings: Settings, graph: str) -> None:
    """Remove a graph that was loaded with `servanda load`, such as graph:loaded/notes."""
    with progress() as step:
        named.drop(settings, Names.load(settings).expand(graph), step)


@click.command()
@with_settings
def graphs(settings: Settings) -> None:
    """List the named graphs: how many statements each has, its name and the file it was loaded from."""
    names = Names.load(settings)
    for one in named.listed(settings):
        click.echo(f"{one.statements:>9}  {named.short(one.graph, names)}  {one.file}".rstrip())
