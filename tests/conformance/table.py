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
SUITES = tomllib.loads((FOLDER / "known_failures.toml").read_text(encoding="utf-8"))


def listed(title: str, kind: str) -> dict[str, str]:
    """Return the tests of a suite that are `refused` or `known` to fail, each with the reason."""
    return {name: reason for reason, names in SUITES[title].get(kind, {}).items() for name in names}


def table() -> str:
    """Write what holds, suite by suite, and what does not by reason."""
    lines = ["| suite | tests | pass | not offered | known failures |", "|---|--:|--:|--:|--:|"]
    for title, suite in SUITES.items():
        refused, failing = len(listed(title, "refused")), len(listed(title, "known"))
        lines.append(f"| {title} | {suite['total']} | {suite['total'] - refused - failing} | {refused} | {failing} |")
    for kind, head in (("refused", "Not offered:"), ("known", "Known failures:")):
        lines += ["", head, ""]
        for title, suite in SUITES.items():
            for reason, names in suite.get(kind, {}).items():
                lines.append(f"- {title}: {reason} ({', '.join(f'`{name}`' for name in names)})")
    return "\n" + "\n".join(lines) + "\n\n"


def with_table(page: str) -> str:
    """Return a page with the table in its place."""
    return PART.sub(lambda _: table(), page)


if __name__ == "__main__":
    PAGE.write_text(with_table(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
