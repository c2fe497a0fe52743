"""Logs that may be read by anybody who runs the machine: no keys in them."""

import logging
import re
from typing import Final

# A part of an address this long is a signed link, which lets whoever has it in. Public ids have 22 characters.
_SIGNED: Final = re.compile(r"(?<=/)[\w:.~%-]{40,}")


class DiscreetFormatter(logging.Formatter):
    """Write a record, tracebacks included, with signed links cut out of addresses."""

    def format(self, record: logging.LogRecord) -> str:
        return _SIGNED.sub("…", super().format(record))
