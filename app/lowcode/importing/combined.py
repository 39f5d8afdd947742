"""One cell that holds a name and a telephone: 张清和 13800000000, 李望舒（13900000000）. Which part is which."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from app.fields.refusal import Refused
from app.lowcode.importing.headings import plain_heading, text_of

_PHONE = re.compile(r"(?<!\d)(?:1[3-9]\d(?:[- ]?\d{4}){2}|0\d{2,3}-?\d{7,8})(?!\d)")
_NAME = re.compile(r"[\u4e00-\u9fff·•]{2,12}")
_DECORATION = re.compile(r"联系电话|联系方式|手机号码?|电话|手机|(?i:tel)|[\s:：,，、;；/／()（）\[\]【】.\-—_]+")
_BOTH = re.compile(
    r"^(.*?)(?:及其?|和|与|、|/|／|\+|，|加)?(?:联系电话|联系方式|联系手机|手机号码?|电话号码?|电话|手机)$"
)
_MOST = 0.6


def whose(title: str) -> str:
    """网格员 of 网格员及电话, 联系人 of 联系人/联系方式; "" of a header that names only one thing."""
    bare = "".join(title.split())
    found = _BOTH.match(bare)
    if found is None or found[1] == "" or bare == found[1]:
        return ""
    return plain_heading(found[1])


def are_combined(texts: Sequence[str]) -> bool:
    """Whether most cells hold a name beside a number."""
    return len(texts) >= 2 and sum(1 for text in texts if all(_parts(text))) >= _MOST * len(texts)


def name_of(raw: Any) -> str:
    """The name in such a cell, "" where there is none. Raises Refused for two people in one cell."""
    text = text_of(raw)
    name, _phone = _parts(text)
    if len(_PHONE.findall(text)) > 1 and len(_NAME.findall(_bare(text))) > 1:
        raise Refused("这一格里写了两个人和两个电话，请拆成两行，一人一行。", code="two_people")
    return name


def phone_of(raw: Any) -> str:
    """The number in such a cell, "" where there is none."""
    return _parts(text_of(raw))[1]


def _parts(text: str) -> tuple[str, str]:
    phone = _PHONE.search(text)
    names = _NAME.findall(_bare(text))
    return "".join(names[:1]), phone[0] if phone else ""


def _bare(text: str) -> str:
    """The words of the cell, a blank between them."""
    return _DECORATION.sub(" ", _PHONE.sub(" ", text)).strip()
