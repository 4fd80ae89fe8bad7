"""Commands that read the live release: query, export, explain, coverage; and format, which writes data files."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path

import click

from kg import export as exporting
from kg import query as querying
from kg.errors import EnvironmentFault, InputError, QueryRefused, QuerySyntaxError, UsageError, counted
from kg.names import Names
from kg.options import read, with_settings, write
from kg.settings import Settings
from kg.store import Node, to_node
from kg.turtle import parse_term

__all__ = ["coverage", "explain", "export", "format_files", "query"]


@click.command()
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
        judged = service.check(read(file))
        as_table = format in (None, "table") and judged.form in ("SELECT", "ASK")
        answer = service.run(judged, "json" if as_table else format, bindings=bindings)
    except (QuerySyntaxError, QueryRefused) as error:
        place = "" if file == "-" else f"{file}:" if error.line else f"{file}: "
        raise InputError(f"{place}{error}") from None
    finally:
        service.close()
    write(table(answer.body, names).encode() if as_table else answer.body)


@click.command()
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
        write(data)
        return
    try:
        output.write_bytes(data)
    except OSError as error:
        raise EnvironmentFault(f"{output}: cannot be written ({error.strerror})") from None


@click.command("format")
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


@click.command()
@click.argument("subject")
@click.argument("predicate")
@click.argument("object")
@with_settings
def explain(settings: Settings, subject: str, predicate: str, object: str) -> None:
    """Say why a statement holds.

    Prints the graph and passage that state it, or the rule that adds it and the facts that the rule used. SUBJECT,
    PREDICATE and OBJECT are what Turtle writes, as in communication:cat-433-2010 sv:violatedProvision provision:cat-12.
    """
    from kg.explain import as_text
    from kg.explain import explain as why
    from kg.release import open_release

    names = Names.load(settings)
    ends = [to_node(parse_term(text, names.prefixes)) for text in (subject, predicate, object)]
    found = why(open_release(settings).store, settings, ends[0], ends[1], ends[2])
    write(as_text(found, names).encode())


@click.command()
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--all", "show_all", is_flag=True, help="Show each expected fact, not only those that are missing.")
@with_settings
def coverage(settings: Settings, files: tuple[Path, ...], show_all: bool) -> None:
    """Compare the graph with what each of FILES expects of a source document.

    FILES are in JSON, schema treaty-body-expected/1. Prints for each expected grade, statistic and claim the thing that
    carries it, or what is missing; exits 1 if a fact has none.
    """
    from kg.coverage import compare
    from kg.release import open_release

    store = open_release(settings).store
    missing = 0
    for path in files:
        report = compare(store, settings, path.name, read(str(path)))
        write(report.as_text(show_all).encode())
        missing += len(report.missing)
    if missing:
        raise click.exceptions.Exit(1)


def _binding(parameter: str, prefixes: Mapping[str, str]) -> tuple[str, Node]:
    """Split NAME=TERM; raises UsageError without a name, InputError for a term that is none."""
    name, equals, text = parameter.partition("=")
    name = name.lstrip("?$")
    if not equals or not name.isidentifier():
        raise UsageError(f'--param "{parameter}": write NAME=TERM, as in article=provision:cat-12')
    return name, to_node(parse_term(text, prefixes))
