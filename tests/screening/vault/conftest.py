from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from tests.drills import places


@pytest.fixture
def backups(tmp_path: Path, settings: Any) -> Path:
    """Return a folder for backups; passphrase, programs and erasures file are at hand."""
    settings.BACKUP_PASSPHRASE = places.PASSPHRASE
    settings.ERASURES_FILE = tmp_path / "erasures"
    settings.VAR = tmp_path / "var"
    if connection.vendor == "postgresql":
        settings.PG_DUMP = places.pg_dump()
    folder = tmp_path / "backups"
    folder.mkdir()
    return folder
