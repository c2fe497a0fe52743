"""Parse screen.json: groups, order and short names of the rows on the screen (guide, section 15)."""

from collections.abc import Mapping

from screening.domain.reading import Reader
from screening.domain.rule_types import Group, Screen

KEYS = ("note", "groups", "shown_only_with", "short_labels")


def parse_screen(source: Mapping[str, object], reader: Reader) -> Screen:
    """Read the whole file; what must agree with the rows is checked in rule_checks."""
    reader.known_keys(source, KEYS, "screen.json")
    note, groups, shown_only_with, short_labels = (reader.entry(source, key, "screen.json") for key in KEYS)
    return Screen(
        note=reader.text(note, "note"),
        groups=tuple(
            _group(reader.mapping(group, f"groups entry {number}"), f"groups entry {number}", reader)
            for number, group in enumerate(reader.items(groups, "groups"), start=1)
        ),
        shown_only_with=_texts(shown_only_with, "shown_only_with", reader),
        short_labels=_texts(short_labels, "short_labels", reader),
    )


def _group(entry: Mapping[str, object], where: str, reader: Reader) -> Group:
    reader.known_keys(entry, ("id", "title", "codes"), where)
    return Group(
        id=reader.text(reader.entry(entry, "id", where), f"id of {where}"),
        title=reader.text(reader.entry(entry, "title", where), f"title of {where}"),
        codes=reader.words(reader.entry(entry, "codes", where), f"codes of {where}"),
    )


def _texts(value: object, where: str, reader: Reader) -> Mapping[str, str]:
    return {key: reader.text(text, f"{where} of {key}") for key, text in reader.mapping(value, where).items()}
