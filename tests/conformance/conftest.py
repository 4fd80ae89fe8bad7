"""Run the W3C suites, only when they are asked for (`make test-conformance`), and print how many tests of each hold.

Known failures stand in known_failures.toml with a reason; one that passes, or that no suite has, fails the run. What is
not offered stands there as well: such a test holds when it is refused in the right way.
"""

from collections import Counter
from collections.abc import Iterator

import pytest

from tests.conformance.endpoint import Endpoint
from tests.conformance.suites import Case
from tests.conformance.table import SUITES, listed

SUITE = "suite"


def wanted(config: pytest.Config) -> bool:
    """Tell whether the suites are asked for, so that nothing is fetched otherwise."""
    return "conformance" in config.option.markexpr and "not conformance" not in config.option.markexpr


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Make one test of each test that `suite(TITLE, CASES)` lists for the function."""
    mark = metafunc.definition.get_closest_marker(SUITE)
    if not mark:
        return
    title, find = mark.args
    cases = find() if wanted(metafunc.config) else []
    failing = listed(title, "known")
    strange = sorted((failing | listed(title, "refused")).keys() - {case.name for case in cases})
    if wanted(metafunc.config) and (len(cases) != SUITES[title]["total"] or strange):
        raise pytest.UsageError(f"{title} has {len(cases)} tests; unknown to it: {', '.join(strange) or 'none'}")
    marks = {name: [pytest.mark.xfail(reason=reason)] for name, reason in failing.items()}
    metafunc.parametrize("case", [pytest.param(case, id=case.name, marks=marks.get(case.name, [])) for case in cases])


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Iterator[None]:
    """Note the suite in the report of each test."""
    outcome = yield
    mark = item.get_closest_marker(SUITE)
    if mark:
        outcome.get_result().user_properties.append((SUITE, mark.args[0]))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print for each suite how many tests hold, fail as is known, and fail."""
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
    terminalreporter.write_line(row("suite", "held", "known failures", "failed", "total"))
    for title in sorted(counts, key=list(SUITES).index):
        count = counts[title]
        failed = count["failed"] + count["error"]
        terminalreporter.write_line(row(title, count["passed"], count["xfailed"], failed, count.total()))


@pytest.fixture
def refused(request: pytest.FixtureRequest, case: Case) -> bool:
    """Tell whether a test asks for what is not offered here."""
    return case.name in listed(request.node.get_closest_marker(SUITE).args[0], "refused")


@pytest.fixture(scope="session")
def endpoint(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Endpoint]:
    """Give our endpoint over a store of its own, empty until a test loads what it needs."""
    made = Endpoint(tmp_path_factory.mktemp("conformance"))
    yield made
    made.close()
