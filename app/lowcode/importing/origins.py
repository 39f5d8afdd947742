"""Which file a change of a row came from: for the history beside a record."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import select

from app.extensions import db
from app.language import gettext as _
from app.lowcode.importing.models import PUBLISHED, UNDONE, ImportBatch
from app.lowcode.importing.pages.addresses import step_url
from app.lowcode.importing.pages.upload import may_see
from app.security.actor import Actor
from app.security.beyond import beyond_scope
from app.security.models import Change

HASH_SHOWN = 12
"""First letters of the file's SHA-256: enough to hold two files of one name apart."""


@dataclass(frozen=True, slots=True)
class Origin:
    """A batch as the history of a row names it; `url` is "" for whom the batch is not open."""

    batch: ImportBatch
    url: str

    def is_undoing(self, change: Change) -> bool:
        """Whether the change took the import back."""
        return self.batch.undone_at is not None and change.at >= self.batch.undone_at

    def opening(self, change: Change) -> str:
        """What stands before the sentence: 导入《居民花名册.xlsx》时."""
        if self.is_undoing(change):
            return _("撤销导入《%(file)s》时", file=self.batch.file_name)
        return _("导入《%(file)s》时", file=self.batch.file_name)

    @property
    def note(self) -> str:
        """第 12 批 · 文件校验值 3fa2b1c4d5e6."""
        return _("第 %(n)s 批 · 文件校验值 %(hash)s", n=self.batch.id, hash=self.batch.digest[:HASH_SHOWN])


def origins_of(changes: Iterable[Change], actor: Actor) -> dict[int, Origin]:
    """Number of a batch → where it came from. Whoever sees a change sees the name of its file, not the batch itself."""
    # Reorganised areas note their changes under a negative number.
    numbers = {change.batch_id for change in changes if change.batch_id is not None and change.batch_id > 0}
    if not numbers:
        return {}
    wanted = select(ImportBatch).where(ImportBatch.id.in_(numbers), ImportBatch.state.in_((PUBLISHED, UNDONE)))
    with beyond_scope():
        batches = db.session.execute(wanted).scalars().all()
    return {
        batch.id: Origin(batch, step_url("result", batch) if may_see(batch, actor) else "") for batch in batches
    }  # fmt: skip
