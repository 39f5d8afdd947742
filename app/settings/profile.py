"""A district's profile as plain values, read out of JSON or YAML and refused in one sentence where it does not fit."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from functools import cached_property
from typing import Any

LIST_KEYS = ("resources", "needs", "projects")
"""What the three lists are in the code, whatever a district calls them and in whatever order it shows them."""

MOST_LEVELS = 6


class ProfileRefused(ValueError):
    """A profile that cannot be used; the message is a Chinese sentence for the clerk."""


@dataclass(frozen=True, slots=True)
class Level:
    """One level of the tree. `digits` is the length of a whole code on this level, the parent's digits included."""

    key: str
    name: str
    digits: int


@dataclass(frozen=True, slots=True)
class GridBounds:
    """How many households a grid should hold, both ends included, and how many people at most; outside is a warning."""

    households_min: int = 200
    households_max: int = 500
    people_max: int | None = None
    source: str = ""


@dataclass(frozen=True, slots=True)
class ListName:
    """One of the three lists: `key` resources, needs or projects; `name` 资源, 服务 …; `title` 资源清单 …"""

    key: str
    name: str
    title: str


@dataclass(frozen=True, slots=True)
class Issuer:
    """A body that issues papers: its full name and 机关代字, and how many digits its area's code has or which area."""

    office: str
    mark: str
    area_code: str = ""
    level: str = ""


@dataclass(frozen=True)
class Profile:
    """Everything a district configures. Treat as a value: never changed, made anew when a setting changes."""

    key: str
    name: str
    office_name: str
    top_code: str
    levels: tuple[Level, ...]
    grid_level: str
    lists: tuple[ListName, ...]
    """In the order the district shows them."""
    grid_bounds: GridBounds = GridBounds()
    grid_sizes: Mapping[str, str] = field(default_factory=dict)
    """Code of the list grid_size → what it means here (乾安: large 大网格（街道）); empty where grids are not sized."""
    menu_title: str = "资源需求项目"
    issuers: tuple[Issuer, ...] = ()
    role_names: Mapping[str, str] = field(default_factory=dict)
    home_groups: tuple[str, ...] = ()
    responsible_titles: Mapping[str, str] = field(default_factory=dict)
    """Level key → who answers for a node of that level (西峰: 区委书记、区长 …)."""
    meetings: Mapping[str, Any] = field(default_factory=dict)
    """Belongs to the meetings feature, which reads and checks it."""
    flows: tuple[str, ...] = ()
    needed_evidence: tuple[Mapping[str, Any], ...] = ()
    """Steps of flows that need photos or the place, with the reason; belongs to lowcode.flow, which reads and checks it."""
    books: tuple[str, ...] = ()
    visit_counts: bool = False
    """Whether visits are counted per worker (日进一户). Off by default: 国办函〔2026〕12号 forbids forced counts and ranks."""
    entitlements: tuple[Mapping[str, Any], ...] = ()
    """Who becomes entitled to a service by age (枫桥: 满70周岁); belongs to proxy_services, which reads and checks it."""
    reopening_persons: int = 1
    """How many people it takes to open a final month again: 1, or 2 (one asks, another confirms)."""
    notes: tuple[str, ...] = ()
    """What a reader should know when he holds the figures against the district's own article."""

    @cached_property
    def level_by_key(self) -> Mapping[str, Level]:
        """Levels by key."""
        return {level.key: level for level in self.levels}

    @cached_property
    def level_by_digits(self) -> Mapping[int, Level]:
        """Levels by the length of their codes."""
        return {level.digits: level for level in self.levels}

    def level_name(self, key: str) -> str:
        """Chinese name of a level; an unknown key is its own name."""
        level = self.level_by_key.get(key)
        return level.name if level else key

    def list_name(self, key: str) -> str:
        """What this district calls the list `resources`, `needs` or `projects`. Raises KeyError for another key."""
        return {item.key: item.name for item in self.lists}[key]

    def list_title(self, key: str) -> str:
        """The list's title (资源清单 …). Raises KeyError for another key."""
        return {item.key: item.title for item in self.lists}[key]

    def role_name(self, key: str, default: str) -> str:
        """What the district calls a role, else `default`."""
        return self.role_names.get(key, default)

    def issuer(self, area_code: str, area_name: str) -> Issuer | None:
        """Who issues papers for an area: the body named for it, else the body of its level with {name} filled in."""
        for item in self.issuers:
            if item.area_code == area_code:
                return item
        level = self.level_by_digits.get(len(area_code))
        for item in self.issuers:
            if level is not None and item.level == level.key:
                short = area_name.removesuffix("街道").removesuffix("社区").removesuffix("镇")
                words = {"name": area_name, "short": short}
                return Issuer(item.office.format(**words), item.mark.format(**words), area_code, item.level)
        return None


_ENTRIES = frozenset(item.name for item in fields(Profile))


def read_profile(data: Mapping[str, Any], *, source: str) -> Profile:
    """A profile out of plain data. Raises ProfileRefused naming what is wrong; `source` stands in the words."""
    unknown = sorted(str(name) for name in data if name not in _ENTRIES)
    if unknown:
        raise ProfileRefused(f"{source}：不认识 {'、'.join(unknown)} 这一项，请检查拼写。")
    try:
        levels = tuple(Level(str(item["key"]), str(item["name"]), int(item["digits"])) for item in data["levels"])
        _refuse_bad_levels(levels, str(data["top_code"]), source)
        lists = tuple(
            ListName(str(item["key"]), str(item["name"]), str(item.get("title", f"{item['name']}清单")))
            for item in data["lists"]
        )
        if {item.key for item in lists} != set(LIST_KEYS):
            raise ProfileRefused(f"{source}：lists 要写齐 resources、needs、projects 三张清单的名称。")
        profile = Profile(
            key=str(data["key"]),
            name=str(data["name"]),
            office_name=str(data.get("office_name", data["name"])),
            top_code=str(data["top_code"]),
            levels=levels,
            grid_level=str(data["grid_level"]),
            lists=lists,
            grid_bounds=GridBounds(**data.get("grid_bounds", {})),
            grid_sizes=dict(data.get("grid_sizes", {})),
            menu_title=str(data.get("menu_title", "".join(item.name for item in lists))),
            issuers=tuple(Issuer(**item) for item in data.get("issuers", ())),
            role_names=dict(data.get("role_names", {})),
            home_groups=tuple(data.get("home_groups", ())),
            responsible_titles=dict(data.get("responsible_titles", {})),
            meetings=dict(data.get("meetings", {})),
            flows=tuple(data.get("flows", ())),
            needed_evidence=tuple(data.get("needed_evidence", ())),
            books=tuple(data.get("books", ())),
            visit_counts=data.get("visit_counts") is True,
            entitlements=tuple(data.get("entitlements", ())),
            reopening_persons=int(data.get("reopening_persons", 1)),
            notes=tuple(data.get("notes", ())),
        )
    except KeyError as missing:
        raise ProfileRefused(f"{source}：缺少 {missing.args[0]} 这一项。") from None
    except (TypeError, ValueError, AttributeError) as wrong:
        if isinstance(wrong, ProfileRefused):
            raise
        raise ProfileRefused(f"{source}：有一项的写法不对，请对照 fixtures/profiles 里的样例。") from wrong
    _refuse_bad_references(profile, source)
    return profile


def _refuse_bad_levels(levels: tuple[Level, ...], top_code: str, source: str) -> None:
    if not 2 <= len(levels) <= MOST_LEVELS:
        raise ProfileRefused(f"{source}：级别要有 2 到 {MOST_LEVELS} 级，现在是 {len(levels)} 级。")
    digits = [level.digits for level in levels]
    if digits != sorted(set(digits)):
        raise ProfileRefused(f"{source}：各级编码的位数要从上到下依次增加，现在是 {'、'.join(map(str, digits))}。")
    if len({level.key for level in levels}) != len(levels):
        raise ProfileRefused(f"{source}：有两级用了同一个 key。")
    if len(top_code) != digits[0]:
        raise ProfileRefused(f"{source}：最上级编码 {top_code} 应是 {digits[0]} 位。")


def _refuse_bad_references(profile: Profile, source: str) -> None:
    if profile.grid_level not in profile.level_by_key:
        raise ProfileRefused(f"{source}：grid_level 写的 {profile.grid_level} 不在 levels 里。")
    bounds = profile.grid_bounds
    if not 0 <= bounds.households_min <= bounds.households_max:
        raise ProfileRefused(f"{source}：网格户数的下限不能大于上限。")
    if profile.reopening_persons not in (1, 2):
        raise ProfileRefused(f"{source}：reopening_persons 填 1 或 2。")
    for item in profile.issuers:
        if bool(item.area_code) == bool(item.level):
            raise ProfileRefused(f"{source}：发文单位“{item.office}”要写明 area_code 或 level 其中一项。")
        if item.level and item.level not in profile.level_by_key:
            raise ProfileRefused(f"{source}：发文单位“{item.office}”的级别 {item.level} 不在 levels 里。")
    for key in profile.responsible_titles:
        if key not in profile.level_by_key:
            raise ProfileRefused(f"{source}：responsible_titles 里的 {key} 不在 levels 里。")
