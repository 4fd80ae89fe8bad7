"""The hygiene checks of ontology/checks: one SELECT query a rule, and each row of its answer is a finding.

A check reads every file as a named graph and all statements as the default graph. Its rows have ?focus, and may have
?path, ?value and ?graph, the graph of the file to blame; its head has the severity and the message.
"""

from __future__ import annotations

from collections.abc import Iterator

from kg import store
from kg.corpus import Corpus
from kg.errors import InputError, QuerySyntaxError
from kg.findings import Finding, shown, shown_path
from kg.names import Names
from kg.queryfile import QueryFile, read_queries
from kg.settings import Settings
from kg.store import Node, Store

__all__ = ["FOLDER", "judge"]

FOLDER = "checks"


def judge(settings: Settings, corpus: Corpus, names: Names) -> Iterator[Finding]:
    """Run every check and yield what it finds in the judged files of a corpus.

    Raises InputError for a check that is no SELECT query, or whose head lacks title, severity or message.
    """
    for check in read_queries(settings.ontology / FOLDER):
        severity, message, _ = check.one("severity"), check.one("message"), check.one("title")
        for row in _rows(corpus.store, check, names):
            focus, path, value, place = (row.get(name) for name in ("focus", "path", "value", "graph"))
            file = _file(corpus, focus, path, value, place)
            if file is None:
                continue
            yield Finding(
                file=file,
                severity=severity,
                shape=f"check:{check.name}",
                focus=shown(focus, names),
                path=shown_path(path.value, names) if path else "",
                value=shown(value, names),
                message=message,
            )


def _rows(graph: Store, check: QueryFile, names: Names) -> list[dict[str, Node | None]]:
    try:
        return store.select(graph, check.text, prefixes=names.prefixes)
    except QuerySyntaxError as error:
        raise InputError(f"ontology/{FOLDER}/{check.path.name}:{error}") from None
    except InputError as error:
        raise InputError(f"ontology/{FOLDER}/{check.path.name}: {error}") from None


def _file(corpus: Corpus, focus: Node | None, path: Node | None, value: Node | None, place: Node | None) -> str | None:
    """Return the judged file to blame: that of the graph if the check names one, else the one that says it."""
    if place is not None:
        file = corpus.file_of_graph(place.value)
        return file if file in corpus.judged else None
    return corpus.file_of(focus, path.value if path else "", value) if focus else None
