"""What has changed since the last answers, and which rows that opens again (guide, section 5, triggers 1 to 4).

Only what is needed is asked: a new heart condition opens the group about the heart, not the skin. What a choice opens
follows from the groups and categories of the rules as far as it can, so that a row that is new in one is asked too.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from screening.domain.form import first_group, today_group
from screening.domain.rules import Rules
from screening.domain.triggers import Trigger

MEDICINE: Final = "medicine"
FALL: Final = "fall_or_injury"
OPERATION: Final = "operation_or_hospital"
PREGNANCY: Final = "pregnancy_or_birth"
UNWELL: Final = "unwell_today"
SOMETHING_ELSE: Final = "something_else"
# Followed by the id of a group of the screen.
DIAGNOSIS: Final = "diagnosis_"


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that may have changed, as the client ticks it. `codes` are the rows that it opens, in table order."""

    id: str
    words: str
    trigger: Trigger
    codes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Kind:
    """Rows of whole categories of the table, and single ones; `without` are about something else."""

    id: str
    words: str
    trigger: Trigger
    categories: frozenset[str]
    single: frozenset[str] = frozenset()
    without: frozenset[str] = frozenset()


_OPERATIONS: Final = frozenset({"spinal_surgery", "recent_surgery_non_spine"})
_KINDS: Final = (
    _Kind(
        MEDICINE,
        "A medicine: started, stopped or changed",
        Trigger.MEDICINE,
        frozenset({"medication", "cancer"}),
        # What tablets are taken for, or make worse: pressure, seizures, sugar, the stomach, a faint.
        frozenset(
            {
                *("high_blood_pressure", "low_bp_fainting", "cardiovascular_disease", "epilepsy", "diabetes"),
                *("thyroid_disorder", "heartburn", "stomach_ulcer", "migraine", "rheumatoid_arthritis"),
                *("osteoporosis", "lung_disease", "nervous_system", "kidney_liver"),
            }
        ),
    ),
    _Kind(
        FALL,
        "A fall, an accident or an injury",
        Trigger.INCIDENT,
        frozenset({"injury_surgery"}),
        frozenset({"severe_pain", "nerve_damage", "osteoporosis"}),
        without=_OPERATIONS,
    ),
    _Kind(
        OPERATION,
        "An operation or procedure, an emergency visit or a stay in hospital",
        Trigger.INCIDENT,
        frozenset({"implant"}),
        # What brings people to hospital, and the clots that follow an operation.
        _OPERATIONS
        | {
            *("cardiovascular_disease", "low_bp_fainting", "dvt_calf_swelling", "pulmonary_embolism"),
            *("blood_thinners", "epilepsy", "diabetes", "lung_disease", "kidney_stones", "stomach_ulcer"),
        },
    ),
    _Kind(PREGNANCY, "A pregnancy or a birth", Trigger.PREGNANCY, frozenset({"pregnancy"})),
)


def changes_offered(rules: Rules) -> tuple[Change, ...]:
    """List what may have changed, in the order in which it is offered."""
    kinds = tuple(
        Change(kind.id, kind.words, kind.trigger, _with_family(rules, _of_kind(rules, kind))) for kind in _KINDS
    )
    incidents = {code for change in kinds if change.trigger is not Trigger.MEDICINE for code in change.codes}
    unwell = {*today_group(rules).codes, *rules.extra.arrival_check_codes, *rules.extra.arrival_question.reasks}
    return (
        *_diagnoses(rules, incidents),
        *kinds,
        Change(
            UNWELL,
            "I am not quite well today, or well again after I was not",
            Trigger.TODAY,
            _with_family(rules, unwell),
        ),
        Change(SOMETHING_ELSE, "Something else", Trigger.DIAGNOSIS, _whole_form(rules)),
    )


def reopened(rules: Rules, chosen: Collection[str], ticked: Collection[str]) -> Mapping[Trigger, tuple[str, ...]]:
    """Return the rows that what was chosen opens, each under the first trigger that names it, in the table's order.

    The questions of the first page are always among them; what is asked only of those who have `ticked` it is not
    asked of others. Raises ValueError for a choice that is not offered.
    """
    offered = {change.id: change for change in changes_offered(rules)}
    unknown = set(chosen) - offered.keys()
    if unknown:
        raise ValueError(f"Nothing of this kind can have changed: {', '.join(sorted(unknown))}.")
    left = {code for code in rules.extra.arrival_only_if_ticked if code not in ticked}
    found: dict[str, Trigger] = {}
    for change in (change for id_, change in offered.items() if id_ in chosen):
        first_page = () if found else first_group(rules).codes
        # The short check of the day leaves out who never ticked it; a new diagnosis or medicine does not.
        skipped = left if change.id == UNWELL else set()
        for code in (*first_page, *change.codes):
            if code not in skipped:
                found.setdefault(code, change.trigger)
    return {
        trigger: tuple(code for code in rules.rows if found.get(code) is trigger)
        for trigger in Trigger
        if trigger in found.values()
    }


def _diagnoses(rules: Rules, incidents: Collection[str]) -> Iterable[Change]:
    """Offer each group of conditions; one whose rows are all about something that happened has its own choices."""
    apart = (first_group(rules).id, today_group(rules).id)
    for group in rules.screen.groups:
        if group.id not in apart and not set(group.codes) <= set(incidents):
            words = f"Something new or worse: {group.title[:1].lower()}{group.title[1:]}"
            yield Change(DIAGNOSIS + group.id, words, Trigger.DIAGNOSIS, _with_family(rules, group.codes))


def _of_kind(rules: Rules, kind: _Kind) -> set[str]:
    in_categories = {row.code for row in rules.rows.values() if row.category in kind.categories}
    return (in_categories | kind.single) - kind.without


def _whole_form(rules: Rules) -> tuple[str, ...]:
    today = today_group(rules).id
    return _with_family(rules, [code for group in rules.screen.groups if group.id != today for code in group.codes])


def _with_family(rules: Rules, codes: Iterable[str]) -> tuple[str, ...]:
    """Add the rows shown only under one of these, and those under which one of these is shown; in the table's order."""
    wanted = set(codes)
    for child, parent in rules.screen.shown_only_with.items():
        if {child, parent} & wanted:
            wanted |= {child, parent}
    return tuple(code for code in rules.rows if code in wanted and code not in rules.set_by_age)
