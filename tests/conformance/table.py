"""The table of docs/engines.md: how many tests of each suite hold, and why the others do not.

It is made from known_failures.toml alone, to which the suites are held: a suite with another number of tests, a known
failure that passes and a failure that is not known each fail the run. `python -m tests.conformance.table` writes it.
"""

import re
import tomllib
from pathlib import Path

FOLDER = Path(__file__).resolve().parent
PAGE = FOLDER.parents[1] / "docs" / "engines.md"
PART = re.compile(r"(?<=<!-- conformance: made by make conformance-table -->\n).*?(?=<!-- end -->)", re.DOTALL)
EMBEDDED, REFUSED = "embedded", "refused"
ENGINES = {EMBEDDED: "embedded", "oxigraph": "`oxigraph serve`", "virtuoso": "Virtuoso"}
SUITES = tomllib.loads((FOLDER / "known_failures.toml").read_text(encoding="utf-8"))

SERVED = "SPARQL 1.1 Protocol", "SPARQL 1.1 query", "SPARQL 1.1 results", "SPARQL 1.0"
ON_SERVERS = [title for title in SUITES if title.startswith(SERVED)]
"""suites that are run with a server behind our endpoint as well"""


def listed(title: str, kind: str) -> dict[str, str]:
    """Return the tests of a suite that are refused, or known to fail on an engine, each with the reason."""
    return {name: reason for reason, names in SUITES[title].get(kind, {}).items() for name in names}


def table() -> str:
    """Write what holds, suite by suite and engine by engine, and what does not by reason."""
    lines = [
        f"| suite | tests | not offered | {' | '.join(ENGINES.values())} |",
        "|---|--:|--:|" + "--:|" * len(ENGINES),
    ]
    for title, suite in SUITES.items():
        refused = len(listed(title, REFUSED))
        cells = []
        for engine in ENGINES:
            runs = engine == EMBEDDED or title in ON_SERVERS
            cells.append(str(suite["total"] - refused - len(listed(title, engine))) if runs else "")
        lines.append(f"| {title} | {suite['total']} | {refused or ''} | {' | '.join(cells)} |")
    for kind, head in {
        REFUSED: "Not offered",
        **{key: f"Known failures, {name}" for key, name in ENGINES.items()},
    }.items():
        lines += ["", f"{head}:", ""]
        for title, suite in SUITES.items():
            for reason, names in suite.get(kind, {}).items():
                lines.append(f"- {title}: {reason} ({', '.join(f'`{name}`' for name in names)})")
    return "\n" + "\n".join(lines) + "\n\n"


def with_table(page: str) -> str:
    """Return a page with the table in its place."""
    return PART.sub(lambda _: table(), page)


if __name__ == "__main__":
    PAGE.write_text(with_table(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
