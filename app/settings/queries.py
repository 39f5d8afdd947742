"""What this installation is configured to: read once for each version, then a look into a dictionary."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from flask import g, has_app_context
from sqlalchemy import event, select, text
from sqlalchemy.orm import Session, scoped_session

from app.extensions import database_name, db
from app.security.actor import SYSTEM, acting_as
from app.settings.models import Setting
from app.settings.profile import Profile, read_profile

PROFILE, OVERRIDES = "profile", "overrides"
"""Keys: the profile as its file had it, and what the office changed since; the second wins."""

IN_TRANSACTION = "settings_in_transaction"
"""In `session.info`: what an open transaction sees. Nothing else may keep it: the transaction may be rolled back."""

_UNSET = object()


class NotInitialised(RuntimeError):
    """The database has no profile yet."""

    def __init__(self) -> None:
        super().__init__("还没有建立区划。请先运行 python run.py init --profile 名称。")


def data_version() -> int:
    """A number that rises when settings, areas or rights change. Read once for each request or command.

    Sign-in reads the same number together with the user and leaves it in `g.access_version`; elsewhere one SQL. Inside
    `writing()` nothing may be kept under it: the transaction may have raised it and yet be rolled back.
    """
    if "access_version" not in g:
        g.access_version = db.session.execute(text("SELECT coalesce(max(number), 0) FROM access_version")).scalar_one()
    return int(g.access_version)


@event.listens_for(Session, "after_commit")
@event.listens_for(Session, "after_rollback")
def forget_version(session: Session) -> None:
    """Read the version anew: a write of this very request may have raised it."""
    was_read = session.info.pop(IN_TRANSACTION, None) is not None
    if (was_read or session.info.get("writing")) and has_app_context():
        g.pop("access_version", None)


def setting(key: str, default: Any = None) -> Any:
    """The value of a setting, as JSON has it."""
    found = _values().get(key, _UNSET)
    return default if found is _UNSET else found


def has_profile() -> bool:
    """Whether `init` has run."""
    return setting(PROFILE) is not None


def profile() -> Profile:
    """The district's profile. Raises NotInitialised before `init`."""
    if _session().info.get("writing"):
        values = _values()
        kept = _session().info[IN_TRANSACTION]
        if "profile" not in kept:
            kept["profile"] = _read(values)
        return kept["profile"]  # type: ignore[no-any-return]
    return _profile(database_name(), data_version())


def _session() -> Session:
    session: Session = db.session() if isinstance(db.session, scoped_session) else db.session
    return session


def _values() -> dict[str, Any]:
    info = _session().info
    if not info.get("writing"):
        return _cached(database_name(), data_version())
    if IN_TRANSACTION not in info:
        info[IN_TRANSACTION] = {"values": _load()}
    values: dict[str, Any] = info[IN_TRANSACTION]["values"]
    return values


@lru_cache(maxsize=32)
def _cached(database: str, version: int) -> dict[str, Any]:  # noqa: ARG001
    return _load()


@lru_cache(maxsize=32)
def _profile(database: str, version: int) -> Profile:
    return _read(_cached(database, version))


def _load() -> dict[str, Any]:
    with acting_as(SYSTEM):
        return dict(db.session.execute(select(Setting.key, Setting.value)).all())


def _read(values: dict[str, Any]) -> Profile:
    stored = values.get(PROFILE)
    if stored is None:
        raise NotInitialised
    return read_profile({**stored, **values.get(OVERRIDES, {})}, source="系统设置")
