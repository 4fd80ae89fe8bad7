"""What every measurement shares: its command line, runs that take turns, peak memory, and the table that comes out.

A script of this folder declares its arguments with `arguments`, takes its samples with `alternate`, and hands them to a
`Report`, which prints a Markdown table and writes the same as JSON below build/bench. Absolute figures of a shared
machine say little, so contestants take turns within one session and the table begins with the ratio of their medians.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

ROOT = Path(__file__).resolve().parents[1]
OUT = ROOT / "build" / "bench"
SUFFIXES = {"k": 1_000, "m": 1_000_000}
MB = 1024 * 1024
# Unit of a figure, and whether more of it is better.
UNITS = {"s": False, "ms": False, "requests/s": True, "MB": False}


class Sample(NamedTuple):
    """Hold one run: its figure in the unit of the report, the peak memory in bytes (0: not measured), what it said."""

    value: float
    peak: int = 0
    said: str = ""


@dataclass(frozen=True)
class Row:
    """Hold the runs of one contestant at one task and size; `note` says what a reader must know, or why it failed."""

    size: int
    task: str
    contestant: str
    samples: tuple[Sample, ...]
    note: str = ""

    @property
    def median(self) -> float | None:
        """Return the median figure, None if there is no run."""
        return statistics.median(sample.value for sample in self.samples) if self.samples else None

    @property
    def peak(self) -> int:
        """Return the largest peak memory, bytes."""
        return max((sample.peak for sample in self.samples), default=0)


@dataclass
class Report:
    """Gather the rows of one script; the first contestant of a task is the one that the others are compared with."""

    name: str
    title: str
    unit: str = "s"
    rows: list[Row] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)

    def add(self, size: int, task: str, samples: Mapping[str, Sequence[Sample]],
            notes: Mapping[str, str] | None = None) -> None:
        """Add the runs of one task by contestant, in the order in which they shall be shown."""
        notes = notes or {}
        for contestant, runs in samples.items():
            self.rows.append(Row(size, task, contestant, tuple(runs), notes.get(contestant, "")))

    def ratio(self, row: Row) -> float | None:
        """Return how many times better a row is than the first contestant of its task; None without figures."""
        first = next(other for other in self.rows if (other.size, other.task) == (row.size, row.task))
        if row.median is None or first.median is None or not row.median or not first.median:
            return None
        return row.median / first.median if UNITS[self.unit] else first.median / row.median

    def markdown(self) -> str:
        """Return the table, the ratios first."""
        lines = [f"### {self.title}", "", f"| times better | size | task | contestant | median, {self.unit} "
                 "| least to most | runs | peak, MB | note |", "|--:|--:|---|---|--:|--:|--:|--:|---|"]
        for row in self.rows:
            ratio, values = self.ratio(row), [sample.value for sample in row.samples]
            cells = [f"{ratio:.3g}" if ratio else "–", short(row.size), row.task, row.contestant,
                     number(row.median) if row.median is not None else "–",
                     f"{number(min(values))} to {number(max(values))}" if values else "–", str(len(values)),
                     f"{row.peak / MB:.0f}" if row.peak else "–", row.note]
            lines.append("| " + " | ".join(cell.replace("|", "\\|").replace("\n", " ") for cell in cells) + " |")
        return "\n".join([*lines, *(f"\n{remark}" for remark in self.remarks)]) + "\n"

    def to_dict(self) -> dict[str, Any]:
        """Return everything as JSON values."""
        rows = [{"size": row.size, "task": row.task, "contestant": row.contestant, "ratio": self.ratio(row),
                 "median": row.median, "runs": [sample.value for sample in row.samples], "peak": row.peak,
                 "note": row.note} for row in self.rows]
        return {"name": self.name, "title": self.title, "unit": self.unit, "machine": machine(), "rows": rows,
                "remarks": self.remarks}

    def finish(self) -> int:
        """Write the JSON and the table below build/bench, print the table, and return the exit code 0."""
        OUT.mkdir(parents=True, exist_ok=True)
        (OUT / f"{self.name}.json").write_text(json.dumps(self.to_dict(), indent=1, ensure_ascii=False) + "\n",
                                               encoding="utf-8")
        (OUT / f"{self.name}.md").write_text(self.markdown(), encoding="utf-8")
        print(self.markdown())
        return 0


def arguments(description: str, sizes: str = "50k", runs: int = 5) -> argparse.ArgumentParser:
    """Make the command line that every script has: sizes, runs and where the graphs are kept."""
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--sizes", type=size_list, default=size_list(sizes), metavar="N,…",
                        help=f"sizes of the made-up graphs in triples, such as 50k,1m,10m (default {sizes})")
    parser.add_argument("--runs", type=int, default=runs, help=f"runs of each contestant (default {runs})")
    parser.add_argument("--data", type=Path, default=OUT / "data",
                        help="folder in which the made-up graphs are kept between runs (default build/bench/data)")
    return parser


def size_list(text: str) -> list[int]:
    """Read sizes such as 50k,1m."""
    return [size(part) for part in text.split(",")]


def size(text: str) -> int:
    """Read one size such as 50k, 1m or 20000."""
    factor = SUFFIXES.get(text[-1:].lower(), 1)
    try:
        return int(float(text[:-1] if factor > 1 else text) * factor)
    except ValueError:
        raise argparse.ArgumentTypeError(f'"{text}" is not a size such as 50k or 1m') from None


def short(value: int) -> str:
    """Write a size as it is typed: 50k, 1m."""
    for suffix, factor in (("m", 1_000_000), ("k", 1_000)):
        if value >= factor and value % (factor // 10) == 0:
            return f"{value / factor:g}{suffix}"
    return str(value)


def number(value: float) -> str:
    """Write a figure with three digits that count."""
    return f"{value:.0f}" if value >= 100 else f"{value:.3g}"


def quads_file(triples: int, folder: Path) -> Path:
    """Return the made-up graph of a size as N-Quads, made on the first call."""
    return _made(triples, folder / f"{short(triples)}.nq")


def project_folder(triples: int, folder: Path) -> Path:
    """Return a folder with the model, the data and a made-up graph, ready to build, made on the first call."""
    return _made(triples, folder / short(triples))


def _made(triples: int, target: Path) -> Path:
    """Make a graph beside its place and rename it, so that a run that was stopped leaves no half of one."""
    if not target.exists():
        target.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=target.parent) as scratch:
            fresh = Path(scratch, target.name)
            subprocess.run([sys.executable, str(ROOT / "bench" / "generate.py"), str(triples), str(fresh)], check=True,
                           stdout=subprocess.DEVNULL)
            fresh.rename(target)
    return target


def run(command: Sequence[str], environment: Mapping[str, str] | None = None, folder: Path = ROOT,
        seconds: float = 3600, given: str = "") -> Sample:
    """Run a program to its end; return wall clock, peak memory of it and what it started, and its output.

    `given` is its standard input. Raises subprocess.CalledProcessError with the output if it fails, TimeoutExpired if
    it needs too long. A process of its own starts the program and measures it, for Linux counts what the starter had in
    memory as the peak of the started.
    """
    with tempfile.TemporaryDirectory() as scratch:
        figures, fed = Path(scratch, "figures.json"), Path(scratch, "input")
        fed.write_text(given, encoding="utf-8")
        starter = [sys.executable, "-S", "-E", __file__, str(figures), str(seconds), *command]
        with fed.open("rb") as source:
            done = subprocess.run(starter, cwd=folder, env={**os.environ, **(environment or {})}, stdin=source,
                                  stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
        if not figures.exists():
            raise subprocess.CalledProcessError(done.returncode, list(command), done.stdout)
        found = json.loads(figures.read_text(encoding="utf-8"))
    if found["status"] is None:
        raise subprocess.TimeoutExpired(list(command), seconds, done.stdout)
    if found["status"]:
        raise subprocess.CalledProcessError(found["status"], list(command), done.stdout)
    return Sample(found["seconds"], found["peak"], done.stdout)


def start(figures: str, seconds: str, *command: str) -> None:
    """Run a program and write wall clock, peak memory in bytes and exit status, None if it was stopped, as JSON."""
    began = time.perf_counter()
    process = subprocess.Popen(command)
    try:
        status: int | None = process.wait(float(seconds))
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
        status = None
    spent = time.perf_counter() - began
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * 1024
    Path(figures).write_text(json.dumps({"seconds": spent, "peak": peak, "status": status}), encoding="utf-8")


def timed(action: Callable[[], object], milliseconds: bool = False) -> Sample:
    """Time one call in this process."""
    start = time.perf_counter()
    action()
    return Sample((time.perf_counter() - start) * (1000 if milliseconds else 1))


def alternate(contestants: Mapping[str, Callable[[], Sample]], runs: int,
              between: Callable[[], object] = lambda: None) -> tuple[dict[str, list[Sample]], dict[str, str]]:
    """Let contestants take turns, so that a slow moment of the machine hits all; return samples and notes by name.

    One that fails or needs too long is asked no more, and the note says why. `between` runs after each turn.
    """
    samples: dict[str, list[Sample]] = {name: [] for name in contestants}
    notes: dict[str, str] = {}
    for _ in range(runs):
        for name, measure in contestants.items():
            if name in notes:
                continue
            try:
                samples[name].append(measure())
            except subprocess.TimeoutExpired as error:
                notes[name] = f"stopped after {error.timeout:.0f} s"
            except subprocess.CalledProcessError as error:
                notes[name] = f"failed: {(error.output or str(error)).strip().splitlines()[-1][:200]}"
            between()
    return samples, notes


def machine() -> dict[str, Any]:
    """Say on what was measured."""
    model = next((line.partition(":")[2].strip() for line in _lines("/proc/cpuinfo") if line.startswith("model name")),
                 platform.machine())
    memory = next((int(line.split()[1]) // MB for line in _lines("/proc/meminfo") if line.startswith("MemTotal")), 0)
    return {"cores": os.cpu_count(), "processor": model, "memory_gb": memory, "system": platform.platform(),
            "python": platform.python_version()}


def _lines(path: str) -> list[str]:
    return Path(path).read_text(encoding="utf-8").splitlines() if Path(path).exists() else []


if __name__ == "__main__":
    start(*sys.argv[1:])
