"""How large the rosters of a demonstration are, as its profile's file says under `demo: rosters:`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any

from app.settings.profile import ProfileRefused

Range = tuple[int, int]
"""Fewest and most, both included."""


@dataclass(frozen=True, slots=True)
class Sizes:
    """Numbers of one district; the defaults lay a thin layer over every grid, so that a thousand load quickly."""

    compounds: int = 1
    """小区 in a community."""
    buildings: Range = (1, 1)
    """In a grid where people live. A grid with 楼栋党小组 gets one building for each of them, if those are more."""
    homes: Range = (1, 1)
    """Dwellings registered in a building; the building's own 户数 may be larger."""
    branch_sizes: tuple[str, ...] = ()
    """Sizes of grids that have a party branch of their own; empty: all grids."""
    committees: int = 999
    """So many communities, from the first on, have a 党委, the others a 党总支."""
    office_branch: bool = False
    """Each street has a branch of its own office."""
    groups: int = 1
    """党小组 in a branch, unless `groups_total` says how many there are in all."""
    groups_total: int = 0
    centre_households: int = 1
    """党员中心户 in a branch, unless `centre_households_total` says how many there are in all."""
    centre_households_total: int = 0
    members: Range = (4, 5)
    """组织关系在册 in a branch, leaders of 党小组 and 党员中心户 on top where those are more."""
    reporting: Range = (0, 1)
    floating: Range = (0, 0)
    dues_months: int = 1
    dues_branches: int = 1
    """So many branches of each community keep the ledger of dues."""
    full_time: Range = (1, 1)
    part_time: Range = (0, 1)
    staff: int = 3
    """社区工作者 in a community."""
    partners: int = 1
    """共建单位 in a community."""
    care: int = 2
    """关爱服务对象 in a community."""
    special: int = 1
    """特殊人群 in a street."""
    attention: int = 1
    """重点关注 in a street."""

    @classmethod
    def read(cls, demo: Mapping[str, Any]) -> Sizes:
        """From the `demo` part of a profile. Raises ProfileRefused for an entry nobody knows."""
        given: dict[str, Any] = dict(demo.get("rosters") or {})
        unknown = sorted(given.keys() - {item.name for item in fields(cls)})
        if unknown:
            raise ProfileRefused(f"配置的 demo、rosters 里不认识 {'、'.join(unknown)} 这一项，请检查拼写。")
        read: dict[str, Any] = {
            name: tuple(value) if isinstance(value, list) else value for name, value in given.items()
        }
        return cls(**read)
