"""The invented ugly workbooks of fixtures/workbooks, loaded by path, since fixtures are no package."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from typing import Any


def _load() -> Any:
    path = Path(__file__).resolve().parents[3] / "fixtures" / "workbooks" / "make.py"
    spec = importlib.util.spec_from_file_location("fixture_workbooks", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["fixture_workbooks"] = module
    spec.loader.exec_module(module)
    return module


make = _load()
BOOKS = make.books()
