"""The area somebody chooses in a form of settings."""

from __future__ import annotations

from app.fields.refusal import Refused
from app.fields.sentence import Sentence
from app.lowcode.places import AreaFinder
from app.lowcode.service import SaveRefused
from app.security.actor import current_actor


def settings_area(text: str) -> str:
    """Its code; '' for none. Raises SaveRefused where it is no area, or one the person's settings do not reach."""
    try:
        code = AreaFinder().read(text) or ""
    except Refused as refused:
        raise SaveRefused({"area": refused.message}) from refused
    if code and not current_actor().covers("settings", "write", code):
        raise SaveRefused({"area": Sentence("这个区域不在您负责的范围内，请改选。")})
    return code
