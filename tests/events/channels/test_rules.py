"""Keys, tokens and bodies of channels, without app or database."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.events.channels import rules
from app.events.rules import OWN, UPSTREAM

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)


def read(body: Any, handling: str = OWN) -> dict[str, Any]:
    return rules.read_body(body, source="hotline", handling=handling, area="990101001001")


def test_source_handling_and_area_are_the_channels_own() -> None:
    assert read({"content": "北门路灯不亮\n已经三天", "phone": 13812345678}) == {
        "area": "990101001001", "source": "hotline", "handling": OWN, "name": "北门路灯不亮",
        "content": "北门路灯不亮\n已经三天", "phone": "13812345678",
    }  # fmt: skip
    assert read({"name": "灯", "area": "桂花社区"})["area"] == "桂花社区"
    with pytest.raises(rules.BodyRefused) as refused:
        read({"name": "灯", "source": "patrol", "state": "closed", "content": ["x"]})
    assert set(refused.value.errors) == {"source", "state", "content"}


def test_a_platform_says_how_far_its_ticket_is_and_must_name_it() -> None:
    assert read({"name": "灯", "number": "T1", "upstream_state": "已办结"}, UPSTREAM)["upstream_state"] == "已办结"
    with pytest.raises(rules.BodyRefused, match="工单号"):
        read({"name": "灯"}, UPSTREAM)
    with pytest.raises(rules.BodyRefused, match="不能填"):
        read({"name": "灯", "upstream_state": "已办结"})


@given(JSON)
def test_whatever_is_sent_is_read_or_refused_by_field(body: Any) -> None:
    try:
        values = read(body)
    except rules.BodyRefused as refused:
        values = refused.errors
    assert values
    assert all(value and isinstance(value, str) for value in values.values())


@given(st.dictionaries(st.text(max_size=8), JSON, max_size=5))
def test_the_same_content_has_one_digest_however_it_is_written(body: dict[str, Any]) -> None:
    turned = json.loads(json.dumps(dict(reversed(body.items())), indent=2))
    assert rules.digest(turned) == rules.digest(body)
    assert rules.digest({**body, "one more": 1}) != rules.digest(body)


@pytest.mark.parametrize(("key", "fits"), [("a", True), ("2026/0001#x", True), ("", False), ("键", False), ("a b", False),
                                           ("k" * 100, True), ("k" * 101, False)])  # fmt: skip
def test_keys(key: str, *, fits: bool) -> None:
    assert (rules.key_fault(key) == "") is fits


def test_tokens_are_long_random_and_kept_as_a_hash() -> None:
    one, other = rules.new_token(), rules.new_token()
    assert one != other
    assert len(one) > 40
    assert one not in rules.token_hash(one)
    assert rules.bearer(f"Bearer {one}") == one
    assert rules.bearer(one) == rules.bearer("") == rules.bearer(f"Basic {one}") == ""
