"""Where things are and how much a query may use: one frozen record, read from the environment when asked."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from ipaddress import ip_network
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from kg.errors import UsageError

__all__ = ["Limits", "Settings", "project_root"]

PREFIX = "SERVANDA_"
MARKER = Path("ontology", "prefixes.ttl")
LISTS = frozenset({"trusted_hosts", "service_allow", "service_networks"})
PATHS = frozenset({"credentials", "writers"})
NUMBERS = frozenset({"port", "trusted_proxies"})


@dataclass(frozen=True)
class Limits:
    """Bound what one query and one client from outside may use.

    Environment: SERVANDA_LIMIT_SECONDS, SERVANDA_LIMIT_MEMORY and so on, one for each field.
    """

    seconds: float = 10.0
    """wall clock of one query, s"""
    memory: int = 1_000_000_000
    """address space of one worker above what the store takes, bytes"""
    rows: int = 10_000
    """rows or triples of one answer"""
    bytes: int = 10_000_000
    """size of one serialised answer, bytes"""
    query_bytes: int = 16_000
    """length of the query text, bytes of UTF-8"""
    update_bytes: int = 1_000_000
    """length of the text of an update, bytes of UTF-8"""
    depth: int = 50
    """nesting of brackets in the query text"""
    workers: int = 2
    """queries that run at the same time"""
    queue: int = 8
    """queries that wait for a free worker at the same time"""
    queue_seconds: float = 5.0
    """longest wait for a free worker, s"""
    client_seconds: float = 60.0
    """work that one client may have done in a minute, s"""
    client_parallel: int = 5
    """queries that one client may have in the service at the same time"""
    client_errors: int = 30
    """refused requests that one client may send in a minute"""
    remote_seconds: float = 60.0
    """longest wait for an answer of the server that holds the statements, s, but for queries from outside"""
    remote_bytes: int = 1_000_000_000
    """size of one such answer, bytes"""


@dataclass(frozen=True)
class Settings:
    """Hold the settings of one run; make it with `Settings.load()`.

    Environment: SERVANDA_ROOT, SERVANDA_STORE, SERVANDA_ENDPOINT, SERVANDA_GRAPH_STORE, SERVANDA_CREDENTIALS,
    SERVANDA_WRITERS, SERVANDA_BASE_IRI, SERVANDA_HOST, SERVANDA_PORT, SERVANDA_TRUSTED_HOSTS (comma-separated),
    SERVANDA_TRUSTED_PROXIES, SERVANDA_SERVICE_ALLOW, SERVANDA_SERVICE_NETWORKS (comma-separated), and the limits.
    """

    root: Path
    """folder that holds ontology/, shapes/ and data/"""
    store: Path = Path(".servanda")
    """folder of the releases that `servanda build` makes"""
    endpoint: str = ""
    """address of the SPARQL 1.1 server that holds the statements; "" for the embedded store of the release"""
    graph_store: str = ""
    """address of its Graph Store Protocol, "" for that of the tested servers (`kg.endpoint`)"""
    credentials: Path | None = None
    """TOML file with user and password for the server"""
    writers: Path | None = None
    """file of the tokens that may change the graph over the web (`kg.writers`); without it nothing is written"""
    base_iri: str = "https://w3id.org/servanda/"
    """start of every IRI of ours; `/id/x` on any host stands for `{base_iri}id/x`"""
    host: str = "127.0.0.1"
    port: int = 8000
    trusted_hosts: tuple[str, ...] = ("127.0.0.1", "localhost")
    trusted_proxies: int = 0
    """reverse proxies between the clients and us, each of which adds to X-Forwarded-For; 0 believes no such header"""
    service_allow: tuple[str, ...] = ()
    """addresses of the SPARQL endpoints that queries may ask with SERVICE; none by default"""
    service_networks: tuple[str, ...] = ()
    """networks whose addresses such an endpoint may have beside public ones, such as 10.1.0.0/16"""
    limits: Limits = field(default_factory=Limits)

    @classmethod
    def load(cls, environ: Mapping[str, str] | None = None, **overrides: object) -> Settings:
        """Read the settings: an override wins over the environment, which wins over the default.

        An override of None counts as not given. A folder given as override means the embedded store in it, whatever
        server the environment names. Raises UsageError for a value of the wrong kind.
        """
        env = os.environ if environ is None else environ
        given = {key: value for key, value in overrides.items() if value is not None}
        unknown = sorted(given.keys() - {item.name for item in fields(cls)})
        if unknown:
            raise UsageError(f'"{unknown[0]}" is not a setting; settings: {", ".join(f.name for f in fields(cls))}')
        values: dict[str, Any] = {}
        for item in fields(cls):
            name = PREFIX + item.name.upper()
            if item.name in NUMBERS and name in env:
                values[item.name] = _number(name, env[name], int)
            elif item.name in LISTS and name in env:
                values[item.name] = tuple(part.strip() for part in env[name].split(",") if part.strip())
            elif item.name != "limits" and env.get(name, "").strip():
                values[item.name] = env[name].strip()
        values["limits"] = _limits(env)
        if "store" in given:
            values.pop("endpoint", None)
        values.update(given)
        values["root"] = Path(values.get("root") or project_root()).expanduser().absolute()
        values["store"] = Path(values.get("store") or cls.store).expanduser().absolute()
        if not (values["root"] / MARKER).is_file():
            raise UsageError(f"{values['root']}: no {MARKER} there; set SERVANDA_ROOT to the folder that has it")
        for name in PATHS & values.keys():
            values[name] = Path(values[name]).expanduser().absolute()
        settings = cls(**values)
        _check(settings)
        return settings

    @property
    def ontology(self) -> Path:
        """Return the folder of the ontology."""
        return self.root / "ontology"

    @property
    def shapes(self) -> Path:
        """Return the folder of the SHACL shapes."""
        return self.root / "shapes"

    @property
    def data(self) -> Path:
        """Return the folder of the facts."""
        return self.root / "data"

    @property
    def prefixes(self) -> Path:
        """Return the file of the prefix table."""
        return self.root / MARKER


def project_root() -> Path:
    """Return the folder of ontology, shapes and data: the copy inside the package, else the checkout."""
    package = Path(__file__).resolve().parent
    packaged = package / "resources"
    return packaged if (packaged / MARKER).is_file() else package.parent


def _check(settings: Settings) -> None:
    """Raise UsageError for the first value that cannot be."""
    if not settings.base_iri.endswith("/"):
        raise UsageError(f'base IRI "{settings.base_iri}" must end in "/"')
    if not 0 <= settings.port <= 65535:
        raise UsageError(f"port {settings.port} is not between 0 and 65535")
    if settings.trusted_proxies < 0:
        raise UsageError(f"{settings.trusted_proxies} is not a number of proxies; 0 stands for none")
    for name in ("endpoint", "graph_store"):
        _check_address(name, getattr(settings, name))
    for address in settings.service_allow:
        _check_address("service_allow", address)
    for network in settings.service_networks:
        _check_network(network)


def _check_address(name: str, address: str) -> None:
    """Raise UsageError for an address that is no http or https URL, or has a user or a query in it."""
    if not address:
        return
    if "@" in address:
        raise UsageError(f"{name}: user and password belong into the file that {PREFIX}CREDENTIALS names")
    try:
        parts = urlsplit(address)
        right = parts.scheme in ("http", "https") and parts.hostname and not (parts.query or parts.fragment)
        right = right and (parts.port is None or parts.port > 0)
    except ValueError:
        right = False
    if not right:
        raise UsageError(f'{name} "{address}" is not an address such as http://127.0.0.1:7878/query')


def _check_network(network: str) -> None:
    """Raise UsageError for what is no network."""
    try:
        ip_network(network)
    except ValueError as error:
        raise UsageError(f"service_networks: {error}; write a network such as 10.1.0.0/16") from None


def _limits(env: Mapping[str, str]) -> Limits:
    """Read the limits from the environment; raise UsageError for one that is no positive number."""
    values: dict[str, Any] = {}
    for item in fields(Limits):
        name = f"{PREFIX}LIMIT_{item.name.upper()}"
        if name in env:
            value = _number(name, env[name], float if item.type == "float" else int)
            if value <= 0:
                raise UsageError(f'{name}: "{env[name]}" must be more than 0')
            values[item.name] = value
    return Limits(**values)


def _number(name: str, text: str, kind: type[int] | type[float]) -> int | float:
    try:
        return kind(text.strip())
    except ValueError:
        raise UsageError(f'{name}: "{text}" is not a {"whole " if kind is int else ""}number') from None
