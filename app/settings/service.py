"""Writing settings."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from typing import Any

from sqlalchemy import select

from app.database.transactions import writing
from app.settings.models import Setting
from app.settings.profile import read_profile
from app.settings.queries import IN_TRANSACTION, OVERRIDES, PROFILE, setting


def save_setting(key: str, value: Any, *, area_code: str = "") -> bool:
    """Keep a value of plain JSON under a key. Answers whether anything changed. The wall asks for settings/write."""
    with writing() as session:
        row = session.execute(select(Setting).where(Setting.key == key)).scalar()
        if row is not None and row.value == value:
            return False
        if row is None:
            session.add(Setting(uid=secrets.token_hex(16), key=key, value=value, area_code=area_code))
        else:
            row.value = value
        session.flush()
        session.info.pop(IN_TRANSACTION, None)
    return True


def save_profile(data: Mapping[str, Any]) -> bool:
    """Keep a district's profile as its file has it. Raises ProfileRefused; answers whether anything changed."""
    profile = read_profile(data, source=f"配置 {data.get('key', '')}")
    return save_setting(PROFILE, dict(data), area_code=profile.top_code)


def change_profile(changes: Mapping[str, Any]) -> bool:
    """What the office changes of its profile in the browser; survives a later `init`. Raises ProfileRefused."""
    merged = {**setting(OVERRIDES, {}), **changes}
    profile = read_profile({**setting(PROFILE, {}), **merged}, source="系统设置")
    return save_setting(OVERRIDES, merged, area_code=profile.top_code)
