"""Figures of a run, printed and kept in `var/proof.jsonl`, so that `docs/proof.md` can quote them.

Correctness is judged everywhere, seconds only in drills: how long something takes depends on what else a machine does.
"""

import json
import os
import sys
from pathlib import Path

from django.conf import settings
from django.db import connection

# Above 1 on a machine that others use too: drills then allow that many times the seconds.
SLACK = float(os.environ.get("DRILL_SLACK", "1"))


def note(test: str, **found: object) -> None:
    row = {"test": test, "engine": connection.vendor, **found}
    told = json.dumps(row)
    sys.stdout.write(f"{told}\n")
    file = Path(settings.BASE_DIR) / "var" / "proof.jsonl"
    file.parent.mkdir(exist_ok=True)
    with file.open("a") as handle:
        handle.write(f"{told}\n")
