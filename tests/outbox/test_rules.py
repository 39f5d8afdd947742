"""Messages to others without app or network: signatures, addresses one may call, pauses, mail."""

from __future__ import annotations

import base64
import hashlib
import hmac
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.outbox import rules


def test_a_call_is_signed_as_standard_webhooks_says() -> None:
    """The vector of github.com/standard-webhooks (symmetric): secret, id, timestamp and payload as published there."""
    secret = base64.b64decode("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
    body = b'{"test": 2432232314}'
    found = rules.signature(secret, "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, body)
    assert found == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
    assert rules.secret_text(secret) == "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"


@given(st.binary(min_size=1, max_size=40), st.binary(max_size=80), st.integers(0, 2**33))
def test_whoever_changes_body_or_time_breaks_the_signature(secret: bytes, body: bytes, at: int) -> None:
    kind, _comma, text = rules.signature(secret, "d1", at, body).partition(",")
    expected = hmac.new(secret, f"d1.{at}.".encode() + body, hashlib.sha256).digest()
    assert (kind, base64.b64decode(text)) == ("v1", expected)
    assert rules.signature(secret, "d1", at + 1, body) != rules.signature(secret, "d1", at, body + b"x")


@pytest.mark.parametrize("inside", [
    "127.0.0.1", "10.1.2.3", "192.168.1.5", "172.16.0.9", "169.254.169.254", "100.100.100.200", "0.0.0.1", "::1", "fe80::1",
    "fd00:ec2::254", "::ffff:169.254.169.254", "::ffff:10.0.0.1", "224.0.0.1", "255.255.255.255",
])  # fmt: skip
def test_inside_is_called_only_where_the_office_names_it(inside: str) -> None:
    assert not rules.may_call(inside, ())
    assert not rules.may_call(inside, ("bus.example", "10.8.0.0/16"))
    assert rules.may_call(inside.removeprefix("::ffff:"), (inside.removeprefix("::ffff:"),))


def test_the_internet_may_be_called_and_a_named_network() -> None:
    assert rules.may_call("114.114.114.114", ())
    assert rules.may_call("2400:3200::1", ())
    allowed = rules.networks(" 10.8.0.0/16, Bus.Example ,")
    assert allowed == ("10.8.0.0/16", "bus.example")
    assert rules.may_call("10.8.3.4", allowed)
    assert not rules.may_call("10.9.3.4", allowed)


@pytest.mark.parametrize(("address", "fits"), [
    ("https://a.example/in", True), ("http://10.8.0.1:8080/in?x=1", True), ("ftp://a.example", False), ("a.example", False),
    ("https://u:p@a.example", False), ("https://a.example:99999", False), ("https://a.example:0", False), ("", False),
])  # fmt: skip
def test_addresses(address: str, *, fits: bool) -> None:
    assert (rules.address_fault(address) == "") is fits


def test_mailboxes() -> None:
    assert rules.mail_addresses(" a@b.cn，c@d.cn; ") == ("a@b.cn", "c@d.cn")
    assert rules.mail_fault("a@b.cn") == ""
    assert rules.mail_fault("") != ""
    assert "没有at" in rules.mail_fault("a@b.cn,没有at")
    subject, text = rules.mail_text("event.closed", {"name": "路灯\n不亮", "number": "网001", "unit": ""})
    assert subject == "【事件办结】路灯 不亮"
    assert "工单号：网001" in text
    assert "责任单位" not in text


def test_pauses_grow_and_end() -> None:
    found = [rules.pause_after(tries) for tries in range(1, len(rules.PAUSES) + 2)]
    assert found[-1] is None
    grown = [pause for pause in found if pause is not None]
    assert grown == sorted(grown)
    assert timedelta(days=1.5) < sum(grown, timedelta()) < timedelta(days=3)
    assert [rules.is_mended_by_waiting(status) for status in (0, 500, 503, 429, 408, 400, 404, 410)] == [True] * 5 + [
        False
    ] * 3
