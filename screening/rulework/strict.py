"""Read JSON that somebody uploaded: nothing twice, nothing endless, nothing that a database or a page cannot hold."""

import json
from typing import Any, Final

MOST_DEPTH: Final = 12


class Malformed(ValueError):
    """JSON that cannot be used; its text is a sentence."""


def parse(text: str, name: str) -> Any:
    """Return parsed JSON. Raises Malformed."""
    try:
        found = json.loads(text, object_pairs_hook=_object, parse_constant=_no_number)
    except RecursionError:
        raise Malformed(f"{name} is nested too deeply.") from None
    except ValueError as error:
        raise Malformed(f"{name} is not valid JSON: {error}.") from None
    fault = _fault(found, 0)
    if fault:
        raise Malformed(f"{name} {fault}.")
    return found


def is_clean(text: str) -> bool:
    """Tell whether a text can be kept and shown: line breaks and tabs, no other control characters, no halves."""
    return not any((letter < " " and letter not in "\n\r\t") or "\ud800" <= letter <= "\udfff" for letter in text)


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Build an object, refusing a key given twice: of two rules neither may win by accident."""
    found: dict[str, Any] = {}
    for key, value in pairs:
        if key in found:
            raise ValueError(f"the key {key[:60]!r} appears twice in one object")
        found[key] = value
    return found


def _no_number(constant: str) -> Any:
    raise ValueError(f"{constant} is not a number of JSON")


def _fault(value: Any, depth: int) -> str:
    if depth > MOST_DEPTH:
        return "is nested too deeply"
    if isinstance(value, str):
        return "" if is_clean(value) else "holds a control character or half a character"
    if isinstance(value, dict):
        parts = [*value.keys(), *value.values()]
    elif isinstance(value, list):
        parts = value
    else:
        return ""
    return next((fault for part in parts if (fault := _fault(part, depth + 1))), "")
