"""A worker in a process of its own, which a test kills in the middle of a job."""

from __future__ import annotations

import sys
import threading
import time

from sqlalchemy import text

from app.factory import create_app
from app.jobs.handlers import handler
from app.jobs.running import JobContext
from app.jobs.worker import run_worker

ROWS_A_CHUNK = 5


@handler("test.rows")
def write_rows(job: JobContext) -> dict[str, int]:
    """Write the numbers below `payload["total"]`, a few in each transaction."""
    total = job.payload["total"]
    for start in range(job.checkpoint.get("next", 0), total, ROWS_A_CHUNK):
        with job.chunk({"next": start + ROWS_A_CHUNK}, done=start + ROWS_A_CHUNK, total=total) as session:
            for number in range(start, start + ROWS_A_CHUNK):
                session.execute(text("INSERT INTO chunk_rows (n) VALUES (:n)"), {"n": number})
                time.sleep(0.004)
        time.sleep(0.004)
    return {"rows": total}


if __name__ == "__main__":
    data, keys, url = sys.argv[1:4]
    environment = {"DATA_DIR": data, "KEY_DIR": keys, "DATABASE_URL": url, "TODAY": "2026-11-22"}
    print("ready", flush=True)  # noqa: T201
    run_worker(create_app(environment, JOB_LEASE_SECONDS=1), threading.Event())
