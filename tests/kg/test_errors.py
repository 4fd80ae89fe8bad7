"""Errors are one line, carry their exit code and survive the way from a worker process."""

import pickle

import pytest

from kg import errors

SAMPLES = [
    errors.ServandaError("a"),
    errors.SyntaxFault("object expected", "a.ttl", 3, 13),
    errors.InvalidData("2 violations", ["x"]),
    errors.QuerySyntaxError("{ expected", 1, 10),
    errors.QueryRefused("SERVICE is disabled", "service", 1, 2),
    errors.LimitExceeded("time limit of 10 s", "time", 10),
    errors.NotFound("https://example.org/x"),
    errors.UsageError("port -1"),
    errors.StoreFault("no store"),
]


@pytest.mark.parametrize("error", SAMPLES, ids=lambda error: type(error).__name__)
def test_error_survives_pickling(error):
    copy = pickle.loads(pickle.dumps(error))
    assert (type(copy), str(copy), vars(copy)) == (type(error), str(error), vars(error))


@pytest.mark.parametrize(
    ("error", "code"), [(errors.InputError("x"), 1), (errors.UsageError("x"), 2), (errors.StoreFault("x"), 3)]
)
def test_exit_codes(error, code):
    assert error.exit_code == code


def test_message_is_one_line():
    assert str(errors.InputError("a\n  b\tc")) == "a b c"


def test_place_comes_first():
    assert [str(error) for error in SAMPLES[1:5]] == [
        "a.ttl:3:13: object expected",
        "2 violations",
        "1:10: { expected",
        "1:2: SERVICE is disabled",
    ]


def test_no_place_where_there_is_none():
    assert str(errors.SyntaxFault("no triples", "a.ttl")) == "a.ttl: no triples"


def test_docstring_draws_every_class():
    assert all(name in errors.__doc__ for name in errors.__all__ if name != "counted")
