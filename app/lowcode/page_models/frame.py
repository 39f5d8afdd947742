"""What surrounds every page: masthead, menu, breadcrumb, messages (layout.html)."""

from dataclasses import dataclass
from typing import Literal

from app.lowcode.page_models.parts import Link, Note, Option


@dataclass(frozen=True, slots=True)
class MenuEntry:
    """One entry of the left menu. `icon` (an id in static/icons.svg) shows where the group has no label."""

    label: str
    url: str
    icon: str = "list"
    is_current: bool = False
    badge: str = ""


@dataclass(frozen=True, slots=True)
class MenuGroup:
    """A group as offices think (党建, 网格 …). Without a label its entries stand on the first level (首页)."""

    label: str
    entries: tuple[MenuEntry, ...]
    icon: str = "list"


@dataclass(frozen=True, slots=True)
class AreaChoice:
    """One node of the area switcher; `depth` 0 is the widest one may see."""

    code: str
    label: str
    depth: int = 0
    is_current: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """Masthead and menu. The switches post `area=<code>` to area_url, `language=<tag>` to language_url.

    `large_type_url` and `sign_out_url` are posted to with nothing but the CSRF token.
    `all_areas_url` leads to a page with the whole tree where `areas` is too long to send with every page (keep ≤ 60).
    """

    office_name: str
    user_name: str = ""
    user_note: str = ""
    language: Literal["zh-CN", "en"] = "zh-CN"
    is_large_type: bool = False
    home_url: str = "/"
    area_label: str = ""
    areas: tuple[AreaChoice, ...] = ()
    area_url: str = ""
    all_areas_url: str = ""
    search_url: str = ""
    search_value: str = ""
    todo_count: int = 0
    todo_url: str = ""
    large_type_url: str = ""
    language_url: str = ""
    languages: tuple[Option, ...] = ()
    user_links: tuple[Link, ...] = ()
    sign_out_url: str = ""
    menu: tuple[MenuGroup, ...] = ()
    crumbs: tuple[Link, ...] = ()
    flashes: tuple[Note, ...] = ()
