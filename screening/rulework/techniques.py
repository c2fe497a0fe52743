"""What techniques need, what the back is, and what the pregnancy massage hangs on, as a form shows it."""

from collections.abc import Mapping
from dataclasses import dataclass

from screening.rulework.book import Book, kept_order


@dataclass(frozen=True, slots=True)
class TechniquesEdit:
    """The whole page. `least` has the least pressure of each technique, empty where it needs none in particular."""

    least: Mapping[str, str]
    back_areas: tuple[str, ...]
    prenatal_only_if: str


def techniques_edit(book: Book) -> TechniquesEdit:
    extra = book.extra
    needs = extra["technique_min_pressure"]
    return TechniquesEdit(
        least={technique: needs.get(technique, "") for technique in extra["techniques"]},
        back_areas=tuple(extra["back_areas"]),
        prenatal_only_if=extra["prenatal_only_if"],
    )


def with_techniques(book: Book, edit: TechniquesEdit) -> Book:
    """Return the book with techniques and back as the form has them."""

    def change(after: Book) -> None:
        extra = after.extra
        old = extra["technique_min_pressure"]
        named = [technique for technique, least in edit.least.items() if least]
        extra["technique_min_pressure"] = {
            technique: edit.least[technique] for technique in kept_order(list(old), named, extra["techniques"])
        }
        extra["back_areas"] = kept_order(extra["back_areas"], edit.back_areas, extra["areas"])
        extra["prenatal_only_if"] = edit.prenatal_only_if

    return book.edited(change)
