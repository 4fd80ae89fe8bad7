"""The errors of Servanda. str(error) is one line that names the value, the rule broken and the way out.

ServandaError               exit code of the command
├── InputError              1  the input is wrong
│   ├── SyntaxFault         1  a data file is not the Turtle we accept (file, line, column)
│   ├── InvalidData         1  data that break a check, so no release was made (findings)
│   ├── QuerySyntaxError    1  a query is not SPARQL 1.1 (line, column)
│   ├── QueryRefused        1  a query is SPARQL, but a rule forbids it (rule)
│   ├── LimitExceeded       1  a limit on one query or one client was met (limit, retry_after)
│   ├── Cancelled           1  nobody waits for the answer any more
│   └── NotFound            1  nothing is known by this name (name)
├── UsageError              2  a setting or an option is wrong
└── EnvironmentFault        3  the machine does not give what is needed
    ├── EndpointFault       3  an endpoint that the query names gave no usable answer
    └── StoreFault          3  the store is missing, damaged or in use
"""

# ruff: noqa: N818 (the names say what happened; "Error" after each of them would add nothing)

from __future__ import annotations

from collections.abc import Sequence

__all__ = [
    "Cancelled",
    "EndpointFault",
    "EnvironmentFault",
    "InputError",
    "InvalidData",
    "LimitExceeded",
    "NotFound",
    "QueryRefused",
    "QuerySyntaxError",
    "ServandaError",
    "StoreFault",
    "SyntaxFault",
    "UsageError",
    "counted",
]


class ServandaError(Exception):
    """Be the root of every error that Servanda raises on purpose; `message` is one line."""

    exit_code = 1

    def __init__(self, message: str) -> None:
        self.message = " ".join(message.split())
        super().__init__(self.message)

    def __str__(self) -> str:
        return self.message


class InputError(ServandaError):
    """Say that what the user gave is wrong."""


class SyntaxFault(InputError):
    """Say where a data file is not the Turtle we accept; line and column count from 1, 0 where there is none.

    >>> str(SyntaxFault("object expected", "a.ttl", 3, 13))
    'a.ttl:3:13: object expected'
    """

    def __init__(self, message: str, file: str, line: int = 0, column: int = 0) -> None:
        super().__init__(message)
        self.file = file
        self.line = line
        self.column = column

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}:{self.column}" if self.line else self.file
        return f"{place}: {self.message}"

    def __reduce__(self) -> tuple[type[SyntaxFault], tuple[str, str, int, int]]:
        return type(self), (self.message, self.file, self.line, self.column)


class InvalidData(InputError):
    """Say that data break a check; `findings` holds the lines of the findings."""

    def __init__(self, message: str, findings: Sequence[object] = ()) -> None:
        super().__init__(message)
        self.findings = list(findings)

    def __reduce__(self) -> tuple[type[InvalidData], tuple[str, list[object]]]:
        return type(self), (self.message, self.findings)


class QuerySyntaxError(InputError):
    """Say where a query is not SPARQL 1.1; line and column count from 1, 0 where there is none.

    >>> str(QuerySyntaxError("{ expected", 1, 10))
    '1:10: { expected'
    """

    def __init__(self, message: str, line: int = 0, column: int = 0) -> None:
        super().__init__(message)
        self.line = line
        self.column = column

    def __str__(self) -> str:
        return f"{self.line}:{self.column}: {self.message}" if self.line else self.message

    def __reduce__(self) -> tuple[type[QuerySyntaxError], tuple[str, int, int]]:
        return type(self), (self.message, self.line, self.column)


class QueryRefused(InputError):
    """Say which rule forbids a query: `rule` is one word such as service, update, length, nesting, encoding, empty."""

    def __init__(self, message: str, rule: str, line: int = 0, column: int = 0) -> None:
        super().__init__(message)
        self.rule = rule
        self.line = line
        self.column = column

    def __str__(self) -> str:
        return f"{self.line}:{self.column}: {self.message}" if self.line else self.message

    def __reduce__(self) -> tuple[type[QueryRefused], tuple[str, str, int, int]]:
        return type(self), (self.message, self.rule, self.line, self.column)


class LimitExceeded(InputError):
    """Say which limit was met: time, memory, rows, bytes, queue of a query; work, parallel, errors of a client.

    `retry_after` is in seconds, and None where trying again would not help (rows, bytes).
    """

    def __init__(self, message: str, limit: str, retry_after: int | None = None) -> None:
        super().__init__(message)
        self.limit = limit
        self.retry_after = retry_after

    def __reduce__(self) -> tuple[type[LimitExceeded], tuple[str, str, int | None]]:
        return type(self), (self.message, self.limit, self.retry_after)


class Cancelled(InputError):
    """Say that a query was given up because nobody waits for its answer any more."""


class NotFound(InputError):
    """Say that nothing is known by a name: an IRI, a graph or a stored query."""

    def __init__(self, name: str, kind: str = "resource") -> None:
        super().__init__(f"{name}: no such {kind}")
        self.name = name
        self.kind = kind

    def __reduce__(self) -> tuple[type[NotFound], tuple[str, str]]:
        return type(self), (self.name, self.kind)


class UsageError(ServandaError):
    """Say that a setting or an option is wrong."""

    exit_code = 2


class EnvironmentFault(ServandaError):
    """Say that the machine does not give what is needed: a file, a folder, space, a free port."""

    exit_code = 3


class EndpointFault(EnvironmentFault):
    """Say that another endpoint, which a query names with SERVICE, gave no usable answer."""


class StoreFault(EnvironmentFault):
    """Say that the store is missing, damaged or in use."""


def counted(number: int, noun: str) -> str:
    """Return a number and its noun for a message.

    >>> counted(1, "triple"), counted(2, "triple")
    ('1 triple', '2 triples')
    """
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
