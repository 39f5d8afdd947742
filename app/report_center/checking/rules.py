"""Rules of checking cell by cell: which cell is meant, what a remark and an adjustment must say."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date

from app.report_center.comparing import Place
from app.report_center.rules import SubmissionRefused

LONGEST_REMARK = 300
LONGEST_VALUE = 60
MOST_REMARKS = 200
_NUMBER = re.compile(r"[+−-]?\d[\d,]*(?:\.\d+)?%?|—")


def check_remark(text: str) -> str:
    """What the community is to look at, trimmed. Raises SubmissionRefused when it says nothing."""
    words = " ".join(text.split())
    if not words:
        raise SubmissionRefused("请写明这个数字哪里要核对。")
    return words[:LONGEST_REMARK]


def check_place(place: Place, cells: Mapping[Place, str]) -> str:
    """What the handed-in paper prints in that cell. Raises SubmissionRefused where there is no such cell."""
    if place not in cells:
        raise SubmissionRefused("请先在表里点选一个数字。页面可能已经过时，请刷新再选。")
    return cells[place]


def check_adjustment(reported: str, adjusted: str, reason: str, on: date, *, today: date) -> tuple[str, str]:
    """The value the street holds to be right and why, both trimmed.

    A figure is only ever put beside a figure. Raises SubmissionRefused in words.
    """
    value, words = " ".join(adjusted.split())[:LONGEST_VALUE], " ".join(reason.split())
    if not value:
        raise SubmissionRefused("请填写街道认定的数字。社区填报的数字不会被改掉，两个数字并排印出。")
    if _NUMBER.fullmatch(reported) and not _NUMBER.fullmatch(value):
        raise SubmissionRefused(f"社区填报的是数字 {reported}，调整后的“{value}”不是数字，请改写。")
    if value == reported:
        raise SubmissionRefused(f"调整后的数字和社区填报的一样，都是 {reported}，不用调整。")
    if not words:
        raise SubmissionRefused("请写明调整的原因和依据，它会和两个数字一起印出。")
    if on > today:
        raise SubmissionRefused("调整日期不能晚于今天。")
    return value, words[:LONGEST_REMARK]
