"""What changed between two versions of a book, place by place, in the words of the reading page."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from app.points.books.rules import PRO_RATA, QUOTA_PER, Book, BookRule, Group, amount


@dataclass(frozen=True, slots=True)
class Difference:
    """One place that two versions tell differently; '' where a version does not have it."""

    place: str
    old: str
    new: str


def differences(old: Book, new: Book) -> list[Difference]:
    """Every place whose text differs: first those of the old book in its order, then what is new."""
    before, after = dict(_texts(old)), dict(_texts(new))
    places = dict.fromkeys([*before, *after])
    found = (Difference(place, before.get(place, ""), after.get(place, "")) for place in places)
    return [difference for difference in found if difference.old != difference.new]


def rule_text(group: Group, rule: BookRule) -> str:
    """化解矛盾（矛盾化解）：+5 分；每月最多 20 分；要佐证；街道以上记."""
    parts = [
        rule.value_text,
        rule.caps_text,
        "要佐证" if rule.needs_evidence else "",
        "一票否决" if rule.is_veto else "",
    ]
    parts += ["由街道记" if rule.recorder == "street" else "只由系统自动记" if rule.recorder == "system" else ""]
    parts += [{"none": "", "other": "另一人核", "street": "街道核"}[rule.checker], "自动记" if rule.auto_on else ""]
    parts += [rule.evidence, rule.note]
    return f"{rule.name}（{group.name}）：" + "；".join(part for part in parts if part)


def _texts(book: Book) -> Iterator[tuple[str, str]]:
    yield "名称", book.name
    yield "依据", book.basis
    yield "每月基础分", amount(book.base)
    for group, rule in book.rules():
        yield f"规则 {rule.code}", rule_text(group, rule)
    for group in book.groups:
        yield f"“{group.name}”", "；".join(part for part in (group.text, group.note) if part) or "没有限额"
    for grade in book.grades:
        quota = f"，最多 {amount(grade.quota)}%" if grade.quota is not None else ""
        yield f"等次“{grade.name}”", f"{grade.text}{quota}　{grade.consequence}".strip()
    for weights in book.weights:
        yield f"权重“{weights.name}”", weights.text
    yield "说明", book.note
    yield "公示", f"{book.terms.notice_days} 个工作日"
    yield "提异议", f"{book.terms.dispute_days} 个工作日"
    yield "自动公示", f"次月 {book.terms.show_day} 日" if book.terms.show_day else "不自动"
    yield "复核异议", f"{book.terms.decide_days} 个工作日"
    yield "新进和离岗", f"{PRO_RATA[book.terms.pro_rata]}　{book.terms.pro_rata_note}".strip()
    yield "在岗多久才评", f"全期的 {amount(book.terms.least_share)}%" if book.terms.least_share else "不限"
    yield "名额", QUOTA_PER[book.terms.quota_per]
    yield "排名", f"开（{book.terms.ranking_basis}）" if book.terms.is_ranked else "关"
