"""What one person may do where: pure values and rules, computed from live posts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from functools import lru_cache

from app.security.roles import ROLES, Resource, resource

READ, WRITE, EXPORT, IMPORT = "read", "write", "export", "import"


@dataclass(frozen=True, slots=True)
class LivePost:
    """One post on one day: role key, area prefix ('' for everything) and line."""

    role: str
    area_code: str
    line: str | None = None
    unit_id: int | None = None
    acts_for: int | None = None
    """User id of the one whose place is taken meanwhile (代)."""


@dataclass(frozen=True)
class Access:
    """The rights of one person on one day."""

    user_id: int
    posts: tuple[LivePost, ...]
    grants: Mapping[str, frozenset[tuple[str, str]]]
    """Role key → (resource, permission) pairs, as kept in FAB's permission tables."""
    predecessors: dict[str, tuple[str, ...]] = field(default_factory=dict)
    """Area code → codes of closed areas that became it; they widen reading, never writing."""

    def allows(self, resource_name: str, permission: str) -> bool:
        """Whether any live post holds the permission."""
        return bool(self.prefixes(resource_name, permission) or self.units(resource_name, permission))

    def prefixes(self, resource_name: str, permission: str) -> tuple[str, ...]:
        """Shortest area prefixes in which the permission is held, sorted; a secretary of A who is grid worker in B
        has no secretary's rights in B."""
        cache = self.__dict__.setdefault("_prefixes", {})
        key = (resource_name, permission)
        if key not in cache:
            cache[key] = self._prefixes_of(resource_name, permission)
        return cache[key]  # type: ignore[no-any-return]

    def _prefixes_of(self, resource_name: str, permission: str) -> tuple[str, ...]:
        wanted = resource(resource_name)
        found: set[str] = set()
        for post in self.posts:
            if not _is_by_unit(post, wanted) and self._holds(post, wanted, permission):
                found.add(post.area_code)
                if permission == READ:
                    found.update(self.predecessors.get(post.area_code, ()))
        return shortest(frozenset(found))

    def units(self, resource_name: str, permission: str) -> tuple[int, ...]:
        """Units whose rows the person sees wherever they lie: those of posts that see by unit and hold the permission."""
        wanted = resource(resource_name)
        held = (post for post in self.posts if _is_by_unit(post, wanted) and self._holds(post, wanted, permission))
        return tuple(sorted({post.unit_id for post in held if post.unit_id is not None}))

    def _holds(self, post: LivePost, wanted: Resource, permission: str) -> bool:
        if wanted.is_sensitive:
            # Sensitive rosters need a post in that very line; a general post never reaches them.
            if post.line != wanted.line:
                return False
        elif post.line is not None and wanted.line is not None and post.line != wanted.line:
            return False
        return (wanted.name, permission) in self.grants.get(post.role, frozenset())

    def covers(self, resource_name: str, permission: str, area_code: str | None) -> bool:
        """Whether a row in `area_code` may be touched with this permission."""
        code = area_code or ""
        return any(code.startswith(prefix) for prefix in self.prefixes(resource_name, permission))

    @property
    def area_codes(self) -> tuple[str, ...]:
        """Areas of all live posts, shortest first, each once."""
        return tuple(sorted({post.area_code for post in self.posts}, key=lambda code: (len(code), code)))

    @property
    def absent(self) -> tuple[int, ...]:
        """User ids of those whose place this person takes today."""
        return tuple(sorted({post.acts_for for post in self.posts if post.acts_for is not None}))

    def standing_for(self, user_id: int | None) -> Access:
        """The same rights cut to the posts taken over from somebody, or (None) to one's own."""
        return replace(self, posts=tuple(post for post in self.posts if post.acts_for == user_id))

    def has_role(self, *roles: str) -> bool:
        return any(post.role in roles for post in self.posts)


def _is_by_unit(post: LivePost, wanted: Resource) -> bool:
    return post.role in ROLES and wanted.group in ROLES[post.role].by_unit


@lru_cache(maxsize=4096)
def shortest(prefixes: frozenset[str]) -> tuple[str, ...]:
    """Drop prefixes that lie below another one."""
    kept: list[str] = []
    for code in sorted(prefixes):
        if not any(code.startswith(other) for other in kept):
            kept.append(code)
    return tuple(kept)


def is_live(valid_from: date | None, valid_to: date | None, on: date) -> bool:
    """Both days included; an open end is None."""
    return (valid_from is None or valid_from <= on) and (valid_to is None or on <= valid_to)
