"""Steps of a demonstration's cases, taken by its accounts, and pictures that stand for photos of invented places."""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from PIL import Image, ImageDraw, ImageFont

from app.extensions import db
from app.lowcode.flow import service as flow_service
from app.lowcode.flow.queries import running
from app.lowcode.flow.service import Photo, Sent
from app.lowcode.register import register
from app.security.actor import Actor, acting_as
from reports.fonts import HERE, SANS

MARKED = "演示图片，不是实景"
WIDTH, HEIGHT = 320, 240


def picture(*words: str) -> bytes:
    """A grey picture that says what a photo would show, and that it is none; other words, another picture."""
    made = Image.new("RGB", (WIDTH, HEIGHT), (176, 190, 197))
    pen, font = ImageDraw.Draw(made), ImageFont.truetype(str(HERE / SANS), 20)
    for line, text in enumerate((*words, MARKED)):
        pen.text((16, 24 + 40 * line), text, font=font, fill=(31, 35, 41))
    buffer = io.BytesIO()
    made.save(buffer, "JPEG")
    return buffer.getvalue()


def take(
    name: str, row: Any, key: str, by: Actor, when: datetime, note: str = "", *, shows: Sequence[str] = (), **values: str
) -> None:  # fmt: skip
    """One step of a row's case by one of the accounts; a picture for each of the photos it `shows`."""
    reg = register(name)
    photos = tuple(Photo(each, f"{each}.jpg", picture(each, reg.title_of(row, when.date())[:14])) for each in shows)
    with acting_as(by):
        at = running(reg, row, when)
        assert at is not None
        flow_service.act(reg, row, key, Sent(at.version, values, note, photos), by=by, now=when)
    db.session.refresh(row)
