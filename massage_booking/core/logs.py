"""Logs that may be read by anybody who runs the machine: no keys in them, and nothing of what rows hold."""

import logging
import re
from typing import Final

# A part of an address this long is a signed link, which lets whoever has it in. Public ids have 22 characters.
_SIGNED: Final = re.compile(r"(?<=/)[\w:.~%-]{40,}")
# PostgreSQL quotes the row that it refused, and the statement with its values, below the line that names the fault.
_QUOTED: Final = re.compile(
    r"^(DETAIL|LINE \d+|CONTEXT|QUERY|STATEMENT):.*?(?=^\s*$\n^(?:The above exception|During handling)|\Z)",
    re.MULTILINE | re.DOTALL,
)


class DiscreetFormatter(logging.Formatter):
    """Write a record, tracebacks included, with signed links cut out of addresses and rows out of errors."""

    def format(self, record: logging.LogRecord) -> str:
        return _QUOTED.sub(r"\1: …\n", _SIGNED.sub("…", super().format(record))).rstrip("\n")
