"""The rules of the layout: each holds on the repository, and each is seen to fail on a line that breaks it."""

import ast
import re
import subprocess
import sys
import tomllib
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
PACKAGES = ("kg", "web")
LINE_LIMIT = 300
NO_NAMES = {"utils", "util", "helpers", "helper", "common", "misc", "base"}
# Who may import a package: modules or whole packages. Packages not listed are free.
IMPORTERS = {
    "web": ("web",),
    "flask": ("web",),
    "werkzeug": ("web",),
    "waitress": ("web",),
    "rdflib": ("kg.validate", "kg.serialise"),
    "pyshacl": ("kg.validate",),
    "pyoxigraph": ("kg",),  # terms and parsers; its Store is for kg.store alone, see import_faults
}
SPARQL = re.compile(r"\b(SELECT|CONSTRUCT|ASK|DESCRIBE|INSERT|DELETE)\b.*?(\bWHERE\b|\{)", re.DOTALL)


def run(command: list[str], folder: Path = ROOT) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=60, check=False)


def module_name(path: Path) -> str:
    """Turn kg/store.py into kg.store and kg/__init__.py into kg."""
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


SOURCES = {
    module_name(path): path
    for package in PACKAGES
    for path in sorted((ROOT / package).rglob("*.py"))
    if "node_modules" not in path.parts
}


def parse(name: str) -> ast.Module:
    return ast.parse(SOURCES[name].read_text(encoding="utf-8"))


def imports(name: str, tree: ast.AST) -> Iterator[str]:
    """Yield the full names that a module imports, those only for type checking left out."""
    typing_only = {id(inner) for node in ast.walk(tree) if isinstance(node, ast.If)
                   and "TYPE_CHECKING" in ast.unparse(node.test) for inner in ast.walk(node)}
    is_package = name in SOURCES and SOURCES[name].name == "__init__.py"
    for node in ast.walk(tree):
        if id(node) in typing_only:
            continue
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            parts = name.split(".")
            start = parts[:len(parts) - node.level + is_package] if node.level else []
            source = ".".join([*start, *([node.module] if node.module else [])])
            yield from (f"{source}.{alias.name}" for alias in node.names)


def import_faults(name: str, tree: ast.Module) -> list[str]:
    faults = []
    for target in imports(name, tree):
        allowed = IMPORTERS.get(target.split(".")[0])
        if allowed and not any(name == place or name.startswith(place + ".") for place in allowed):
            faults.append(f"{name} imports {target}; only {', '.join(allowed)} may")
        if target == "pyoxigraph.Store" and name != "kg.store":
            faults.append(f"{name} imports {target}; only kg.store may")
    if name != "kg.store":
        faults += [f"{name}:{node.lineno} uses pyoxigraph.Store" for node in ast.walk(tree)
                   if isinstance(node, ast.Attribute) and ast.unparse(node) == "pyoxigraph.Store"]
    return faults


def name_faults(name: str, tree: ast.Module) -> list[str]:
    return [f"{name}: the name says nothing"] if NO_NAMES & set(name.split(".")) else []


def size_faults(name: str, tree: ast.Module) -> list[str]:
    last = max((node.end_lineno or 0 for node in tree.body), default=0)
    return [f"{name} has {last} lines, {LINE_LIMIT} is the limit"] if last > LINE_LIMIT else []


def public(tree: ast.Module) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef]:
    """Yield the public functions, classes and methods of a module, nested functions left out."""
    bodies = [tree.body, *(node.body for node in tree.body if isinstance(node, ast.ClassDef))]
    for body in bodies:
        for node in body:
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) and node.name[0] != "_":
                yield node


def docstring_faults(name: str, tree: ast.Module) -> list[str]:
    faults = []
    for node in [tree, *public(tree)]:
        text, label = ast.get_docstring(node), getattr(node, "name", "module")
        if not text:
            faults.append(f"{name}: {label} has no docstring")
            continue
        first = text.split("\n\n")[0]
        if not first.rstrip().endswith("."):
            faults.append(f"{name}: docstring of {label} does not begin with a sentence that ends in a period")
        is_property = any("property" in ast.unparse(mark) for mark in getattr(node, "decorator_list", []))
        verb = first.split()[0]
        if isinstance(node, ast.FunctionDef) and not is_property and not is_imperative(verb):
            faults.append(f"{name}: docstring of {label} begins with {verb!r}, not with an imperative")
    return faults


def is_imperative(verb: str) -> bool:
    third_person = verb.endswith("s") and not verb.endswith("ss")
    gerund = verb.endswith("ing") and verb not in {"Bring", "Ping", "String"}
    return verb[0].isupper() and not third_person and not gerund and verb not in {"A", "An", "The", "It"}


def docstrings(tree: ast.Module) -> set[int]:
    owners = [node for node in ast.walk(tree) if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef)]
    return {id(node.body[0].value) for node in owners if node.body and isinstance(node.body[0], ast.Expr)}


def sparql_faults(name: str, tree: ast.Module) -> list[str]:
    skip = docstrings(tree)
    texts = [(node.lineno, node.value) for node in ast.walk(tree)
             if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in skip]
    texts += [(node.lineno, "".join(str(part.value) for part in node.values if isinstance(part, ast.Constant)))
              for node in ast.walk(tree) if isinstance(node, ast.JoinedStr)]
    return [f"{name}:{line} holds SPARQL; put it into a .rq file" for line, text in texts if SPARQL.search(text)]


def environment_faults(name: str, tree: ast.Module) -> list[str]:
    bodies = [node.body for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]
    inside = {id(inner) for body in bodies for part in body for inner in ast.walk(part)}
    return [f"{name}:{node.lineno} reads the environment at import" for node in ast.walk(tree)
            if isinstance(node, ast.Attribute) and ast.unparse(node) in {"os.environ", "os.getenv"}
            and id(node) not in inside and not runs_as_script(tree, node)]


def runs_as_script(tree: ast.Module, node: ast.AST) -> bool:
    guards = [part for part in tree.body if isinstance(part, ast.If) and "__main__" in ast.unparse(part.test)]
    return any(inner is node for guard in guards for inner in ast.walk(guard))


def class_faults(name: str, tree: ast.Module) -> list[str]:
    faults = []
    for node in tree.body:
        if not isinstance(node, ast.ClassDef) or node.bases or node.decorator_list:
            continue  # a record, an error or a part of somebody else's class tree
        methods = [part.name for part in node.body if isinstance(part, ast.FunctionDef) and part.name[0] != "_"]
        if len(methods) == 1:
            faults.append(f"{name}: class {node.name} has the one public method {methods[0]}; a function would do")
    return faults


RULES: list[tuple[Callable[[str, ast.Module], list[str]], str, str]] = [
    (import_faults, "kg.names", "import flask"),
    (import_faults, "kg.names", "from web import create_app"),
    (import_faults, "web.entity", "def f():\n    from rdflib import Graph"),
    (import_faults, "web.entity", "import pyoxigraph as ox"),
    (import_faults, "kg.load", "from pyoxigraph import Store"),
    (import_faults, "kg.turtle", "import pyoxigraph\nstore = pyoxigraph.Store()"),
    (import_faults, "kg.check", "import pyshacl"),
    (name_faults, "kg.utils", ""),
    (size_faults, "kg.names", "pass\n" * (LINE_LIMIT + 1)),
    (docstring_faults, "kg.names", "def f(): pass"),
    (docstring_faults, "kg.names", '"""Names."""\ndef f():\n    """Returns the name."""'),
    (docstring_faults, "kg.names", '"""Names."""\ndef f():\n    """Return the name"""'),
    (sparql_faults, "kg.names", "QUERY = 'SELECT ?x WHERE { ?x ?y ?z }'"),
    (sparql_faults, "kg.names", "def f(x):\n    return f'ASK {{ <{x}> ?p ?o }}'"),
    (environment_faults, "kg.names", "import os\nHOME = os.environ['HOME']"),
    (environment_faults, "kg.names", "import os\ndef f(home=os.getenv('HOME')): pass"),
    (class_faults, "kg.names", "class Runner:\n    def run(self): pass"),
]
CHECKS = list(dict.fromkeys(rule for rule, _, _ in RULES))


@pytest.mark.parametrize("rule", CHECKS, ids=lambda rule: rule.__name__)
def test_rule_holds(rule: Callable[[str, ast.Module], list[str]]) -> None:
    assert [fault for name in SOURCES for fault in rule(name, parse(name))] == []


@pytest.mark.parametrize(("rule", "name", "text"), RULES)
def test_rule_is_seen_to_fail(rule: Callable[[str, ast.Module], list[str]], name: str, text: str) -> None:
    assert rule(name, ast.parse(text)) != []


def test_relative_imports_are_resolved() -> None:
    assert set(imports("web.entity", ast.parse("from . import negotiate\nfrom .pages import home"))) == {
        "web.negotiate", "web.pages.home"}
    assert set(imports("web", ast.parse("from .pages import home"))) == {"web.pages.home"}


def cycle(edges: dict[str, set[str]]) -> list[str]:
    """Return one cycle of a graph as the names along it, or nothing."""
    done: set[str] = set()

    def visit(name: str, trail: list[str]) -> list[str]:
        if name in trail:
            return trail[trail.index(name):]
        if name in done:
            return []
        found = next(filter(None, (visit(other, [*trail, name]) for other in sorted(edges.get(name, ())))), [])
        done.add(name)
        return found

    return next(filter(None, (visit(name, []) for name in sorted(edges))), [])


def test_no_import_cycles() -> None:
    edges = {}
    for name in SOURCES:
        hit = {target if target in SOURCES else target.rpartition(".")[0] for target in imports(name, parse(name))}
        # `from kg import errors` names the package only on the way to the module.
        edges[name] = {target for target in hit & SOURCES.keys() if not name.startswith(target + ".")} - {name}
    assert cycle(edges) == []
    assert cycle({"a": {"b"}, "b": {"c"}, "c": {"a"}}) == ["a", "b", "c"]


def commands() -> list[list[str]]:
    scripts = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["scripts"]
    installed = [[str(Path(sys.executable).parent / name)] for name in scripts]
    return [*installed, [sys.executable, "-m", "kg"], [sys.executable, "-m", "web"]]


@pytest.mark.parametrize("command", commands(), ids=lambda command: " ".join(Path(part).name for part in command))
def test_every_entry_point_starts(command: list[str], tmp_path: Path) -> None:
    done = run([*command, "--help"], tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    assert "Usage" in done.stdout or "usage" in done.stdout


def test_one_version_number() -> None:
    done = run([sys.executable, "-m", "kg", "version"])
    places = [path for path in files() if path.suffix in {".py", ".toml"} and path.name != Path(__file__).name
              and re.search(r"""^(__version__|version) = "\d""", path.read_text(encoding="utf-8"), re.MULTILINE)]
    assert [path.relative_to(ROOT).as_posix() for path in places] == ["kg/__init__.py"]
    assert re.search(r"\d+\.\d+\.\d+", done.stdout), done.stderr


def files() -> list[Path]:
    """List what is tracked or would be, or every file of an unpacked archive without git."""
    done = run(["git", "ls-files", "-co", "--exclude-standard", "-z"])
    if done.returncode == 0:
        return [ROOT / name for name in done.stdout.split("\0") if name and (ROOT / name).is_file()]
    away = {"node_modules", ".venv", ".servanda", "dist", "build", "__pycache__"}
    return [path for path in sorted(ROOT.rglob("*")) if path.is_file() and not away & set(path.parts)
            and not any(part.endswith("_cache") for part in path.parts)]


# Put together here so that this file does not hold what it looks for.
HOSTS = re.compile("|".join(re.escape(a + b) for a, b in [
    ("pypi", ".org"), ("pythonhosted", ".org"), ("registry.npm", "js"), ("npm", "js.com"), ("deb.debian", ".org"),
    ("registry.yarn", "pkg"), ("proxy.golang", ".org"), ("crates", ".io")]) + "|index" + "-url|registry *= *http")
MACHINE_PATH = re.compile(r"(?<![\w.~$}/-])/(?:work|root|home)/\w")


@pytest.mark.parametrize(("pattern", "bad"), [
    (HOSTS, "https://files.pythonhosted" + ".org/x"), (MACHINE_PATH, "'/" + "work/main'"),
], ids=["registry hosts", "machine paths"])
def test_files_name_no_registry_and_no_machine(pattern: re.Pattern[str], bad: str) -> None:
    assert pattern.search(bad)
    faults = []
    for path in files():
        text = path.read_text(encoding="utf-8", errors="replace")
        faults += [f"{path.relative_to(ROOT)}: {match.group()}" for match in pattern.finditer(text)]
    assert faults == []
