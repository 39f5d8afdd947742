"""What surrounds every page: masthead and menu, cut to what the person may see."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from flask import Flask, current_app, g, get_flashed_messages, request, session
from sqlalchemy import select

from app.areas.models import Area
from app.clock import today
from app.database.scope import ancestors_of
from app.extensions import db
from app.language import gettext as _
from app.language import language_of_request
from app.lowcode import drawing
from app.lowcode.drawing import page_url
from app.lowcode.page_models.frame import AreaChoice, Frame, MenuEntry, MenuGroup
from app.lowcode.page_models.parts import Link, Note, Option
from app.lowcode.register import registers
from app.notices.queries import todo_count
from app.security.actor import NOBODY, Actor, current_actor
from app.settings.queries import has_profile, profile

GROUPS = (
    ("", "首页", "home"),
    ("party", "党建", "flag"),
    ("grid", "网格", "grid"),
    ("events", "事件", "bell"),
    ("supervision", "督办吹哨", "warn"),
    ("residents", "居民", "people"),
    ("property", "物业", "building"),
    ("lists", "资源需求项目", "hands"),
    ("meetings", "会议", "meeting"),
    ("points", "积分", "star"),
    ("daily", "日常工作", "clock"),
    ("reports", "报表", "chart"),
    ("system", "系统", "gear"),
)
"""Menu groups in the order offices think: key, label, icon."""

MOST_AREAS = 60


@dataclass(frozen=True, slots=True)
class Entry:
    """A menu entry of a feature: where it stands, what it is called, where it leads and what it needs."""

    group: str
    label: str
    endpoint: str
    resource: str
    permission: str = "read"
    icon: str = "list"
    is_first: bool = False


_ENTRIES: list[Entry] = []


def add_entry(entry: Entry) -> None:
    """Put a feature's page into the menu; called in its `install()`."""
    if entry not in _ENTRIES:
        _ENTRIES.append(entry)


def entries() -> tuple[Entry, ...]:
    """All entries of features."""
    return tuple(_ENTRIES)


def install(app: Flask) -> None:
    """Give `frame` and what draws it to every template."""
    drawing.install(app)
    app.context_processor(lambda: {"frame": build_frame()})


def build_frame() -> Frame:
    """The frame of this request."""
    actor = current_actor()
    language = "en" if language_of_request() == "en" else "zh-CN"
    messages: Any = get_flashed_messages(with_categories=True)
    flashes = tuple(
        Note(text, tone if tone in ("green", "amber", "red", "grey") else "blue")  # type: ignore[arg-type]
        for tone, text in messages
    )
    languages = tuple(
        Option(key, str(value["name"]), key == language[:2]) for key, value in current_app.config["LANGUAGES"].items()
    )
    common: dict[str, Any] = {
        "language": language,
        "languages": languages,
        "language_url": page_url("MyAccountView.language"),
        "flashes": flashes,
    }
    if actor is NOBODY or actor.access is None:
        return Frame(office_name=current_app.config["APP_NAME"], **common)
    areas = area_choices(actor)
    account = g.user.account
    return Frame(
        office_name=profile().office_name if has_profile() else current_app.config["APP_NAME"],
        user_name=actor.name,
        is_large_type=account.is_large_type,
        area_label=next((area.label for area in areas if area.is_current), areas[0].label if areas else ""),
        areas=areas,
        area_url=page_url("ScopeView.choose"),
        all_areas_url=_tree_url(actor),
        search_url=page_url("SearchView.index"),
        todo_count=todo_count(actor, today()),
        todo_url=page_url("MyTasksView.index"),
        large_type_url=page_url("MyAccountView.large_type"),
        user_links=(Link(_("修改密码"), page_url("MyAccountView.password")),),
        sign_out_url=page_url("SignInView.logout"),
        menu=menu_of(actor),
        **common,
    )


def _tree_url(actor: Actor) -> str:
    is_there = "AreaTreeView.index" in current_app.view_functions and actor.allows("areas", "read")
    return page_url("AreaTreeView.index") if is_there else ""


def menu_of(actor: Actor) -> tuple[MenuGroup, ...]:
    """The menu of a person, the entry of this address marked; kept with the person's rights."""
    assert actor.access is not None
    cache = actor.access.__dict__.setdefault("_menus", {})
    language, path = language_of_request(), request.path
    if language not in cache:
        cache[language] = _build_menu(actor)
    menu: tuple[MenuGroup, ...] = cache[language]
    current = tuple(entry.url for group in menu for entry in group.entries if _is_current(entry.url, path))
    key = (language, current)
    if key not in cache:
        cache[key] = _marked(menu, current)
    return cache[key]  # type: ignore[no-any-return]


def _marked(menu: tuple[MenuGroup, ...], current: tuple[str, ...]) -> tuple[MenuGroup, ...]:
    return tuple(
        replace(group, entries=tuple(replace(entry, is_current=entry.url in current) for entry in group.entries))
        for group in menu
    )


def _is_current(url: str, path: str) -> bool:
    if url == "/":
        return path == "/"
    stem = url.removesuffix("list/")
    return path.startswith(stem)


def _build_menu(actor: Actor) -> tuple[MenuGroup, ...]:
    found: list[MenuGroup] = []
    for key, label, icon in GROUPS:
        features = [
            entry for entry in _ENTRIES if entry.group == key and actor.allows(entry.resource, entry.permission)
        ]
        entries = [_entry(entry) for entry in features if entry.is_first]
        entries += [
            MenuEntry(_(reg.title), page_url("RegisterView.list", register_name=reg.name), reg.icon)
            for reg in registers()
            if reg.group == key and reg.is_in_menu and actor.allows(reg.name, "read")
        ]
        entries += [_entry(entry) for entry in features if not entry.is_first]
        if key == "":
            entries.insert(0, MenuEntry(_("首页"), "/", "home"))
        if entries:
            found.append(MenuGroup(_(label) if key else "", tuple(entries), icon))
    return tuple(found)


def _entry(entry: Entry) -> MenuEntry:
    return MenuEntry(_(entry.label), page_url(entry.endpoint), entry.icon)


def area_choices(actor: Actor) -> tuple[AreaChoice, ...]:
    """The areas of one's posts and the next level below them; the chosen one is marked."""
    assert actor.access is not None
    cache = actor.access.__dict__.setdefault("_areas", {})
    if "" not in cache:
        cache[""] = _read_areas(actor)
    chosen = chosen_area(actor)
    if chosen not in cache:
        cache[chosen] = tuple(replace(area, is_current=area.code == chosen) for area in cache[""])
    return cache[chosen]  # type: ignore[no-any-return]


def _read_areas(actor: Actor) -> tuple[AreaChoice, ...]:
    own = actor.access.area_codes if actor.access else ()
    rows = db.session.execute(
        select(Area.code, Area.name, Area.parent_code)
        .where((Area.code.in_(own) | Area.parent_code.in_(own)) & Area.valid_to.is_(None))
        .order_by(Area.code)
        .limit(MOST_AREAS)
    ).all()
    return tuple(AreaChoice(code, name, 0 if code in own else 1) for code, name, _parent in rows)


def chosen_area(actor: Actor) -> str:
    """The area the person works in now: the chosen one, else that of the first post."""
    codes = actor.access.area_codes if actor.access else ()
    wanted = str(session.get("area", ""))
    if wanted and any(wanted.startswith(code) for code in codes):
        return wanted
    return codes[0] if codes else ""


def asked_area(actor: Actor, resource: str, permission: str = "read") -> str:
    """The area a page is about: the one its address names, else the chosen one, else the first one in which the person
    holds the permission; '' where he holds it nowhere."""
    wanted = request.args.get("area", "").strip() or chosen_area(actor)
    if actor.covers(resource, permission, wanted):
        return wanted
    return next(iter(actor.prefixes(resource, permission)), "")


def is_narrowed(actor: Actor) -> bool:
    """Whether the person has chosen to see less than all his areas."""
    chosen = chosen_area(actor)
    codes = actor.access.area_codes if actor.access else ()
    return bool(chosen) and session.get("area") == chosen and codes != (chosen,)


def crumbs_of(code: str) -> tuple[str, ...]:
    """Codes from the widest area to this one."""
    return (*ancestors_of(code), code)
