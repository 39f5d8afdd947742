"""The pages of 一表通: a blank table goes in, one question, the filled table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from flask import url_for

from app.clock import local
from app.language import gettext as _
from app.lowcode.page_models.forms import FieldView
from app.lowcode.page_models.parts import Action, Link, Note, PanelItem
from app.lowcode.register import register
from app.lowcode.viewing import open_reveal
from app.requested_tables import choosing, queries
from app.requested_tables.filling import Filled
from app.requested_tables.fillings import HIDDEN, Opened, marks_of
from app.requested_tables.grids import grid
from app.requested_tables.page_models import ChoosePage, FillingPage, StartPage
from app.requested_tables.proposing import offer_of
from app.security.actor import Actor

ACCEPTED = ".xlsx,.xlsm,.xls,.csv"


def start_page(*, error: str = "") -> StartPage:
    """Drop a blank table in."""
    return StartPage(
        title=_("一表通"),
        submit_url=url_for("FillingView.index"),
        fields=(
            FieldView(
                name="file", label=_("上级发来的空表"), widget="file", accept=ACCEPTED, width="full", is_required=True,
                error=error,
            ),
        ),
        recent=tuple(
            PanelItem(
                row.title or row.file_name, url_for("FillingView.table", filling_id=row.id),
                f"{row.file_name}　{local(row.created_at):%Y-%m-%d %H:%M}",
            )
            for row in queries.fillings()
        ),
    )  # fmt: skip


def choose_page(of: Opened, choices: Sequence[Any], actor: Actor, *, notes: tuple[Note, ...] = ()) -> ChoosePage:
    """Which register, which rows: asked once for a table of these headings."""
    return ChoosePage(
        title=_("从哪里取数"),
        subtitle=of.filling.title,
        submit_url=url_for("FillingView.choose", filling_id=of.filling.id),
        cancel_url=url_for("FillingView.index"),
        questions=choosing.questions(of.tables, choices, actor),
        submit_label=_("按此填表"),
        layout_link=Link(
            _("列名或要填的行认错了？在这里改"), url_for("BlankLayoutView.filling", filling_id=of.filling.id)
        ),
        notes=notes,
    )


def filling_page(of: Opened, filled: Sequence[Filled], actor: Actor, wish: Mapping[str, int]) -> FillingPage:
    """The filled table with what is lacking in amber, to be typed on the page."""
    id_ = of.filling.id
    number = min(max(wish.get("t", 0), 0), len(of.tables) - 1)
    table, each = of.tables[number], filled[number]
    page = max(wish.get("page", 1), 1)

    def address(**more: Any) -> str:
        return url_for("FillingView.table", filling_id=id_, **more)

    def name(line: int, position: int) -> str:
        origin = each.rows.origins[line]
        may = origin and position in table.asked and position in each.missing
        return f"x-{origin}-{position}" if may else ""

    view = grid(
        of.tables, number, each.rows, address, page=page, sees_numbers=True, sees_phones=True, missing=each.missing,
        names=name,
    )  # fmt: skip
    lacking = sum(1 for why in marks_of(of.tables, filled).values() if why != HIDDEN)
    return FillingPage(
        title=of.filling.title or _("一表通"),
        subtitle=_("共 %(n)s 行", n=sum(len(part.rows.cells) for part in filled)),
        grid=view,
        submit_url=address(t=number, page=page),
        file_url=url_for("FillingView.file", filling_id=id_),
        file_label=_("下载填好的表"),
        actions=(Action(_("改取数"), url_for("FillingView.choose", filling_id=id_), icon="filter"),),
        adopt=_adopt(of, number, each, actor),
        notes=_notes(of, number, filled, actor, address(t=number, page=page), lacking),
        may_type=bool(each.missing) and bool(each.rows.cells),
    )


def _notes(
    of: Opened, number: int, filled: Sequence[Filled], actor: Actor, here: str, lacking: int
) -> tuple[Note, ...]:
    notes = []
    choice, table = of.choices[number], of.tables[number]
    if table.is_statistics:
        notes.append(Note(_("这是一张统计表，请下载后填数字；或在“收表”里发给各社区填。"), "amber"))
    elif not choice.register:
        notes.append(Note(_("这张表没有选名册，没有自动填。"), "amber"))
    else:
        reg = register(choice.register)
        text = choosing.known_text(table, offer_of(reg, table, choice.columns))
        notes.append(Note(text, "amber" if filled[number].missing else "green"))
    masked = sum(each.masked_count for each in filled)
    if masked and choice.register:
        notes.append(
            Note(
                _("有 %(n)s 个号码打着星号，下载的表里也一样。", n=masked),
                "blue",
                (Link(_("需要完整号码"), url_for("RegisterView.reveal", register_name=choice.register, next=here)),),
            )
        )
    elif choice.register and open_reveal(choice.register, actor) is not None:
        notes.append(Note(_("现在下载，表里是完整号码，会记入日志。"), "grey"))
    if lacking and choice.register:
        notes.append(Note(_("还有 %(n)s 格没有填，下载的表里会标成黄色并写明原因。", n=lacking), "grey"))
    return tuple(notes)


def _adopt(of: Opened, number: int, each: Filled, actor: Actor) -> tuple[Action, ...]:
    """Making a missing column one of the register's, for those who keep the registers' columns."""
    choice = of.choices[number]
    if not choice.register or not each.missing or not actor.allows("settings", "write"):
        return ()
    title = _(register(choice.register).title)
    return tuple(
        Action(
            _("把“%(heading)s”加进%(title)s", heading=of.tables[number].columns[position].last, title=title),
            url_for("FillingView.adopt", filling_id=of.filling.id), "plain", "post", icon="plus",
            confirm=_("“%(title)s”会多一列“%(heading)s”，已经补填的内容一起存进去，以后不用再填。", title=title,
                      heading=of.tables[number].columns[position].last),
            hidden=(("table", str(number)), ("position", str(position))),
        )
        for position in each.missing[:3]
    )  # fmt: skip
