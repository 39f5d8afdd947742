"""Numbers in what was sent."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.lowcode.sent import sent_id, sent_number
from app.security.permissions import MOST_ID


@given(st.text() | st.integers().map(str))
def test_any_text_is_an_id_or_none(text: str) -> None:
    id_ = sent_id(text)
    assert id_ is None or (0 <= id_ <= MOST_ID and id_ == int(text))


@pytest.mark.parametrize("text", ["²", "٩", "-1", "1.0", " 1", "", None, str(MOST_ID + 1), "9" * 5_000])
def test_what_no_table_holds_is_none(text: str | None) -> None:
    assert sent_id(text) is None
    assert sent_number(text, default=7) == 7


def test_numbers_are_cut_at_the_most() -> None:
    assert sent_id(str(MOST_ID)) == MOST_ID
    assert [sent_number(text, most=50) for text in ("0", "49", "51")] == [0, 49, 50]
