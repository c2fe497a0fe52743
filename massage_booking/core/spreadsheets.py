"""Cells of a table that is opened in a spreadsheet."""

from typing import Final

# What a spreadsheet takes for the beginning of a formula; a tab or a line's end before it hides it from the eye alone.
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def cell(value: object) -> str:
    """Return a value as text that no spreadsheet takes for a formula: such a text begins with an apostrophe."""
    text = str(value).replace("\x00", "")
    return f"'{text}" if text.lstrip(" ").startswith(_FORMULA) else text
