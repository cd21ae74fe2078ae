"""What light_jsonschema keeps out of pytest is kept out, and nothing that reads a notebook misses it."""

import sys
from pathlib import Path

import jsonschema
import nbformat
import pytest


def test_no_process_of_pytest_loads_the_grammars() -> None:
    assert sys.modules["rfc3987_syntax"] is None
    assert not {"iri", "iri-reference"} & set(jsonschema.FormatChecker.checkers)


def test_no_schema_of_a_notebook_asks_for_their_formats() -> None:
    schemas = list(Path(nbformat.__file__).parent.rglob("*.schema*.json"))
    assert schemas
    assert [path.name for path in schemas if '"iri' in path.read_text(encoding="utf-8")] == []


def test_a_broken_notebook_is_still_rejected() -> None:
    cell = {"cell_type": "code", "id": "a", "metadata": {}, "source": "1"}  # no outputs, no execution_count
    notebook = {"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": [cell]}
    with pytest.raises(nbformat.ValidationError, match="required"):
        nbformat.validate(notebook)
