"""The roles, the resources they work on, and which role holds which permission on which group of resources."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache

READ = ("read",)
WORK = ("read", "write", "export", "import")
CHECK = (*WORK, "review")
KEEP = ("read", "write", "export")
LOOK = ("read", "export")


PERMISSION_NAMES = {
    "read": "查看", "write": "修改", "export": "导出打印", "import": "导入", "fill": "填写", "submit": "提交",
    "review": "审核", "finalise": "定稿", "see_own": "看本人的",
}  # fmt: skip
"""Permissions in words; the first character is enough in a table."""


@dataclass(frozen=True, slots=True)
class Resource:
    """What permissions are about: a register or a feature. `group` is where it stands in the menu and in the matrix."""

    name: str
    title: str
    group: str
    line: str | None = None
    """条线 (党建, 平安, 民政, 城管, 物业 …); None belongs to all of them."""
    is_sensitive: bool = False
    permissions: tuple[str, ...] = WORK


@dataclass(frozen=True, slots=True)
class Role:
    """A role as the office names it. `grants` goes from the exact resource name, else its group, else '*'."""

    key: str
    name: str
    grants: dict[str, tuple[str, ...]] = field(default_factory=dict)
    menu_rank: int = 0
    by_unit: tuple[str, ...] = ()
    """Groups of which the role sees what is assigned to its own unit, and nothing else of its area."""


_RESOURCES: dict[str, Resource] = {}

# Groups: party 党建, grid 网格, events 事件, supervision 督办吹哨, residents 居民, property 物业, lists 资源需求项目, meetings 会议, points 积分,
# reports 报表, system 系统 (accounts, settings), audit 审计, areas 区划.
ROLES: dict[str, Role] = {
    role.key: role
    for role in (
        Role(
            "system_admin",
            "系统管理员",
            {
                "accounts": ("read", "write"),
                "roles": ("read", "write"),
                "settings": ("read", "write"),
                "areas": WORK,
                "jobs": ("read", "write"),
            },
        ),
        Role(
            "street_office",
            "街道办（党政综合）",
            {
                "*": WORK,
                "audit": (),
                "settings": ("read", "write"),
                "accounts": ("read", "write"),
                "roles": READ,
                "periods": ("read", "finalise"),
                "letters": ("read", "write", "export", "import", "review"),
                "duty_swaps": CHECK,
                "roster_checks": CHECK,
                "report_center": ("read", "write", "export", "fill", "submit", "review"),
                "requested_tables": ("read", "write", "export", "review"),
                "points_entries": ("read", "write", "review", "export"),
            },
        ),
        Role(
            "street_section",
            "街道科室",
            {
                "*": LOOK,
                "audit": (),
                "system": (),
                "report_center": ("read", "export", "review"),
                "requested_tables": ("read", "write", "export", "review"),
                "lists": WORK,
            },
        ),
        Role(
            "street_leader",
            "街道领导",
            {"*": LOOK, "audit": (), "system": (), "report_center": ("read", "export")},
        ),
        Role(
            "street_head",
            "街道书记或主任",
            {"*": LOOK, "audit": (), "system": (), "report_center": ("read", "export")},
        ),
        Role(
            "district_leader",
            "区领导",
            {"*": LOOK, "audit": (), "system": (), "residents": (), "report_center": ("read", "export")},
        ),
        Role(
            "grid_center",
            "网格中心",
            {
                "*": LOOK,
                "supervision": WORK,
                "grid": WORK,
                "events": WORK,
                "points": KEEP,
                "points_entries": ("read", "write", "review", "export"),
                "roster_checks": CHECK,
                "areas": WORK,
                "residents": WORK,
                "audit": (),
                "system": (),
                "report_center": ("read", "export", "review"),
                "requested_tables": ("read", "write", "export", "review"),
            },
        ),
        Role(
            "party_office",
            "党建办",
            {
                "*": READ,
                "party": WORK,
                "meetings": WORK,
                "lists": WORK,
                "audit": (),
                "system": (),
                "residents": (),
                "points": (),
                "report_center": ("read", "export", "review"),
                "requested_tables": ("read", "write", "export", "review"),
            },
        ),
        Role(
            "community_secretary",
            "社区书记",
            {
                "*": WORK,
                "audit": (),
                "system": (),
                "areas": ("read", "export"),
                "points_rules": READ,
                "points_entries": ("read", "write", "review", "export"),
                "letters": ("read", "write", "export", "import", "review"),
                "duty_swaps": CHECK,
                "roster_checks": CHECK,
                "report_center": ("read", "export", "fill", "submit"),
                "requested_tables": ("read", "export", "fill", "submit"),
            },
        ),
        Role(
            "community_clerk",
            "社区内勤",
            {
                "*": WORK,
                "audit": (),
                "system": (),
                "areas": ("read",),
                "points_rules": READ,
                "points_entries": READ,
                "roster_checks": CHECK,
                "report_center": ("read", "export", "fill"),
                "requested_tables": ("read", "export", "fill"),
            },
        ),
        Role(
            "grid_worker",
            "网格员",
            {
                "*": (),
                "areas": READ,
                "history": READ,
                "files": ("read", "write"),
                "grid": READ,
                "roster_checks": ("read", "write"),
                "residents": ("read", "write"),
                "property": READ,
                "points_rules": READ,
                "own_points": ("see_own",),
                "contacts": READ,
                "lists": ("read", "write"),
                "events": ("read", "write"),
                "requested_tables": ("read", "fill", "submit"),
            },
        ),
        Role(
            "department",
            "部门",
            {"*": (), "areas": READ, "units": READ, "lists": READ, "events": READ, "supervision": READ},
            by_unit=("events", "supervision"),
        ),
        Role(
            "inspector",
            "督查",
            {"*": LOOK, "audit": (), "system": (), "residents": (), "report_center": LOOK, "supervision": WORK},
        ),
        Role("auditor", "审计", {"*": (), "audit": ("read", "export"), "areas": READ, "accounts": READ, "roles": READ}),
    )
}


def declare_resource(new: Resource) -> Resource:
    """Make a resource known; the same name twice must mean the same thing.

    Raises ValueError when two rooms claim one name.
    """
    known = _RESOURCES.get(new.name)
    if known is not None and known != new:
        raise ValueError(f"Two rooms claim the resource {new.name!r}: {known} and {new}.")
    _RESOURCES[new.name] = new
    return new


def resource(name: str) -> Resource:
    """The resource of that name. Raises KeyError naming it."""
    return _RESOURCES[name]


def resources() -> tuple[Resource, ...]:
    """All resources in the order they were declared."""
    return tuple(_RESOURCES.values())


@lru_cache(maxsize=8192)
def role_grants(role: str, wanted: Resource) -> frozenset[str]:
    """Permissions of this role on this resource, cut to those the resource knows."""
    grants = ROLES[role].grants
    for key in (wanted.name, wanted.group, "*"):
        if key in grants:
            return frozenset(grants[key]) & frozenset(wanted.permissions)
    return frozenset()


def role_key(text: str) -> str | None:
    """The role's key for a key or a Chinese name; None where there is no such role."""
    folded = text.strip().replace("(", "（").replace(")", "）")
    for role in ROLES.values():
        if folded in (role.key, role.name, role.name.split("（")[0]):
            return role.key
    return None


for _resource in (
    Resource("areas", "区划网格", "areas"),
    Resource("accounts", "账号与岗位", "system", permissions=("read", "write")),
    Resource("roles", "角色与权限", "system", permissions=("read", "write")),
    Resource("settings", "系统设置", "system", permissions=("read", "write")),
    Resource("jobs", "后台任务", "system", permissions=("read", "write")),
    Resource("audit", "审计记录", "audit", permissions=("read", "export")),
    Resource("history", "修改记录", "history", permissions=("read",)),
    Resource("files", "附件", "files", permissions=("read", "write")),
):
    declare_resource(_resource)
