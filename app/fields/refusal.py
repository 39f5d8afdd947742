"""The one way a value is turned down, in words a clerk can act on."""

from __future__ import annotations

from typing import Any

from app.fields.sentence import Sentence


class Refused(ValueError):
    """A value that cannot be taken: `Refused("不能小于 %(least)s。请核对。", code="too_small", least=1)`.

    `message` is one or two Chinese sentences: what is wrong, why, what to do. It never repeats personal data, because
    it is also written into error workbooks and logs, and never names the column: the caller puts that before it
    (第 7 行 身份证号：第 18 位校验不对…). `code` is a stable English key for programs and tests.
    """

    message: Sentence

    def __init__(self, message: str, *, code: str, **parts: Any) -> None:
        self.message = message if isinstance(message, Sentence) else Sentence(message, **parts)
        super().__init__(self.message)
        self.code = code
