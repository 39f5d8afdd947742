"""What the first page shows to whom: figures in order of weight, charts, quick doors."""

from __future__ import annotations

from dataclasses import dataclass

from app.security.access import Access

MOST_FIGURES = 6
"""More than these nobody reads."""
MOST_CANDIDATES = 9
"""So many are counted; those that were zero for half a year give way to the others."""
MOST_TODOS = 8
MONTHS_SHOWN = 6
"""This month and the five before it."""

FIGURES: dict[str, tuple[str, ...]] = {
    "party_office": (
        "members_registered", "members_reporting", "members_floating_in", "party_organizations", "party_terms_over",
        "meetings_held", "grid_workers",
    ),
    "system_admin": (
        "accounts", "accounts_idle", "accounts_without_post", "posts_ending", "grids_living", "grids_answered",
    ),
    "auditor": ("sign_ins", "sign_ins_failed", "reveals", "exports", "rights_changed", "accounts"),
    "grid_worker": (
        "residents_living", "households", "dwellings", "dwellings_vacant", "residents_in", "residents_out",
    ),
    "": (
        "residents_living", "households", "grid_workers", "members_registered", "members_reporting", "dwellings",
        "points_entries", "grids_living", "compounds", "party_organizations", "partner_units", "buildings",
    ),
}  # fmt: skip
"""Role → names of indicators; the first ones that the person may read are shown. '' is everybody else."""

CHARTS: dict[str, tuple[tuple[str, tuple[str, ...]], ...]] = {
    "party_office": (("在册党员变动", ("members_in", "members_out")),),
    "auditor": (("登录和登录失败", ("sign_ins", "sign_ins_failed")),),
    "": (
        ("人口变动", ("residents_in", "residents_out")),
        ("在册党员变动", ("members_in", "members_out")),
    ),
}
"""Role → charts (title, indicators); the first one whose figures the person may read is shown."""

WORSE_WHEN_MORE = frozenset(
    {
        "party_terms_over", "committee_terms_over", "accounts_idle", "accounts_without_post", "sign_ins_failed",
    }
)  # fmt: skip
"""Figures one wants to be zero: shown in amber while they are not."""


@dataclass(frozen=True, slots=True)
class Door:
    """A quick door: shown where the page exists and the person may use it. `register` goes into the address."""

    label: str
    endpoint: str
    resource: str
    permission: str
    icon: str
    register: str = ""
    kind: str = ""
    """Doors of one name are the same thing: the first one that fits is shown."""


DOORS = (
    Door("导入名册", "ImportView.upload", "residents", "import", "import", "residents", "import"),
    Door("导入名册", "ImportView.upload", "party_members", "import", "import", "party_members", "import"),
    Door("导入名册", "ImportView.upload", "grid_workers", "import", "import", "grid_workers", "import"),
    Door("记一次会议", "RegisterView.add", "meetings", "write", "meeting", "meetings", "meeting"),
    Door("打印本月", "ReportView.index", "report_center", "read", "print", "", "print"),
    Door("登记居民", "RegisterView.add", "residents", "write", "plus", "residents", "resident"),
    Door("新开账号", "AccountsView.add", "accounts", "write", "plus", "", "account"),
    Door("查审计记录", "AuditView.index", "audit", "read", "search", "", "audit"),
)
MOST_DOORS = 3


def leading_role(access: Access | None) -> str:
    """The role whose list of figures fits a person best; '' where his posts are of the ordinary kind."""
    roles = {post.role for post in access.posts} if access else set()
    if len(roles) == 1:
        return roles.pop()
    return "party_office" if roles == {"party_office", "grid_worker"} else ""
