"""Run the W3C suites, only when they are asked for (`make conformance`), and print how many tests of each hold.

Known failures stand in known_failures.toml with a reason; one that passes, or that no suite has, fails the run.
"""

import tomllib
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conformance.endpoint import Endpoint

SUITES = tomllib.loads((Path(__file__).parent / "known_failures.toml").read_text(encoding="utf-8"))
SUITE = "suite"


def wanted(config: pytest.Config) -> bool:
    """Tell whether the suites are asked for, so that nothing is fetched otherwise."""
    return config.option.markexpr == "conformance"


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Make one test of each test that `suite(TITLE, CASES)` lists for the function."""
    mark = metafunc.definition.get_closest_marker(SUITE)
    if not mark:
        return
    title, listed = mark.args
    cases = listed() if wanted(metafunc.config) else []
    known = {name: reason for reason, names in SUITES[title].get("known", {}).items() for name in names}
    strange = sorted(known.keys() - {case.name for case in cases})
    if wanted(metafunc.config) and (len(cases) != SUITES[title]["total"] or strange):
        raise pytest.UsageError(f"{title} has {len(cases)} tests; unknown to it: {', '.join(strange) or 'none'}")
    failing = {name: [pytest.mark.xfail(reason=reason)] for name, reason in known.items()}
    metafunc.parametrize("case", [pytest.param(case, id=case.name, marks=failing.get(case.name, [])) for case in cases])


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Iterator[None]:
    """Note the suite in the report of each test."""
    outcome = yield
    mark = item.get_closest_marker(SUITE)
    if mark:
        outcome.get_result().user_properties.append((SUITE, mark.args[0]))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print for each suite how many tests pass, fail as is known, and fail."""
    counts: dict[str, Counter[str]] = {}
    for outcome in ("passed", "xfailed", "failed", "error"):
        for report in terminalreporter.stats.get(outcome, []):
            for name, title in report.user_properties:
                if name == SUITE:
                    counts.setdefault(title, Counter())[outcome] += 1
    if not counts:
        return
    terminalreporter.section("conformance")
    row = "{:<44} {:>7} {:>15} {:>7} {:>7}".format
    terminalreporter.write_line(row("suite", "passed", "known failures", "failed", "total"))
    for title in sorted(counts, key=list(SUITES).index):
        count = counts[title]
        failed = count["failed"] + count["error"]
        terminalreporter.write_line(row(title, count["passed"], count["xfailed"], failed, count.total()))


@pytest.fixture(scope="session")
def endpoint(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Endpoint]:
    """Give our endpoint over a store of its own, empty until a test loads what it needs."""
    made = Endpoint(tmp_path_factory.mktemp("conformance"))
    yield made
    made.close()
