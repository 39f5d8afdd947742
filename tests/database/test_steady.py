"""Reads kept while rows stand still: once for the same arguments inside, every time outside."""

from __future__ import annotations

import pytest

from app.database.steady import is_standing_still, standing_still, steady

ASKED: list[tuple[str, int]] = []


@steady
def answer(name: str, *, number: int = 0) -> list[int]:
    ASKED.append((name, number))
    return [len(ASKED)]


@pytest.fixture(autouse=True)
def nothing_asked() -> None:
    ASKED.clear()


def test_every_call_reads_outside() -> None:
    assert answer("a") == [1]
    assert answer("a") == [2]
    assert not is_standing_still()


def test_the_same_question_is_asked_once_inside() -> None:
    with standing_still():
        assert is_standing_still()
        assert answer("a") is answer("a")
        assert answer("a", number=1) == [2]
        assert answer("b") == [3]
    assert answer("a") == [4]


def test_what_was_kept_is_gone_after_an_error_too() -> None:
    with pytest.raises(ZeroDivisionError):
        _ask_and_fail()
    assert not is_standing_still()
    answer("a")
    assert len(ASKED) == 2


def _ask_and_fail() -> None:
    with standing_still():
        answer("a")
        raise ZeroDivisionError


def test_an_inner_block_begins_anew_and_gives_the_outer_one_back() -> None:
    with standing_still():
        first = answer("a")
        with standing_still():
            assert answer("a") != first
        assert answer("a") is first
