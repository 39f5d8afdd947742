"""Who acts: the signed-in person, a job or command in somebody's name, the system itself, or nobody."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

from flask import g, has_request_context

from app.security.access import Access


@dataclass(frozen=True)
class Actor:
    """One who acts. `access` None with `is_system` means everything; None without it means nothing."""

    user_id: int | None
    name: str
    access: Access | None
    is_system: bool = False

    def allows(self, resource_name: str, permission: str) -> bool:
        if self.is_system:
            return True
        return self.access is not None and self.access.allows(resource_name, permission)

    def covers(self, resource_name: str, permission: str, area_code: str | None) -> bool:
        if self.is_system:
            return True
        return self.access is not None and self.access.covers(resource_name, permission, area_code)

    def prefixes(self, resource_name: str, permission: str) -> tuple[str, ...]:
        """Area prefixes of the permission; ('',) is everywhere, () is nowhere."""
        if self.is_system:
            return ("",)
        return self.access.prefixes(resource_name, permission) if self.access else ()


SYSTEM = Actor(None, "系统", None, is_system=True)
NOBODY = Actor(None, "", None)

_acting: ContextVar[Actor | None] = ContextVar("acting", default=None)


@contextmanager
def acting_as(actor: Actor) -> Iterator[Actor]:
    """Act as somebody for the length of a block: jobs, commands, and services that must see beyond the caller."""
    token = _acting.set(actor)
    try:
        yield actor
    finally:
        _acting.reset(token)


def current_actor() -> Actor:
    """The one acting now. Nobody signed in means nothing is seen; that answer is never kept."""
    actor = _acting.get()
    if actor is not None:
        return actor
    if not has_request_context():
        return NOBODY
    user: Any = g.get("user")
    return getattr(user, "actor", None) or NOBODY


class NotPermitted(PermissionError):
    """The acting person may not do this here; the message says so to them."""


def require(resource_name: str, permission: str, area_code: str | None = None) -> Actor:
    """The current actor, if he holds the permission (in that area, when one is given). Raises NotPermitted."""
    actor = current_actor()
    if area_code is None:
        if not actor.allows(resource_name, permission):
            raise NotPermitted("您的岗位没有这项权限，请联系管理员。")
    elif not actor.covers(resource_name, permission, area_code):
        raise NotPermitted("这条记录不在您负责的范围内，不能这样操作。")
    return actor
