"""The one gate: syntax, form, known terms, hygiene and shapes; each objection is a finding.

Without files everything is judged. With files only those are judged, and the rest of ontology, shapes and data is the
context in which they are read.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path

from pyoxigraph import BlankNode, NamedNode, Quad, Triple

from kg import hygiene, terms, validation
from kg.corpus import Corpus, gather
from kg.errors import InputError
from kg.findings import Finding, ordered, shown, shown_path
from kg.format import in_form, rewrite
from kg.names import Names
from kg.queryfile import read_queries
from kg.settings import Settings
from kg.shapes_result import Result
from kg.store import iri

__all__ = ["form", "known_terms", "of_results", "run", "shapes_of"]

QUERY_FOLDERS = (hygiene.FOLDER, "rules")
OUTSIDE_DATA = ("ontology/", "shapes/")


def run(
    settings: Settings, files: Sequence[Path] | None = None, progress: Callable[[str], None] | None = None
) -> list[Finding]:
    """Judge the files (None: all of ontology, shapes and data) and return the findings, the files in order.

    `progress` is told what is being done. A file that is no Turtle is a finding; if it belongs to the ontology or the
    shapes, only such faults are returned, for no other finding could be relied on. Raises EnvironmentFault for a file
    that is not there, InputError for a check or a shape that is none.
    """
    step = progress or (lambda message: None)
    names = Names.load(settings)
    step("reading")
    corpus = gather(settings, names, files)
    findings = list(corpus.faults)
    if any(fault.file.startswith(OUTSIDE_DATA) for fault in findings):
        return ordered(findings)
    step("checking form and terms")
    findings += form(corpus, names)
    findings += known_terms(settings, corpus, names, queries=files is None)
    step("checking hygiene")
    findings += hygiene.judge(settings, corpus, names)
    step("checking shapes")
    findings += _shapes(corpus, names)
    return ordered(findings)


def form(corpus: Corpus, names: Names) -> Iterator[Finding]:
    """Find blank nodes in the data, which nobody can refer to, and files that are not in the canonical form."""
    for file, quads in corpus.of(judged=True):
        if file.startswith(OUTSIDE_DATA):
            continue
        blank = [quad for quad in quads if any(isinstance(term, BlankNode) for term in quad.triple)]
        if blank:
            first = min(blank, key=lambda quad: isinstance(quad.subject, BlankNode))
            predicate = names.shorten(first.predicate.value)
            message = "A blank node has no name by which others could refer to it: give it an IRI."
            yield Finding(file, "violation", "check:blank-node", _subject(first, names), predicate, "", message)
            continue
        try:
            message = "The file is not in the canonical form: run `servanda format FILE`."
            path = corpus.sources[file].path
            if in_form(path.read_text(encoding="utf-8-sig"), [quad.triple for quad in quads], names.prefixes):
                continue
            if not rewrite(path, names.prefixes, check=True, name=file):
                continue
        except InputError as error:
            message = str(error).removeprefix(f"{file}:").strip()
        yield Finding(file, "warning", "check:canonical-form", "", "", "", message)


def known_terms(settings: Settings, corpus: Corpus, names: Names, queries: bool) -> Iterator[Finding]:
    """Find terms that no vocabulary of ours has, with `queries` also in the checks and rules of the ontology."""
    ontology = [quad for _, quads in corpus.of("ontology/") for quad in quads]
    known = terms.vocabulary(settings, names, ontology)
    for file, quads in corpus.of(judged=True):
        yield from terms.judge(known, names, file, quads)
    if queries:
        for folder in QUERY_FOLDERS:
            for query in read_queries(settings.ontology / folder):
                name = query.path.relative_to(settings.root).as_posix()
                yield from terms.judge_query(known, names, name, query.text)


def _shapes(corpus: Corpus, names: Names) -> Iterator[Finding]:
    """Validate what the judged files speak of against the shapes, with everything as the data graph."""
    rules = validation.prepare(corpus.store, shapes_of(corpus))
    focus = {
        term.value
        for _, quads in corpus.of(judged=True)
        for quad in quads
        for term in (quad.subject, quad.object)
        if isinstance(term, NamedNode)
    }
    everything = corpus.judged >= corpus.quads.keys()
    report = validation.validate(corpus.store, rules, None if everything else focus, corpus.triples)
    for shape, reason in report.left.items():
        file = corpus.file_of(iri(shape), "", None)
        if file is not None:
            message = f"This shape cannot be compiled to a query ({reason}), so pySHACL judges it, which is slow."
            yield Finding(file, "info", "check:compiled", shown(iri(shape), names), "", "", message)
    yield from of_results(corpus, names, report.results)


def shapes_of(corpus: Corpus) -> list[Triple]:
    """Return the statements of the shapes, and the prefixes of their queries."""
    prefixes = corpus.quads.get("ontology/prefixes.ttl", [])
    return [quad.triple for _, quads in [*corpus.of("shapes/"), ("", prefixes)] for quad in quads]


def of_results(corpus: Corpus, names: Names, results: Iterable[Result]) -> Iterator[Finding]:
    """Turn results of validation into findings about the judged files."""
    everything = corpus.judged >= corpus.quads.keys()
    for result in results:
        file = corpus.file_of(result.focus, result.path, result.value)
        if file is None and not everything:
            continue
        yield Finding(
            file=file or "",
            severity=result.severity,
            shape=names.shorten(result.shape),
            focus=shown(result.focus, names),
            path=shown_path(result.path, names),
            value="" if result.value == result.focus else shown(result.value, names),
            message=result.message,
            component=names.shorten(result.component),
        )


def _subject(quad: Quad, names: Names) -> str:
    return names.shorten(quad.subject.value) if isinstance(quad.subject, NamedNode) else str(quad.subject)
