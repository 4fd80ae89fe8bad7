"""Run every measurement of this folder in one session and put the tables together: `make bench`.

    python bench                                       all scripts on 50,000 triples
    python bench --sizes 50k,1m load validate          two of them on two sizes

Each script prints its own table as soon as it is done. The whole is build/bench/report.md, the same figures are in
build/bench/report.json.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from pathlib import Path

from measure import OUT, ROOT, arguments, machine, short

BENCH = Path(__file__).resolve().parent
# In this order: what makes the graphs first, what needs a quiet machine last.
SCRIPTS = tuple(name for name in ("load", "derive", "validate", "questions", "text", "library", "serve")
                if (BENCH / f"{name}.py").exists())


def main() -> int:
    """Run the scripts asked for; exit 1 if one failed, after the others have run."""
    parser = arguments("Measure, each contestant in turn, and print Markdown tables.")
    parser.add_argument("scripts", nargs="*", help=f"which of {', '.join(SCRIPTS)} (default all)")
    given = parser.parse_args()
    unknown = sorted(set(given.scripts) - set(SCRIPTS))
    if unknown:
        parser.error(f'"{unknown[0]}" is no measurement; there are {", ".join(SCRIPTS)}')
    failed = [name for name in given.scripts or SCRIPTS if not measured(name, given)]
    report()
    if failed:
        print(f"failed: {', '.join(failed)}", file=sys.stderr)
    return 1 if failed else 0


def measured(name: str, given: argparse.Namespace) -> bool:
    """Run one script and tell whether it ended well; its old results go first, so that none is taken for new."""
    for path in results(name):
        path.with_suffix(".md").unlink(missing_ok=True)
        path.unlink()
    sizes = ",".join(short(size) for size in given.sizes)
    command = [sys.executable, str(BENCH / f"{name}.py"), "--sizes", sizes, "--runs", str(given.runs),
               "--data", str(given.data)]
    print(f"bench: {name}", file=sys.stderr, flush=True)
    return subprocess.run(command, cwd=ROOT, check=False).returncode == 0


def results(name: str) -> list[Path]:
    """List what a script has written: a report of its own name, and others that begin with it and a hyphen."""
    return sorted([*OUT.glob(f"{name}.json"), *OUT.glob(f"{name}-*.json")])


def report() -> None:
    """Put together what the scripts have written."""
    OUT.mkdir(parents=True, exist_ok=True)
    found = [path for name in SCRIPTS for path in results(name)]
    values = {"machine": machine(), "reports": [json.loads(path.read_text(encoding="utf-8")) for path in found]}
    (OUT / "report.json").write_text(json.dumps(values, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    place = machine()
    head = (f"{place['cores']} cores ({place['processor']}), {place['memory_gb']} GB, Python {place['python']}; "
            "contestants took turns in one session, medians; “times better” is against the first of each task.\n")
    parts = [path.with_suffix(".md").read_text(encoding="utf-8") for path in found]
    (OUT / "report.md").write_text("\n".join([head, *parts]), encoding="utf-8")
    print(f"bench: {OUT / 'report.md'}", file=sys.stderr)


if __name__ == "__main__":
    sys.exit(main())
