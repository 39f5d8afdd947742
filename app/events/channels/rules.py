"""Rules of events sent in by programs: what a key and a body look like, and when two bodies are the same. Pure."""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Mapping
from typing import Any

from app.events.rules import UPSTREAM, name_from

MOST_KEY_LENGTH, MOST_BODY = 100, 64 * 1024
TOKEN_MARK = "glc_"  # noqa: S105 - tells a channel's token from a person's, and is no secret
TOKEN_BYTES, HINT_LENGTH = 32, 4

TOLD: tuple[str, ...] = (
    "name", "content", "category", "location", "area", "reporter", "phone", "reported_at", "number",
)  # fmt: skip
"""Columns of an event that any channel may fill."""
TOLD_UPSTREAM: tuple[str, ...] = (
    *TOLD, "upstream_state", "upstream_area", "due_at", "result", "closed_at", "satisfaction",
)  # fmt: skip
"""Those of a platform whose own flow stays the official one: it says how far its ticket is, too."""


class BodyRefused(ValueError):
    """A request that cannot be taken in: field ('' for the whole of it) → sentence."""

    def __init__(self, errors: Mapping[str, str]) -> None:
        super().__init__("；".join(errors.values()))
        self.errors = dict(errors)


def new_token() -> str:
    """A token of 256 random bits."""
    return TOKEN_MARK + secrets.token_urlsafe(TOKEN_BYTES)


def token_hash(token: str) -> str:
    """What is kept of a token. It is long and random, so a plain hash cannot be guessed back."""
    return hashlib.sha256(token.encode()).hexdigest()


def bearer(header: str) -> str:
    """The token of an Authorization header; '' where it carries none."""
    kind, _blank, token = header.partition(" ")
    return token.strip() if kind.lower() == "bearer" else ""


def key_fault(key: str) -> str:
    """Why an idempotency key cannot be used; '' where it can."""
    if not key:
        return "缺少请求头 Idempotency-Key。每件事写一个不重复的键，重发同一件事时用原来的键。"
    if len(key) > MOST_KEY_LENGTH:
        return f"Idempotency-Key 最长 {MOST_KEY_LENGTH} 个字符。"
    if not all("!" <= char <= "~" for char in key):
        return "Idempotency-Key 只能用英文字母、数字和符号，不能有空格。"
    return ""


def digest(body: Mapping[str, Any]) -> str:
    """One text for all ways to write the same body: order of fields and blanks do not count."""
    text = json.dumps(body, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def told(handling: str) -> tuple[str, ...]:
    """Fields a channel may send."""
    return TOLD_UPSTREAM if handling == UPSTREAM else TOLD


def read_body(body: Any, *, source: str, handling: str, area: str) -> dict[str, Any]:
    """The columns of an event from what a channel sent. Raises BodyRefused naming each field."""
    if not isinstance(body, Mapping):
        raise BodyRefused({"": "请求体应是一个 JSON 对象。"})
    known = told(handling)
    errors = {str(name)[:40]: "没有这一项，或这个渠道不能填。" for name in body if name not in known}
    errors |= {
        name: "这一项应是文字。" for name in known
        if isinstance(body.get(name), bool) or not isinstance(body.get(name), str | int | float | None)
    }  # fmt: skip
    if errors:
        raise BodyRefused(errors)
    values = {name: str(body[name]).strip() for name in known if body.get(name) not in (None, "")}
    if handling == UPSTREAM and "number" not in values:
        raise BodyRefused({"number": "上级平台的工单要有工单号，再次送来时靠它对上。"})
    if "name" not in values and "content" in values:
        values["name"] = name_from(values["content"])
    return {"area": area, **values, "source": source, "handling": handling}
