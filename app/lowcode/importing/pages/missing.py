"""核对: homes and households that the workbook names and that no register has, and what to do about them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from app.language import gettext as _
from app.lowcode.importing.models import ImportBatch
from app.lowcode.page_models.importing import KindChoice, MissingPart, MissingView
from app.lowcode.register import register

MOST_SHOWN = 12


def missing_part(batch: ImportBatch) -> MissingPart | None:
    """The card above the ways to write; None where nothing is missing."""
    unlinked: Mapping[str, Any] = (batch.summary or {}).get("unlinked") or {}
    to_make = unlinked.get("to_make") or ()
    if not unlinked.get("rows"):
        return None
    groups = tuple(_group(each) for each in to_make)
    what = "、".join(_("%(noun)s %(n)s", noun=_noun(each["register"]), n=f"{each['count']:,}") for each in to_make)
    text = _("有 %(n)s 行写的房屋或户，名册里还没有。请看一眼是不是写错了，再选怎么办。", n=f"{unlinked['rows']:,}")
    return MissingPart(text=text, groups=groups, choices=_choices(what))


def _noun(name: str) -> str:
    return _(register(name).noun_text)


def _group(each: Mapping[str, Any]) -> MissingView:
    names = tuple(each["names"][:MOST_SHOWN])
    rest = each["count"] - len(names)
    return MissingView(
        _(register(each["register"]).title), f"{each['count']:,}", names,
        _("另有 %(n)s 条", n=f"{rest:,}") if rest else "",
    )  # fmt: skip


def _choices(what: str) -> tuple[KindChoice, ...]:
    found = []
    if what:
        found.append(
            KindChoice(
                "make", _("新建%(what)s", what=what), _("和这一批一起写入，人挂到新建的户上。撤销这一批时一起撤销。"),
                _("名称都写对了，只是还没有登记"), is_selected=True,
            )
        )  # fmt: skip
    found += [
        KindChoice(
            "without", _("先不挂，照样导入"), _("这些行照样写入，只是不挂房屋和户，以后再补。"), _("现在只要人员名单"),
            is_selected=not what,
        ),
        KindChoice("back", _("退回这些行"), _("这些行不写入，在您的表里标红退回。"), _("楼号或房号写错了，要改")),
    ]  # fmt: skip
    return tuple(found)
