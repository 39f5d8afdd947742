"""Rules of messages to others: what there is to tell, how a call is signed, whom one may call, when to try again. Pure."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import re
from collections.abc import Iterable, Mapping
from datetime import timedelta
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from typing import Any, Literal
from urllib.parse import urlsplit

from app.fields.sentence import Sentence

Way = Literal["webhook", "email"]
WAYS: Mapping[Way, str] = {"webhook": "网络推送（webhook）", "email": "电子邮件"}
NOTICE, TEST = "notice", "test"
KINDS: Mapping[str, str] = {
    "event.reported": "事件上报", "event.accepted": "事件立案", "event.dispatched": "事件分拨", "event.returned": "事件退回",
    "event.handled": "事件处置完成", "event.closed": "事件办结", "event.reopened": "事件重开", "event.merged": "事件并案",
    "event.void": "事件作废", "event.visited": "事件回访", "event.overdue": "事件逾期", NOTICE: "系统提醒",
}  # fmt: skip
"""What can be told, in the order it happens."""

SECRET_MARK = "whsec_"  # noqa: S105 - tells what the text is
PAUSES = (
    timedelta(seconds=30), timedelta(minutes=2), timedelta(minutes=10), timedelta(hours=1), timedelta(hours=3),
    timedelta(hours=6), timedelta(hours=12), timedelta(hours=24),
)  # fmt: skip
"""Before the second try, the third …; after the last of them somebody has to look (all in all about two days)."""
MOST_ANSWER = 200
_MAIL = re.compile(r"[^@\s,;<>\"]+@[^@\s,;<>\"]+\.[^@\s,;<>\"]+")


def pause_after(tries: int) -> timedelta | None:
    """How long to wait after the n-th try failed (n from 1); None when it is given up."""
    return PAUSES[tries - 1] if 1 <= tries <= len(PAUSES) else None


def secret_text(secret: bytes) -> str:
    """A secret as the other side's library takes it (Standard Webhooks)."""
    return SECRET_MARK + base64.b64encode(secret).decode()


def signature(secret: bytes, delivery: str, timestamp: int, body: bytes) -> str:
    """HMAC-SHA256 over "id.timestamp.body", as Standard Webhooks writes it: `v1,<base64>`."""
    signed = f"{delivery}.{timestamp}.".encode() + body
    return "v1," + base64.b64encode(hmac.new(secret, signed, hashlib.sha256).digest()).decode()


def body_of(kind: str, at: str, data: Mapping[str, Any]) -> bytes:
    """What is sent: `{"type", "timestamp", "data"}`."""
    return json.dumps({"type": kind, "timestamp": at, "data": dict(data)}, ensure_ascii=False, sort_keys=True).encode()


def is_mended_by_waiting(status: int) -> bool:
    """Whether the other side itself is at fault for the moment, so that other messages need not try either."""
    return status == 0 or status >= 500 or status in (408, 429)


def address_fault(address: str) -> str:
    """Why a webhook's address cannot be used; '' where it can."""
    parts = urlsplit(address)
    try:
        port = parts.port
    except ValueError:
        return Sentence("地址里的端口不对。")
    if parts.scheme not in ("https", "http") or not parts.hostname:
        return Sentence("地址要写全，例如 https://对方的域名/接收")
    if parts.username or parts.password:
        return Sentence("地址里不要写账号和密码，对方靠签名认出是谁送的。")
    return "" if port is None or port > 0 else Sentence("地址里的端口不对。")


def mail_fault(addresses: str) -> str:
    """Why a list of mail addresses cannot be used; '' where it can."""
    found = mail_addresses(addresses)
    if not found:
        return Sentence("请写收件邮箱，几个的用逗号隔开。")
    wrong = [each for each in found if not _MAIL.fullmatch(each)]
    return Sentence("邮箱写得不对：%(mail)s", mail=wrong[0]) if wrong else ""


def mail_addresses(text: str) -> tuple[str, ...]:
    """The addresses of a list."""
    return tuple(part for part in re.split(r"[,，;；\s]+", text.strip()) if part)


def may_call(address: str, allowed: Iterable[str]) -> bool:
    """Whether a call may go to an IP address: the public internet, and inside only what the office named.

    Otherwise whoever may write an address could make the server ask its own cloud for keys (169.254.169.254,
    100.100.100.200) or its neighbours for data.
    """
    found = ip_address(address)
    if isinstance(found, IPv6Address) and found.ipv4_mapped is not None:
        found = found.ipv4_mapped
    return (found.is_global and not found.is_multicast) or any(_lies_in(found, each) for each in allowed)


def _lies_in(address: IPv4Address | IPv6Address, network: str) -> bool:
    try:
        return address in ip_network(network.strip(), strict=False)
    except ValueError:
        return False  # a host name, which is compared as one


def networks(text: str) -> tuple[str, ...]:
    """What the setting OUTBOX_ALLOW names: hosts, addresses, networks."""
    return tuple(part.strip().lower() for part in text.split(",") if part.strip())


def mail_text(kind: str, data: Mapping[str, Any]) -> tuple[str, str]:
    """Subject and text of an e-mail that tells the same."""
    title = str(data.get("title") or data.get("name") or "")
    subject = f"【{KINDS.get(kind, '试发')}】{title}".replace("\n", " ")[:120]
    lines = [f"{label}：{data[name]}" for name, label in _LABELS.items() if data.get(name)]
    return subject, "\n".join([title, "", *lines]) + "\n"


_LABELS: Mapping[str, str] = {
    "why": "说明", "number": "工单号", "state": "状态", "area": "区域", "unit": "责任单位", "due_at": "时限", "due_on": "期限",
    "to": "提醒谁", "path": "页面",
}  # fmt: skip
