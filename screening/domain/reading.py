"""Read typed values out of parsed JSON, keeping every complaint instead of stopping at the first."""

from collections.abc import Mapping, Sequence
from typing import Final

# Stands for a value already complained about, so that one fault is one sentence.
_ABSENT: Final = object()


class Reader:
    """Collects problems as sentences; each method returns a harmless stand-in for a value it had to complain about."""

    def __init__(self) -> None:
        self.problems: list[str] = []

    def complain(self, sentence: str) -> None:
        self.problems.append(sentence)

    def entry(self, owner: Mapping[str, object], key: str, where: str) -> object:
        """Return `owner[key]`, or complain that it is missing."""
        if key not in owner:
            self.complain(f"{where} lacks {key!r}.")
            return _ABSENT
        return owner[key]

    def mapping(self, value: object, where: str) -> Mapping[str, object]:
        if isinstance(value, Mapping) and all(isinstance(key, str) for key in value):
            return value
        self._wrong(value, where, "an object")
        return {}

    def items(self, value: object, where: str) -> Sequence[object]:
        if isinstance(value, list | tuple):
            return value
        self._wrong(value, where, "a list")
        return ()

    def text(self, value: object, where: str) -> str:
        if not isinstance(value, str):
            self._wrong(value, where, "text")
            return ""
        if not value.strip():
            self.complain(f"{where} must not be empty.")
        return value

    def whole(self, value: object, where: str, *, least: int | None = None, most: int | None = None) -> int:
        # True and False are ints to Python, but never what somebody meant by a number of days.
        if not isinstance(value, int) or isinstance(value, bool):
            self._wrong(value, where, "a whole number")
            return least or 0
        if (least is not None and value < least) or (most is not None and value > most):
            bounds = f"between {least} and {most}" if most is not None else f"{least} or more"
            self.complain(f"{where} must be {bounds}.")
            return least or 0
        return value

    def flag(self, value: object, where: str) -> bool:
        if isinstance(value, bool):
            return value
        self._wrong(value, where, "true or false")
        return False

    def word(self, value: object, where: str, known: Sequence[str]) -> str:
        """Read one word out of `known`; the stand-in is the last of them."""
        if isinstance(value, str) and value in known:
            return value
        if isinstance(value, str):
            self.complain(f"{where} is {value!r}, which is not one of: {', '.join(known)}.")
        else:
            self._wrong(value, where, "text")
        return known[-1]

    def words(
        self, value: object, where: str, *, known: Sequence[str] | None = None, repeats: bool = False
    ) -> tuple[str, ...]:
        """Read a list of words, each out of `known` where that is given, each once unless `repeats`."""
        found: list[str] = []
        for item in self.items(value, where):
            word = self.text(item, f"Each entry of {where}")
            if known is not None and word and word not in known:
                self.complain(f"{where} names {word!r}, which is not one of: {', '.join(known)}.")
            elif word in found and not repeats:
                self.complain(f"{where} names {word!r} twice.")
            elif word not in found:
                found.append(word)
        return tuple(found)

    def known_keys(self, owner: Mapping[str, object], known: Sequence[str], where: str) -> None:
        for key in owner:
            if key not in known:
                self.complain(f"{where} has an unknown key {key!r}.")

    def _wrong(self, value: object, where: str, wanted: str) -> None:
        if value is not _ABSENT:
            self.complain(f"{where} must be {wanted}, not {kind_of(value)}.")


def kind_of(value: object) -> str:
    """Name the kind of a JSON value in words."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true or false"
    if isinstance(value, int | float):
        return f"the number {value}"
    if isinstance(value, str):
        return "text"
    return "an object" if isinstance(value, Mapping) else "a list"
