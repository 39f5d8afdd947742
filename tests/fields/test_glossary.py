"""The glossary keeps up with the field types, masks and code lists."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from app.fields.codes import CODE_LISTS
from app.fields.masks import MASK_KINDS
from app.fields.types import FIELD_TYPES

GLOSSARY = (Path(__file__).parents[2] / "docs" / "glossary.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("key", [*FIELD_TYPES, *MASK_KINDS])
def test_every_kind_of_value_is_explained(key: str) -> None:
    assert f"`{key}`" in GLOSSARY, f"add `{key}` to docs/glossary.md"


@pytest.mark.parametrize("name", sorted(CODE_LISTS))
def test_every_code_list_is_named_with_its_title(name: str) -> None:
    assert f"| {CODE_LISTS[name].title} | `{name}` |" in GLOSSARY, f"add the list {name} to docs/glossary.md"


def test_no_code_list_is_left_over() -> None:
    lists = GLOSSARY.partition("## Code lists")[2]
    assert set(re.findall(r"^\| [^|]+ \| `(\w+)` \|", lists, re.MULTILINE)) == CODE_LISTS.keys()
