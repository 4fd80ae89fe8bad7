"""Measure derivation: the rules in the store, on disk and in memory, against owlrl.

    python bench/derive.py --sizes 50k,1m

Each contestant has the made-up graph and the ontology before the clock starts. The rules also add what goes beyond
OWL, and write every statement to two graphs; owlrl gives reflexive and literal statements besides, and runs once only.
"""

from __future__ import annotations

import json
import shutil
import sys
import tempfile
from functools import partial
from pathlib import Path

from measure import ROOT, Report, Sample, alternate, arguments, quads_file, run

MAKE = """
import sys
sys.path.insert(0, sys.argv[1])
from pathlib import Path
from pyoxigraph import Quad, RdfFormat, Store
from kg import load
from kg.settings import Settings
settings = Settings.load({}, root=Path(sys.argv[1]))
store = Store(sys.argv[3])
store.bulk_extend(quad for source in load.sources(settings) for quad in load.quads(source))
store.bulk_load(path=sys.argv[2], format=RdfFormat.N_QUADS)
store.bulk_extend(Quad(*quad.triple) for graph in list(store.named_graphs())
                  for quad in store.quads_for_pattern(None, None, None, graph))
store.flush()
"""
BEGIN = """
import json, sys, time
sys.path.insert(0, sys.argv[1])
from pathlib import Path
from pyoxigraph import Store
from kg import reason, validate
from kg.settings import Settings
settings = Settings.load({}, root=Path(sys.argv[1]))
"""
END = """
print(json.dumps({"seconds": time.perf_counter() - start, "derived": derived}))
"""
DISK = BEGIN + """
store = Store(sys.argv[2])
start = time.perf_counter()
derived = sum(reason.derive(store, settings).values())
""" + END
MEMORY = BEGIN + """
store = Store()
store.bulk_extend(Store.read_only(sys.argv[2]))
start = time.perf_counter()
derived = sum(reason.derive(store, settings).values())
""" + END
OWLRL = BEGIN + """
import owlrl
graph = validate.graph_of(quad.triple for quad in Store.read_only(sys.argv[2]).quads_for_pattern(None, None, None))
before = len(graph)
start = time.perf_counter()
owlrl.DeductiveClosure(owlrl.OWLRL_Semantics).expand(graph)
derived = len(graph) - before
""" + END


def reasoned(program: str, folder: Path, owned: bool) -> Sample:
    """Derive in a process of its own, in a copy of the store if it is written; time only the derivation."""
    with tempfile.TemporaryDirectory(dir=folder.parent) as scratch:
        place = Path(scratch, "store") if owned else folder
        if owned:
            shutil.copytree(folder, place)
        done = run([sys.executable, "-c", program, str(ROOT), str(place)])
    said = json.loads(done.said.splitlines()[-1])
    return Sample(said["seconds"], done.peak, str(said["derived"]))


def main() -> int:
    """Measure and print the table."""
    given = arguments(str(__doc__).splitlines()[0]).parse_args()
    report = Report("derive", "Derivation against owlrl")
    for size in given.sizes:
        with tempfile.TemporaryDirectory(dir=quads_file(size, given.data).parent) as scratch:
            folder = Path(scratch, "store")
            run([sys.executable, "-c", MAKE, str(ROOT), str(quads_file(size, given.data)), str(folder)])
            slow, notes = alternate({"owlrl": partial(reasoned, OWLRL, folder, False)}, 1)
            contestants = {"rules on disk": partial(reasoned, DISK, folder, True),
                           "rules in memory": partial(reasoned, MEMORY, folder, False)}
            samples, failures = alternate(contestants, given.runs)
        taken = {**slow, **samples}
        said = {name: f"{int(runs[-1].said):,} statements derived" for name, runs in taken.items() if runs}
        report.add(size, "derive", taken, {**said, **notes, **failures})
    return report.finish()


if __name__ == "__main__":
    sys.exit(main())
