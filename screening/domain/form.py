"""The questionnaire as data for pages: groups, rows and answers in their order (guide, sections 1 and 15)."""

from collections.abc import Collection
from dataclasses import dataclass

from screening.domain.answers import ClientAnswers
from screening.domain.enums import CountFrom, Outcome
from screening.domain.evaluate import evaluate
from screening.domain.rule_types import NOT_SURE, Group, Row
from screening.domain.rules import Rules

URGENT_HEADING = "If any of these is true, choose it"
BEST_FIT_HEADING = "Otherwise, the best fit"
# How the two long labels of the first page fall into points. Used only while they still are the label, word for word.
POINTS = {
    "emergency_symptoms_now": (
        "Right now: ",
        "chest pain, ",
        "sudden breathlessness, ",
        "new drooping face, weak arm or slurred speech, ",
        "collapse, ",
        "worst-ever headache or neck pain, or ",
        "sudden tearing chest, back or tummy pain",
    ),
    "saddle_numbness_bladder": (
        "New numbness around the genitals, bottom or inner thighs, ",
        "new trouble passing, holding or feeling pee or poo, or ",
        "new weakness in both legs",
    ),
}


@dataclass(frozen=True, slots=True)
class FormOption:
    """One answer. `asks_site` and `date_question` say what is asked beside it once it is chosen."""

    answer: str
    asks_site: bool
    date_question: str | None


@dataclass(frozen=True, slots=True)
class OptionSection:
    """Answers under one heading; no heading where all answers of a row are of one sort."""

    heading: str | None
    options: tuple[FormOption, ...]


@dataclass(frozen=True, slots=True)
class FormRow:
    """One condition on the screen. `points` is the label as a list, for the first page; `shown_with` names the row
    under which this one appears, once that is ticked.
    """

    code: str
    short_label: str
    label: str
    points: tuple[str, ...]
    question: str
    sections: tuple[OptionSection, ...]
    body_map_prompt: str | None
    shown_with: str | None

    @property
    def options(self) -> tuple[FormOption, ...]:
        return tuple(option for section in self.sections for option in section.options)


@dataclass(frozen=True, slots=True)
class FormGroup:
    """Rows that share a card and one "None of these"."""

    id: str
    title: str
    rows: tuple[FormRow, ...]


@dataclass(frozen=True, slots=True)
class Form:
    """The whole questionnaire: the first page, the groups of the second, and the card about today."""

    now: FormGroup
    groups: tuple[FormGroup, ...]
    today: FormGroup

    @property
    def all_groups(self) -> tuple[FormGroup, ...]:
        return (self.now, *self.groups, self.today)


def form_for(rules: Rules, age: int) -> Form:
    """Lay out the questionnaire for a client of `age` whole years on the day of the session."""
    groups = {group.id: _group(rules, group, age) for group in rules.screen.groups}
    first, today = first_group(rules).id, today_group(rules).id
    return Form(
        now=groups[first],
        groups=tuple(group for id_, group in groups.items() if id_ not in (first, today)),
        today=groups[today],
    )


def first_group(rules: Rules) -> Group:
    """Return the group that is asked first, alone on its page (section 2, rule 1)."""
    return rules.screen.groups[0]


def today_group(rules: Rules) -> Group:
    """Return the group that is asked only close to the session (section 5, rule a)."""
    codes = set(rules.extra.booking_ahead.ask_within_codes)
    return next(group for group in rules.screen.groups if set(group.codes) == codes)


def stops_form(rules: Rules, answers: ClientAnswers) -> bool:
    """Tell whether the answers of the first page refuse, so that nothing else is asked (section 2, rule 1)."""
    codes = first_group(rules).codes
    first = {code: answer for code, answer in answers.ticks.items() if code in codes}
    rows = evaluate(rules, ClientAnswers(age=answers.age, ticks=first)).rows
    return any(row.outcome is Outcome.REFUSE for row in rows if row.code in first)


def is_offered(rules: Rules, code: str, answer: str, age: int) -> bool:
    """Tell whether an answer may be chosen at this age (section 3, rule A5)."""
    rule = rules.age_bound_answers.get((code, answer))
    return rule is None or rule.covers(age)


def arrival_codes(rules: Rules, ticked: Collection[str]) -> tuple[str, ...]:
    """List the rows asked of a client on the day, given the rows that they have ticked (section 5)."""
    only_if_ticked = rules.extra.arrival_only_if_ticked
    return tuple(code for code in rules.extra.arrival_check_codes if code not in only_if_ticked or code in ticked)


def _group(rules: Rules, group: Group, age: int) -> FormGroup:
    rows: list[FormRow] = []
    for code in group.codes:
        rows.append(_row(rules, rules.rows[code], age))
        under = [child for child, parent in rules.screen.shown_only_with.items() if parent == code]
        rows += [_row(rules, rules.rows[child], age) for child in under]
    return FormGroup(id=group.id, title=group.title, rows=tuple(rows))


def _row(rules: Rules, row: Row, age: int) -> FormRow:
    return FormRow(
        code=row.code,
        short_label=rules.screen.short_labels.get(row.code, row.label),
        label=row.label,
        points=_points(row),
        question=row.follow_up_question,
        sections=_sections(rules, row, age),
        body_map_prompt=rules.extra.body_map_prompts.get(row.code),
        shown_with=rules.screen.shown_only_with.get(row.code),
    )


def _points(row: Row) -> tuple[str, ...]:
    parts = POINTS.get(row.code, ())
    if "".join(parts) != row.label:
        return (row.label,)
    points = (part.removesuffix(" or ").strip(" ,") for part in parts if not part.endswith(": "))
    return tuple(point[0].upper() + point[1:] for point in points)


def _sections(rules: Rules, row: Row, age: int) -> tuple[OptionSection, ...]:
    """Put the answers that refuse, defer or carry a message first, then the others, then "Not sure" (section 1)."""
    urgent, others, last = [], [], []
    for option in row.options:
        if not is_offered(rules, row.code, option.answer, age):
            continue
        shown = FormOption(
            answer=option.answer,
            asks_site=option.outcome.is_live and row.code in rules.site_specific,
            date_question=date_question(rules, row.code, option.answer),
        )
        if option.answer == NOT_SURE:
            last.append(shown)
        elif option.outcome >= Outcome.DEFER or rules.effect_of(row.code, option.answer).message:
            # Refuse before defer before the rest; sorting is stable and keeps the order of the table.
            urgent.append((-option.outcome.rank, shown))
        else:
            others.append(shown)
    first = tuple(shown for _, shown in sorted(urgent, key=lambda pair: pair[0]))
    rest = (*others, *last)
    if not first:
        return (OptionSection(None, rest),) if rest else ()
    return (OptionSection(URGENT_HEADING, first), OptionSection(BEST_FIT_HEADING, rest))


def date_question(rules: Rules, code: str, answer: str) -> str | None:
    """Return the date to ask for beside an answer, if any (section 6).

    Rows with a question of their own (pregnancy, postpartum) ask it beside every answer that does not refuse: what
    follows from it changes by the week.
    """
    questions = rules.extra.date_questions
    if code in questions:
        refused = rules.effect_of(code, answer).outcome is Outcome.REFUSE
        return None if refused else questions[code]
    wait = rules.effect_of(code, answer).wait or rules.refuse_rescreens.get((code, answer))
    if wait is None or wait.count_from is CountFrom.ANSWER:
        return None
    return questions[wait.count_from.value]
