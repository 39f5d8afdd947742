"""导出: the workbooks that somebody poured into a register last, as one more way to take it out (按上次导入的原表)."""

from __future__ import annotations

from app.clock import local
from app.language import gettext as _
from app.lowcode.importing.batches import last_tables
from app.lowcode.importing.pages.addresses import step_url
from app.lowcode.page_models.parts import Option
from app.lowcode.register import Register
from app.lowcode.sent import sent_id
from app.security.actor import Actor

KEPT, ALL = "original", "original-all"
MOST_LETTERS = 24


def formats(reg: Register, actor: Actor) -> tuple[Option, ...]:
    """The last workbook in its own format, without and with the rows that came since; none where there is none."""
    found: list[Option] = []
    for batch in last_tables(reg, actor)[:1]:
        name = batch.file_name if len(batch.file_name) <= MOST_LETTERS else batch.file_name[: MOST_LETTERS - 1] + "…"
        day = f"{local(batch.published_at or batch.created_at):%Y-%m-%d}"
        found += [
            Option(f"{KEPT}:{batch.id}", _("按上次导入的原表《%(name)s》（%(day)s）", name=name, day=day)),
            Option(f"{ALL}:{batch.id}", _("按上次导入的原表，连同后来新增的")),
        ]
    return tuple(found)


def address_of(reg: Register, format_: str, actor: Actor) -> str:
    """Where the chosen workbook is to be had; "" where the format is another, or the workbook not theirs."""
    kind, _colon, number = format_.partition(":")
    if kind not in (KEPT, ALL):
        return ""
    wanted = sent_id(number)
    batch = next((each for each in last_tables(reg, actor) if each.id == wanted), None)
    return step_url("refilled", batch, **({"rows": "all"} if kind == ALL else {})) if batch is not None else ""
