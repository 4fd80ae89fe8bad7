"""Commands on the store as a whole: load, drop and graphs; backup, restore and doctor."""

from __future__ import annotations

from pathlib import Path

import click

from kg import graphs as named
from kg.errors import counted
from kg.names import Names
from kg.options import progress, with_settings
from kg.settings import Settings

__all__ = ["backup", "doctor", "drop", "graphs", "load", "restore"]


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
    for file in dict.fromkeys(one.file for one in loaded):
        held = [one for one in loaded if one.file == file]
        place = named.short(held[0].iri, names) if len(held) == 1 else counted(len(held), "graph")
        click.echo(f"{file}: {counted(sum(one.statements for one in held), 'triple')} in {place}")
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
        click.echo(f"{one.statements:>9}  {named.short(one.iri, names)}  {one.file}".rstrip())


@click.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@with_settings
def backup(settings: Settings, file: Path) -> None:
    """Write the live release into FILE, with checksums.

    FILE must not exist yet. It is a tar archive, which may be kept on another disk or host.
    """
    from kg.backup import backup as write_backup

    with progress() as step:
        manifest = write_backup(settings, file, step)
    click.echo(f"{file}: {counted(manifest.statements, 'triple')}, built {manifest.built}")


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@with_settings
def restore(settings: Settings, file: Path) -> None:
    """Make the release in the backup FILE the live one.

    Everything is compared with its checksums first; if anything differs the live release stays.
    """
    from kg.backup import restore as read_backup

    with progress() as step:
        manifest = read_backup(settings, file, step)
    click.echo(f"{file}: {counted(manifest.statements, 'triple')}, built {manifest.built}")


@click.command()
@with_settings
def doctor(settings: Settings) -> None:
    """Say what is wrong with the store, and the way out.

    Changes nothing; exits 3 if anything is wrong.
    """
    from kg.doctor import examine

    with progress() as step:
        step("comparing the checksums")
        faults = list(examine(settings))
    for fault in faults:
        click.echo(fault)
    if faults:
        raise click.exceptions.Exit(3)
    click.echo(f"{settings.store}: nothing is wrong")
