"""The forms of a draft's grades and of one table of weights."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from app.language import gettext as _
from app.lowcode.page_models.forms import FieldGroup
from app.points.books.editing import with_grades, with_weights
from app.points.books.findings import Finding
from app.points.books.parts import Edit, Fields, Part, Typed, drop_field, plain
from app.points.books.rules import Book
from app.points.books.typed import GRADE_PARTS, WEIGHT_PARTS, typed_grades, typed_weights


@dataclass(frozen=True)
class GradesPart(Part):
    """All grades: what one says depends on its neighbours."""

    route = "grades"
    lines = {"grades": GRADE_PARTS}

    def arguments(self) -> dict[str, Any]:
        return {}

    def title(self) -> str:
        return _("等次和名额")

    def concerns(self, found: Finding) -> bool:
        return found.place.startswith("等次")

    def findings(self, book: Book) -> list[Finding]:
        """All at the table, each with the grade it is about."""
        return [
            Finding(each.place, each.text if each.place != "等次" else each.sentence, each.is_fault, "grades")
            for each in super().findings(book)
        ]

    def stored(self, book: Book) -> Typed:
        lines = [
            {
                "name": each.name, "from": plain(each.at_least), "to": plain(each.up_to), "below": plain(each.below),
                "quota": plain(each.quota), "consequence": each.consequence,
            }
            for each in book.grades
        ]  # fmt: skip
        return Typed({}, {"grades": lines or [{}, {}, {}]})

    def read(self, form: Any, book: Book) -> tuple[Edit, Part]:  # noqa: ARG002 - as Part asks
        grades = typed_grades(form)
        return (lambda of: with_grades(of, grades)), self

    def groups(self, fields: Fields, book: Book) -> tuple[FieldGroup, ...]:  # noqa: ARG002 - as Part asks
        columns = {
            "name": _("等次"), "from": _("从多少分起"), "to": _("到多少分"), "below": _("不到多少分"), "quota": _("名额百分之几"),
            "consequence": _("怎么用"),
        }  # fmt: skip
        help_text = _(
            "一行一个等次。上限写“到多少分”（含）或“不到多少分”（不含），二者选一；都不写就到上一等为止。"
            "名额是最多占百分之几，不限的不填。去掉一行，把这一行全部清空或点删除。"
        )
        return (FieldGroup("", (fields.table("grades", _("等次"), columns, help=help_text),)),)


@dataclass(frozen=True)
class WeightsPart(Part):
    """The weights of a name; '' adds them."""

    name: str = ""
    route = "weights"
    lines = {"parts": WEIGHT_PARTS}

    def arguments(self) -> dict[str, Any]:
        return {"name": self.name} if self.name else {}

    def title(self) -> str:
        return _("改“%(name)s”的权重", name=self.name) if self.name else _("加一项权重")

    def concerns(self, found: Finding) -> bool:
        return bool(self.name) and found.place == f"权重“{self.name}”"

    def stored(self, book: Book) -> Typed:
        weights = next((each for each in book.weights if each.name == self.name), None)
        if weights is None:
            return Typed({}, {"parts": [{}, {}]})
        lines = [{"name": name, "percent": plain(percent)} for name, percent in weights.parts]
        return Typed({"name": weights.name}, {"parts": lines})

    def read(self, form: Any, book: Book) -> tuple[Edit, Part]:  # noqa: ARG002 - as Part asks
        if form.get("drop"):
            return (lambda of: with_weights(of, self.name, None)), WeightsPart()
        weights = typed_weights(form)
        return (lambda of: with_weights(of, self.name, weights)), WeightsPart(weights.name)

    def groups(self, fields: Fields, book: Book) -> tuple[FieldGroup, ...]:  # noqa: ARG002 - as Part asks
        found = FieldGroup(
            "",
            (
                fields.text("name", is_required=True, max_length=40, help=_("例如“考核时段”“评分人”")),
                fields.table(
                    "parts", _("各占多少"), {"name": _("哪一项"), "percent": _("百分之几")}, help=_("各项加起来要是一百。")
                ),
            ),
        )  # fmt: skip
        return (found, drop_field(fields, _("删掉这一项权重"))) if self.name else (found,)
