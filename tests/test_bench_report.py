"""The tables of the measurements: what is compared with what, and what becomes of a contestant that fails."""

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture(scope="module")
def measure() -> ModuleType:
    spec = importlib.util.spec_from_file_location("measure", ROOT / "bench" / "measure.py")
    assert spec
    assert spec.loader
    module = sys.modules["measure"] = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize(("text", "value"), [("50k", 50_000), ("1m", 1_000_000), ("2.5K", 2500), ("700", 700)])
def test_sizes_are_read_and_written(measure: ModuleType, text: str, value: int) -> None:
    assert measure.size(text) == value
    assert measure.size(measure.short(value)) == value


def test_ratios_are_against_the_first_and_say_how_many_times_better(measure: ModuleType) -> None:
    report = measure.Report("load", "Load")
    report.add(50_000, "bulk", {"plain": [measure.Sample(4), measure.Sample(6)], "ours": [measure.Sample(2.5)]})
    rates = measure.Report("serve", "Serve", "requests/s")
    rates.add(50_000, "entity", {"plain": [measure.Sample(100)], "ours": [measure.Sample(50)]})
    assert [report.ratio(row) for row in report.rows] == [1, 2]
    assert [rates.ratio(row) for row in rates.rows] == [1, 0.5]
    assert "| 2 | 50k | bulk | ours | 2.5 |" in report.markdown()


def test_a_program_is_measured_with_its_memory_and_output(measure: ModuleType) -> None:
    sample = measure.run([sys.executable, "-c", "x = bytearray(60_000_000); print(input(), len(x))"], given="hm")
    assert sample.said == "hm 60000000\n"
    assert 60_000_000 < sample.peak < 200_000_000
    assert sample.value > 0


def test_who_fails_or_needs_too_long_is_named_and_the_others_go_on(measure: ModuleType) -> None:
    samples, notes = measure.alternate({
        "fails": lambda: measure.run([sys.executable, "-c", "raise SystemExit('no licence')"]),
        "hangs": lambda: measure.run([sys.executable, "-c", "import time; time.sleep(60)"], seconds=0.2),
        "works": lambda: measure.run([sys.executable, "-c", ""]),
    }, runs=2)
    assert {name: len(runs) for name, runs in samples.items()} == {"fails": 0, "hangs": 0, "works": 2}
    assert notes == {"fails": "failed: no licence", "hangs": "stopped after 0 s"}
    report = measure.Report("x", "X")
    report.add(1, "y", samples, notes)
    assert "| – | 1 | y | fails | – | – | 0 | – | failed: no licence |" in report.markdown()
