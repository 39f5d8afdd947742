"""Rules of accounts: passwords, locking, and which roles stay apart (GB/T 22239-2019, second and third level)."""

from __future__ import annotations

from collections.abc import Collection

TRIES_BEFORE_LOCK = 5
LOCK_MINUTES = 30
MINIMUM_LENGTH = 8
COMMON = frozenset(
    {"password", "12345678", "123456789", "qwertyui", "abc12345", "admin123", "a1234567", "p@ssw0rd", "1qaz2wsx"}
)


def password_faults(password: str, *, username: str) -> list[str]:
    """What is wrong with a password, in words; [] when it will do: 8 or more, three of four classes, not the name."""
    faults = []
    if len(password) < MINIMUM_LENGTH:
        faults.append(f"至少要 {MINIMUM_LENGTH} 位")
    classes = sum(
        (
            any(char.islower() for char in password),
            any(char.isupper() for char in password),
            any(char.isdigit() for char in password),
            any(not char.isalnum() for char in password),
        )
    )
    if classes < 3:
        faults.append("大写字母、小写字母、数字、符号四类里至少要有三类")
    if username and username.lower() in password.lower():
        faults.append("不能包含账号名")
    if password.lower() in COMMON:
        faults.append("太常见，容易被猜到")
    return faults


SEPARATE_ROLES = ("system_admin", "auditor")
"""三员分立: who administers, who audits and who does the work are three persons. GB/T 22239-2019, 8.1.5.1–8.1.5.3."""

GROUPS_OF_SEPARATE: dict[str, tuple[str, ...]] = {
    "system_admin": ("system", "areas"),
    "auditor": ("audit", "areas", "system"),
}
"""Groups of resources beyond which a separate role may never reach."""


def role_conflict(roles: Collection[str]) -> str:
    """Why one person may not hold all of these roles; "" when he may."""
    apart = [role for role in SEPARATE_ROLES if role in roles]
    if not apart or len(set(roles)) == 1:
        return ""
    if len(apart) > 1:
        return "系统管理员和审计员要由两个人担任，请另开账号。"
    name = {"system_admin": "系统管理员", "auditor": "审计员"}[apart[0]]
    return f"{name}不能同时担任业务岗位。请给这个人另开一个业务账号，或先结束原来的岗位。"


def grant_fault(role: str, *, group: str, permission: str) -> str:
    """Why a role may not be given a permission on a resource of that group; "" when it may."""
    allowed = GROUPS_OF_SEPARATE.get(role)
    if allowed is not None and group not in allowed:
        return "系统管理员和审计员不看业务数据，这两个角色不能增加业务权限。"
    if role == "auditor" and permission not in ("read", "export"):
        return "审计员只看不改。"
    if role != "auditor" and role in SEPARATE_ROLES and group == "audit":
        return "审计记录由审计员看，不给系统管理员。"
    return ""
