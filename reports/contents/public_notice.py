"""公示: what is made public, from when to when, and where objections go; never a full number, phone or address."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, datetime

from reports.document import Block, Document, Paragraph, Signature, Table, Value, long_date, show

ID_NUMBER = re.compile(r"(?<!\d)\d{17}[\dXx](?!\d)|(?<!\d)\d{15}(?!\d)")
MOBILE = re.compile(r"(?<!\d)1[3-9]\d{9}(?!\d)")


class PrivateDataInNotice(ValueError):
    """Something stands in what is to be made public that the public must not see."""


def build(
    *,
    about: str,
    paragraphs: Sequence[str],
    issuer: str,
    signed_on: date,
    shown_from: date,
    shown_until: date,
    contact: str,
    phone: str,
    table: Table | None = None,
    address: str = "",
    is_draft: bool = False,
    created_at: datetime | None = None,
) -> Document:
    """The notice with its period, its table (a masked list) and whom to tell.

    Raises PrivateDataInNotice where text or table hold a whole ID number or mobile number (the office's own `phone` may
    stand), ValueError for a period that ends before it begins.
    """
    if shown_until < shown_from:
        raise ValueError("公示结束日期早于开始日期，请核对")
    refuse_private(paragraphs, table)
    days = (shown_until - shown_from).days + 1
    blocks: list[Block] = [Paragraph(text) for text in paragraphs if text.strip()]
    blocks.append(Paragraph(f"公示时间：{long_date(shown_from)}至{long_date(shown_until)}，共{days}天。"))
    if table is not None:
        blocks.append(table)
    where = f"，地址：{address}" if address else ""
    blocks.append(
        Paragraph(
            f"公示期间，如有异议，请以书面或者电话方式反映，反映情况应当实事求是。联系人：{contact}，电话：{phone}{where}。"
        )
    )
    blocks.append(Signature(issuer, signed_on))
    return Document(
        title=f"关于{about}的公示",
        blocks=tuple(blocks),
        style="official",
        is_draft=is_draft,
        created_at=created_at,
    )


def refuse_private(paragraphs: Sequence[str], table: Table | None) -> None:
    """Raises PrivateDataInNotice where text or table hold a whole ID number or mobile number."""
    texts: list[str] = list(paragraphs)
    if table is not None:
        cells: list[Value] = [value for row in (*table.rows, table.totals or ()) for value in row]
        texts += [table.caption, table.note, *(show(value) for value in cells)]
    for text in texts:
        for pattern, name in ((ID_NUMBER, "身份证号"), (MOBILE, "手机号")):
            if pattern.search(text):
                raise PrivateDataInNotice(f"公示里不能出现完整的{name}，请先改成带星号的写法再打印")
