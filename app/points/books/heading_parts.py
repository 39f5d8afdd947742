"""The forms of a draft's whole (name, basis, limits, switches) and of one group of rules."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from app.language import gettext as _
from app.lowcode.page_models.forms import FieldGroup
from app.points.books.editing import with_group, without_group
from app.points.books.findings import Finding
from app.points.books.parts import Edit, Fields, Part, Typed, drop_field, plain
from app.points.books.rules import PRO_RATA, QUOTA_PER, Book
from app.points.books.typed import DAYS, typed_group, typed_whole
from app.points.books.writing import BOOK_NOTE

WHOLE_PLACES = frozenset({"细则", BOOK_NOTE, "排名", "公示和异议", "新进和离岗"})
"""Places by which the checker calls what stands in the form of the whole."""


@dataclass(frozen=True)
class WholePart(Part):
    """Name, basis, limits and switches."""

    route = "whole"

    def arguments(self) -> dict[str, Any]:
        return {}

    def title(self) -> str:
        return _("名称、依据和期限")

    def concerns(self, found: Finding) -> bool:
        return found.place in WHOLE_PLACES

    def stored(self, book: Book) -> Typed:
        terms = book.terms
        texts = {
            "name": book.name, "basis": book.basis, "base": plain(book.base), "note": book.note,
            "ranked": "1" if terms.is_ranked else "", "ranking_basis": terms.ranking_basis, "pro_rata": terms.pro_rata,
            "pro_rata_note": terms.pro_rata_note, "least_share": plain(terms.least_share), "quota_per": terms.quota_per, "show_day": str(terms.show_day or ""),
        }  # fmt: skip
        return Typed(texts | {name: str(getattr(terms, name)) for name in DAYS})

    def read(self, form: Any, book: Book) -> tuple[Edit, Part]:
        typed_whole(form, book)
        return (lambda of: typed_whole(form, of)), self

    def groups(self, fields: Fields, book: Book) -> tuple[FieldGroup, ...]:  # noqa: ARG002 - as Part asks
        return (
            FieldGroup(
                _("细则"),
                (
                    fields.text("name", is_required=True, max_length=80),
                    fields.text("basis", max_length=100, help=_("文件名称或文号；文件本身在细则页面上传。")),
                    fields.number("base", _("每月基础分"), help=_("每人每月从多少分起算；各类另有基础分的，写在各类里")),
                    fields.text("note", max_length=1000, widget="textarea", width="full"),
                ),
            ),
            FieldGroup(
                _("公示和异议"),
                (
                    *(fields.number(name, is_required=True, unit=_("个工作日")) for name in DAYS),
                    fields.number("show_day", unit=_("号"), help=_("不填就由社区自己点“开始公示”")),
                ),
            ),
            FieldGroup(
                _("排名和名额"),
                (
                    fields.text("ranked", _("开启排名"), widget="flag"),
                    fields.text("ranking_basis", max_length=100, help=_("不开排名的不填。开了排名，这份文件要上传后才能启用。")),
                    fields.choice("quota_per", QUOTA_PER),
                ),
                help=_("减负规定一般不允许积分排名，没有上级文件要求的不要开。"),
            ),
            FieldGroup(
                _("新进和离岗"),
                (
                    fields.choice("pro_rata", PRO_RATA),
                    fields.number(
                        "least_share", unit="%", help=_("例如 50：在岗不到一半时间的不折算、不排名、不评等次。填 0 就都折算。")
                    ),
                    fields.text("pro_rata_note", max_length=200),
                ),
            ),
        )  # fmt: skip


@dataclass(frozen=True)
class GroupPart(Part):
    """The group of a name; '' adds one."""

    name: str = ""
    route = "group"

    def arguments(self) -> dict[str, Any]:
        return {"name": self.name} if self.name else {}

    def title(self) -> str:
        return _("改“%(name)s”这一类", name=self.name) if self.name else _("加一类")

    def concerns(self, found: Finding) -> bool:
        return bool(self.name) and found.place == f"“{self.name}”"

    def stored(self, book: Book) -> Typed:
        group = next((each for each in book.groups if each.name == self.name), None)
        if group is None:
            return Typed()
        texts = {
            "name": group.name, "base": plain(group.base), "cap": plain(group.cap), "floor": plain(group.floor),
            "bonus": "1" if group.is_bonus else "", "note": group.note, "place": str(book.groups.index(group) + 1),
        }  # fmt: skip
        return Typed(texts)

    def read(self, form: Any, book: Book) -> tuple[Edit, Part]:  # noqa: ARG002 - as Part asks
        if form.get("drop"):
            return (lambda of: without_group(of, self.name)), GroupPart()
        group, place = typed_group(form)
        return (lambda of: with_group(of, self.name, group, place=place)), GroupPart(group.name)

    def groups(self, fields: Fields, book: Book) -> tuple[FieldGroup, ...]:  # noqa: ARG002 - as Part asks
        found = FieldGroup(
            "",
            (
                fields.text("name", is_required=True, max_length=40),
                fields.number("place", _("排在第几"), help=_("不填就放在最后")),
                fields.number("base", help=_("每人每月在这一类里从多少分起算，没有的不填")),
                fields.number("cap", _("每月加分最多"), help=_("这一类的加分一个月最多算多少，不封顶的不填")),
                fields.number("floor", help=_("扣分扣到多少为止，扣完为止的填 0，不限的不填")),
                fields.text("bonus", _("附加分，不算在一百分里"), widget="flag"),
                fields.text("note", max_length=1000, widget="textarea", width="full"),
            ),
        )  # fmt: skip
        return (found, drop_field(fields, _("删掉这一类"))) if self.name else (found,)
