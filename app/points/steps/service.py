"""Writing one step: numbered, signed after the one before it, with its words beside it."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Sequence

from sqlalchemy.orm import Session

from app.clock import utc_now
from app.files.service import attach
from app.points import rules
from app.points.heads import locked_head
from app.points.service import EvidenceFile
from app.points.steps.models import SIGNED, PointsShowLine, PointsStep, PointsStepHead, PointsStepText
from app.security.actor import Actor
from app.security.keys import keyring

RECORD_KIND = "points_steps"
LONGEST_WORDS = 500


def lock_chain(session: Session, chain: str, area_code: str) -> PointsStepHead:
    """The chain's head, locked until the transaction ends: steps of one chain come one after the other."""
    return locked_head(session, PointsStepHead, PointsStepHead.chain, chain, area_code)


def append_step(
    session: Session, step: PointsStep, *, by: Actor, words: str = "", matter: str = "",
    files: Sequence[EvidenceFile] = (),
) -> PointsStep:  # fmt: skip
    """Number the step, sign it after the one before it, and add it with its words and files.

    The caller has permitted it and acts beyond scope; kind, chain, place, month, day and what it is about are filled in.
    """
    head = lock_chain(session, step.chain, step.area_code)
    step.uid = step.uid or secrets.token_hex(16)
    kept = [attach(RECORD_KIND, step.uid, step.area_code, file.name, file.data) for file in files]
    if kept:
        step.content_digest = rules.evidence_digest([file.digest for file in kept])
    step.content_digest = step.content_digest or ""
    text = PointsStepText(
        step_uid=step.uid, area_code=step.area_code, matter=matter or None, words=words.strip()[:LONGEST_WORDS] or None,
        by_name=by.name,
    )  # fmt: skip
    step.text_digest = digest_of(text)
    step.by_id, step.created_at = by.user_id, utc_now()
    head.seq += 1
    step.seq = head.seq
    step.mac = head.mac = keyring().sign(rules.link_bytes([getattr(step, name) for name in SIGNED]), head.mac)
    session.add_all((step, text))
    session.flush()
    return step


def digest_of(text: PointsStepText) -> str:
    """Digest of a step's words, as the step signs it."""
    return rules.text_digest([text.matter or "", text.words or "", text.by_name or ""])


def lines_digest(lines: Sequence[PointsShowLine]) -> str:
    """SHA-256 (hex) over the lines of a 公示, in the order of workers, as its step signs them."""
    plain = [
        [line.worker_uid, line.worker_id, line.area_code, line.gained, line.deducted, line.entry_count]
        for line in sorted(lines, key=lambda line: line.worker_uid)
    ]
    return hashlib.sha256(b"\n".join(rules.link_bytes(line) for line in plain)).hexdigest()
