"""Run the W3C suites, only when they are asked for, and print how many tests of each hold.

`make test-conformance` runs them on the embedded store, `make test-engines` on SPARQL servers behind our endpoint.
Known failures stand in known_failures.toml with a reason; one that passes, or that no suite has, fails the run. What is
not offered stands there as well: such a test holds when it is refused in the right way.
"""

import re
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack

import pytest

from tests.conformance.endpoint import Endpoint
from tests.conformance.suites import Case
from tests.conformance.table import EMBEDDED, REFUSED, SUITES, listed
from tests.engines import servers

SUITE = "suite"


def wanted(config: pytest.Config) -> bool:
    """Tell whether the suites are asked for, so that nothing is fetched otherwise."""
    return bool(re.search(r"(?<!not )\b(conformance|engines)\b", config.option.markexpr))


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Make one test of each test that `suite(TITLE, CASES, *SERVERS)` lists for the function, for each engine."""
    mark = metafunc.definition.get_closest_marker(SUITE)
    if not mark:
        return
    title, find, *servers = mark.args
    cases = find() if wanted(metafunc.config) else []
    if wanted(metafunc.config) and len(cases) != SUITES[title]["total"]:
        raise pytest.UsageError(f"{title} has {len(cases)} tests, {SUITES[title]['total']} are expected")
    for engine in (EMBEDDED, *servers):
        strange = sorted((listed(title, engine) | listed(title, REFUSED)).keys() - {case.name for case in cases})
        if cases and strange:
            raise pytest.UsageError(f"{title} has no test {', '.join(strange)}")
    if "endpoint" in metafunc.fixturenames:
        engines = [EMBEDDED, *(pytest.param(name, marks=pytest.mark.engines) for name in servers)]
        metafunc.parametrize("engine_name", engines, scope="session")  # one server after the other, not in turns
    metafunc.parametrize("case", [pytest.param(case, id=case.name) for case in cases])


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what is known to fail, with the reason."""
    for item in items:
        mark = item.get_closest_marker(SUITE)
        if mark and "case" in item.callspec.params:
            failing = listed(mark.args[0], item.callspec.params.get("engine_name", EMBEDDED))
            if item.callspec.params["case"].name in failing:
                item.add_marker(pytest.mark.xfail(reason=failing[item.callspec.params["case"].name]))


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Iterator[None]:
    """Note the suite in the report of each test."""
    outcome = yield
    mark = item.get_closest_marker(SUITE)
    if mark:
        engine = item.callspec.params.get("engine_name", EMBEDDED)
        outcome.get_result().user_properties.append((SUITE, (mark.args[0], engine)))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print for each suite and engine how many tests hold, fail as is known, and fail."""
    counts: dict[tuple[str, str], Counter[str]] = {}
    for outcome in ("passed", "xfailed", "failed", "error"):
        for report in terminalreporter.stats.get(outcome, []):
            for name, suite in getattr(report, "user_properties", []):  # a file that cannot be read has none
                if name == SUITE:
                    counts.setdefault(suite, Counter())[outcome] += 1
    if not counts:
        return
    terminalreporter.section("conformance")
    row = "{:<40} {:<9} {:>5} {:>15} {:>7} {:>6}".format
    terminalreporter.write_line(row("suite", "engine", "held", "known failures", "failed", "total"))
    for (title, engine), count in sorted(counts.items(), key=lambda item: (list(SUITES).index(item[0][0]), item[0][1])):
        failed = count["failed"] + count["error"]
        terminalreporter.write_line(row(title, engine, count["passed"], count["xfailed"], failed, count.total()))


@pytest.fixture
def refused(request: pytest.FixtureRequest, case: Case) -> bool:
    """Tell whether a test asks for what is not offered here."""
    return case.name in listed(request.node.get_closest_marker(SUITE).args[0], REFUSED)


@pytest.fixture(scope="session")
def endpoint(engine_name: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Endpoint]:
    """Give our endpoint over a store of its own, empty until a test loads what it needs."""
    with ExitStack() as stack:
        # The tests switch releases faster than the service looks for a new one.
        stack.enter_context(pytest.MonkeyPatch.context()).setattr("kg.query.LOOKED", -1.0)
        server = None
        if engine_name != EMBEDDED:
            server = stack.enter_context(servers.run(engine_name, tmp_path_factory.mktemp(engine_name)))
        made = Endpoint(tmp_path_factory.mktemp("conformance"), server)
        stack.callback(made.close)
        yield made
