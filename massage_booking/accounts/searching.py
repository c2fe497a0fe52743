"""What somebody types to find a client: parts of names in any spelling, a phone in any format, an e-mail."""

import re
import unicodedata
from dataclasses import dataclass
from typing import Final

# Letters that do not come apart into a letter and a mark.
_LETTERS: Final = str.maketrans(
    {"ł": "l", "ø": "o", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i", "ħ": "h", "ŋ": "n", "ĸ": "k"}
)
_APOSTROPHES: Final = re.compile("['’‘`´ʼʹ]")
_BETWEEN: Final = re.compile(r"[\s\-‐‑–—.,]+")
# A run of digits as phones are written. The plus stands in front alone.
_PHONE: Final = re.compile(r"\+?\d[\d\s()./\-]*")
MOST_WORDS: Final = 5
# Fewer digits fit everybody.
FEWEST_DIGITS: Final = 3
# So many digits at the end tell one phone from another, with and without the number of its country.
_OWN_DIGITS: Final = 8
_SHORTEST_WHOLE: Final = 6


def fold(name: str) -> str:
    """Return a name without marks, capitals, apostrophes and hyphens: Lucía O’Brien-Łuka is “lucia obrien luka”."""
    apart = unicodedata.normalize("NFKD", name.casefold())
    plain = "".join(sign for sign in apart if not unicodedata.combining(sign)).translate(_LETTERS)
    return _BETWEEN.sub(" ", _APOSTROPHES.sub("", plain)).strip()


def digits(phone: str) -> str:
    """Return the digits of a phone number, nothing else."""
    return "".join(sign for sign in phone if sign.isascii() and sign.isdigit())


@dataclass(frozen=True, slots=True)
class Asked:
    """What is looked for: every word in name or e-mail, and a phone that holds `part` or is one of `whole`."""

    words: tuple[str, ...]
    part: str = ""
    whole: tuple[str, ...] = ()


def read(text: str) -> Asked:
    """Read what was typed. Digits are a phone, wherever they stand; the rest are words."""
    found = [] if "@" in text else [digits(run) for run in _PHONE.findall(text)]
    number = "".join(found)
    if len(number) < FEWEST_DIGITS:
        return Asked(tuple(text.split()[:MOST_WORDS]))
    words = tuple(_PHONE.sub(" ", text).split()[:MOST_WORDS])
    abroad = "+" in text or number.startswith("00")
    national = number.lstrip("0") or number
    if len(national) < _OWN_DIGITS:
        return Asked(words, part=number if abroad or len(national) < FEWEST_DIGITS else national)
    # The country in front, or not: the number of the person itself is the end.
    ends = tuple(national[at:] for at in range(len(national) - _SHORTEST_WHOLE + 1))
    return Asked(words, part=national[-_OWN_DIGITS:], whole=ends if abroad else ())
