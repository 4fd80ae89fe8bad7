"""Docstrings: every example in the package runs and says what it shows."""

import doctest
import importlib
from pathlib import Path

import pytest

import kg

MODULES = sorted(
    path.stem for path in Path(kg.__file__).parent.glob("*.py") if ">>> " in path.read_text(encoding="utf-8")
)


@pytest.mark.parametrize("name", MODULES)
def test_examples_run(name):
    failed, attempted = doctest.testmod(importlib.import_module(f"kg.{name}"))
    assert attempted > 0
    assert failed == 0


def test_there_are_examples():
    assert {"errors", "lexical", "names"} <= set(MODULES)
