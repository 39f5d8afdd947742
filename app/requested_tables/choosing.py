"""The one question of a table: which register fills it, which of its rows, in which order, and which column is which."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from app.areas.queries import area_choices
from app.clock import today
from app.language import gettext as _
from app.lowcode.importing.matching import SURE
from app.lowcode.page_models.forms import FieldView
from app.lowcode.page_models.parts import Chip, Option
from app.lowcode.register import Register, register
from app.requested_tables.blanks import BlankTable
from app.requested_tables.choices import AREA, NAME, TableChoice
from app.requested_tables.page_models import HeadingPair, TableQuestion
from app.requested_tables.proposing import Offer, fillable_columns, missing_headers, offer_of, offers
from app.security.actor import Actor

MOST_FILTERS = 4


def questions(
    tables: Sequence[BlankTable], choices: Sequence[TableChoice], actor: Actor, *, asks_area: bool = True
) -> tuple[TableQuestion, ...]:
    """One question for each table that a register can fill."""
    return tuple(
        _question(number, table, choice, actor, asks_area=asks_area)
        for number, (table, choice) in enumerate(zip(tables, choices, strict=True))
    )


def _question(number: int, table: BlankTable, choice: TableChoice, actor: Actor, *, asks_area: bool) -> TableQuestion:
    if table.is_statistics:
        return TableQuestion(table.title, _("这是一张统计表，要各单位填数字，不从名册取数。"), ())
    found = offers(table, actor)
    reg = register(choice.register) if choice.register in {each.register for each in found} else None
    fields = [_register_field(number, table, choice, found)]
    if reg is None:
        return TableQuestion(table.title, _("没有选名册，这张表不自动填。"), tuple(fields))
    if asks_area:
        fields.append(_area_field(number, choice, reg))
    fields.append(_order_field(number, choice, reg))
    fields += _filter_fields(number, choice, reg)
    offer = offer_of(reg, table, choice.columns)
    return TableQuestion(table.title, known_text(table, offer), tuple(fields), _pairs(number, table, reg, offer))


def known_text(table: BlankTable, offer: Offer) -> str:
    """12 列里 11 列系统里有，只有“…”要补。"""
    missing = missing_headers(table, offer.matches)
    count, known = len(table.asked), offer.known_count
    if not missing:
        return _("要填的 %(count)s 列系统里都有。", count=count)
    named = "、".join(f"“{heading}”" for heading in missing[:6])
    return _("%(count)s 列里 %(known)s 列系统里有，只有%(missing)s要补。", count=count, known=known, missing=named)


def _register_field(number: int, table: BlankTable, choice: TableChoice, found: Sequence[Offer]) -> FieldView:
    count = len(table.asked)
    options = [Option("", _("不从名册取数"), not choice.register)]
    for each in found:
        label = _("%(title)s（认得 %(known)s / %(count)s 列）", title=_(register(each.register).title),
                  known=each.known_count, count=count)  # fmt: skip
        options.append(Option(each.register, label, each.register == choice.register))
    return FieldView(
        name=f"t{number}-register", label=_("从哪本名册取数"), widget="choice", options=tuple(options), width="half",
        help=_("换一本名册后，点下面的“按所选名册重新认列”。"),
    )  # fmt: skip


def _area_field(number: int, choice: TableChoice, reg: Register) -> FieldView:
    areas = area_choices(today=today(), limit=80, resource=reg.name)
    options = tuple(Option(each.code, "　" * each.depth + each.name, each.code == choice.area) for each in areas)
    return FieldView(name=f"t{number}-area", label=_("哪个区域的"), widget="choice", options=options, width="short")


def _order_field(number: int, choice: TableChoice, reg: Register) -> FieldView:
    orders = [(AREA, _("先按区域，再按姓名")), (NAME, _("按姓名拼音")), ("", _("按登记先后"))]
    orders += [
        (column.name, _("按%(label)s", label=_(column.label)))
        for column in reg.columns
        if column.is_sortable and column.type.key in ("date", "integer")
    ][:6]
    options = tuple(Option(key, label, key == choice.order) for key, label in orders)
    return FieldView(name=f"t{number}-order", label=_("怎么排"), widget="choice", options=options, width="short")


def _filter_fields(number: int, choice: TableChoice, reg: Register) -> list[FieldView]:
    chosen = dict(choice.filters)
    columns = [column for column in reg.columns if column.is_filtered and column.type.choices()]
    return [
        FieldView(
            name=f"t{number}-f-{column.name}", label=_(column.label), widget="choice", width="short",
            options=(
                Option("", _("不限"), not chosen.get(column.name)),
                *(Option(code, _(label), chosen.get(column.name) == code) for code, label in column.type.choices()),
            ),
        )
        for column in columns[:MOST_FILTERS]
    ]  # fmt: skip


def _pairs(number: int, table: BlankTable, reg: Register, offer: Offer) -> tuple[HeadingPair, ...]:
    columns = fillable_columns(reg)
    found = []
    for position in table.asked:
        each = offer.matches[position]
        options = (
            Option("", _("（名册里没有，要补填）"), not each.column),
            *(Option(column.name, _(column.label), column.name == each.column) for column in columns),
        )
        if not each.column:
            chip = Chip(_("要补"), "amber")
        elif each.certainty >= SURE:
            chip = Chip(_("认准了"), "green")
        else:
            chip = Chip(_("请核对"), "amber")
        heading = table.columns[position].title.replace("\n", "")
        found.append(HeadingPair(heading, f"t{number}-c-{position}", options, chip))
    return tuple(found)


def read_choices(
    tables: Sequence[BlankTable], before: Sequence[TableChoice], form: Mapping[str, str], actor: Actor
) -> list[TableChoice]:
    """The answers as posted. What is not a choice of this page stays as it was recognised."""
    found = []
    for number, (table, old) in enumerate(zip(tables, before, strict=True)):
        names = {each.register for each in offers(table, actor)} if not table.is_statistics else set()
        name = form.get(f"t{number}-register", "")
        if name not in names:
            found.append(TableChoice(area=old.area))
            continue
        found.append(_read_one(number, table, register(name), old, form, actor))
    return found


def _read_one(
    number: int, table: BlankTable, reg: Register, old: TableChoice, form: Mapping[str, str], actor: Actor
) -> TableChoice:
    is_same = reg.name == old.register
    columns: dict[str, str] = {}
    if is_same:
        known = {column.name for column in fillable_columns(reg)} | {""}
        before = offer_of(reg, table, old.columns).matches
        for position in table.asked:
            wanted = form.get(f"t{number}-c-{position}")
            if wanted is None or wanted not in known:
                continue
            heading = table.columns[position].title
            if wanted != before[position].column or heading in old.columns:
                columns[heading] = wanted
    filters = tuple(
        (column.name, value)
        for column in reg.columns
        if column.is_filtered and (value := form.get(f"t{number}-f-{column.name}", ""))
        and value in {code for code, _label in column.type.choices()}
    )  # fmt: skip
    area = form.get(f"t{number}-area", old.area)
    is_seen = any(area.startswith(prefix) for prefix in actor.prefixes(reg.name, "read"))
    orders = {AREA, NAME, ""} | {column.name for column in reg.columns if column.is_sortable}
    order = form.get(f"t{number}-order", old.order)
    return TableChoice(
        reg.name, filters if is_same else (), area if is_seen and area.isdigit() else old.area,
        order if order in orders else AREA, columns,
    )  # fmt: skip


def is_register_changed(before: Sequence[TableChoice], after: Sequence[TableChoice]) -> bool:
    """Whether another register was chosen, so that its columns must be shown first."""
    return any(old.register != new.register for old, new in zip(before, after, strict=True))


def register_titles(choices: Sequence[TableChoice]) -> str:
    """网格员名册、党员名册."""
    return "、".join(dict.fromkeys(_(register(each.register).title) for each in choices if each.register))
