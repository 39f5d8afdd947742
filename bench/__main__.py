"""`python -m bench [start|lists|forms|papers|documents|excel|points|months|peers …]`: all parts, or those named. --rows 10000,100000 chooses sizes."""

from __future__ import annotations

import argparse

from bench import (
    documents,
    event_lists,
    events,
    excel,
    flows,
    forms,
    intake,
    lists,
    machine,
    months,
    papers,
    peers,
    points,
    start,
)

PARTS = {
    "start": start.run,
    "lists": lists.run,
    "forms": forms.run,
    "flows": flows.run,
    "papers": papers.run,
    "documents": documents.run,
    "excel": excel.run,
    "points": points.run,
    "events": events.run,
    "event_lists": event_lists.run,
    "intake": intake.run,
    "months": months.run,
    "peers": peers.run,
}


def main() -> None:
    """Run the parts in turn."""
    options = argparse.ArgumentParser(prog="python -m bench")
    options.add_argument("parts", nargs="*", choices=[*PARTS, []], default=[])
    options.add_argument("--rows", default="10000,100000,1000000")
    options.add_argument("--peers", default="../shared/peers", help="folder of the Django peer, if it is there")
    asked = options.parse_args()
    for name in asked.parts or PARTS:
        print(f"\n## {name}\n")
        before = machine.factor()
        PARTS[name](asked)
        print(f"\n{machine.line(before, machine.factor())}")


if __name__ == "__main__":
    main()
