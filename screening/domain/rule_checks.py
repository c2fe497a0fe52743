"""Check that the four files agree with each other: everything that the guide takes for granted about its data.

Each function yields sentences; a published rule version yields none.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping

from screening.domain.enums import Outcome, Pressure
from screening.domain.rule_types import NOT_SURE, Extra, Row, Screen


def problems_of(rows: tuple[Row, ...], extra: Extra, screen: Screen) -> Iterator[str]:
    """Yield every disagreement; needs files whose single values have already been read without a problem."""
    by_code = {row.code: row for row in rows}
    yield from _repeated((row.code for row in rows), "The rule table has the row {!r} twice.")
    for row in rows:
        yield from _row(row, extra)
    yield from _vocabulary(by_code, extra)
    yield from _body_map(by_code, extra)
    yield from _answer_limits(by_code, extra)
    yield from _lifetimes(by_code, extra)
    yield from _day_of(by_code, extra)
    yield from _screen(by_code, extra, screen)


def _repeated(words: Iterable[str], sentence: str) -> Iterator[str]:
    for word, times in Counter(words).items():
        if times > 1:
            yield sentence.format(word)


def unknown(words: Iterable[str], known: Iterable[str], sentence: str) -> Iterator[str]:
    """Yield the sentence, with the word filled in, for each word that is not known."""
    known = set(known)
    for word in words:
        if word not in known:
            yield sentence.format(word)


def _row(row: Row, extra: Extra) -> Iterator[str]:
    where = f"Row {row.code!r}"
    yield from unknown(row.avoid_areas, extra.areas, where + " avoids an unknown area {!r}.")
    yield from unknown(row.avoid_techniques, extra.techniques, where + " avoids an unknown technique {!r}.")
    yield from _repeated(row.avoid_areas, where + " avoids the area {!r} twice.")
    yield from _repeated(row.avoid_techniques, where + " avoids the technique {!r} twice.")
    yield from _repeated((option.answer for option in row.options), where + " has the answer {!r} twice.")
    if bool(row.follow_up_question.strip()) != row.has_question:
        yield f"{where} has a question without answers, or answers without a question."
    if row.has_question:
        # A row without "Not sure" would push people into an answer that they do not know to be true.
        if row.options[-1].answer != NOT_SURE:
            yield f"{where} must end with the answer {NOT_SURE!r}."
        not_sure = row.outcome_of(NOT_SURE)
        if not_sure is not None and not_sure < row.default_outcome:
            yield f"{where}: {NOT_SURE!r} is softer than the default outcome."
    reachable = {row.default_outcome, *(option.outcome for option in row.options)}
    if row.max_pressure is Pressure.NONE and any(outcome.is_live for outcome in reachable):
        yield f"{where} can be booked, so its max_pressure cannot be none."


def _vocabulary(rows: Mapping[str, Row], extra: Extra) -> Iterator[str]:
    techniques = extra.techniques
    yield from unknown(extra.technique_min_pressure, techniques, "technique_min_pressure names an unknown {!r}.")
    yield from unknown(extra.back_areas, extra.areas, "back_areas names an unknown area {!r}.")
    yield from unknown([extra.prenatal_only_if], rows, "prenatal_only_if names an unknown row {!r}.")
    if "prenatal" not in techniques:
        yield "techniques lacks 'prenatal', which prenatal_only_if is about."
    if not extra.back_areas:
        yield "back_areas must not be empty."


def _body_map(rows: Mapping[str, Row], extra: Extra) -> Iterator[str]:
    yield from unknown(extra.site_specific_codes, rows, "site_specific_codes names an unknown row {!r}.")
    sites, prompts = set(extra.site_specific_codes), set(extra.body_map_prompts)
    for code in sorted(sites - prompts):
        yield f"body_map_prompts lacks a prompt for {code!r}."
    for code in sorted(prompts - sites):
        yield f"body_map_prompts has a prompt for {code!r}, which is not site-specific."


def _answer_limits(rows: Mapping[str, Row], extra: Extra) -> Iterator[str]:
    yield from _repeated(
        (f"{limit.code}: {limit.answer}" for limit in extra.answer_limits), "answer_limits has {!r} twice."
    )
    for limit in extra.answer_limits:
        where = f"The answer_limits entry for {limit.code!r}, {limit.answer!r},"
        outcome = rows[limit.code].outcome_of(limit.answer) if limit.code in rows else None
        if outcome is None:
            yield f"{where} names no answer of the table."
        elif not outcome.is_live:
            yield f"{where} never applies: the answer is {outcome}, and limits count only for modify and clearance."
        yield from unknown(limit.areas or (), extra.areas, where + " avoids an unknown area {!r}.")
        yield from unknown(limit.techniques or (), extra.techniques, where + " avoids an unknown technique {!r}.")
        if limit.pressure is Pressure.NONE:
            yield f"{where} cannot set the pressure to none."


def _lifetimes(rows: Mapping[str, Row], extra: Extra) -> Iterator[str]:
    pseudo_rows = [rule.adds_row for rule in extra.age_rules if rule.adds_row]
    known = {*rows, *pseudo_rows, "default"}
    yield from unknown(extra.clearance_valid_days, known, "clearance_valid_days names an unknown row {!r}.")
    if "default" not in extra.clearance_valid_days:
        yield "clearance_valid_days lacks 'default'."


def _day_of(rows: Mapping[str, Row], extra: Extra) -> Iterator[str]:
    lists = {
        "arrival_check_codes": extra.arrival_check_codes,
        "arrival_question.reasks": extra.arrival_question.reasks,
        "booking_ahead.ask_within_codes": extra.booking_ahead.ask_within_codes,
        "booking_ahead.never_held_codes": extra.booking_ahead.never_held_codes,
        "refuse_without_message.own_advice_codes": extra.refuse_without_message.own_advice_codes,
    }
    for name, codes in lists.items():
        yield from unknown(codes, rows, name + " names an unknown row {!r}.")
    yield from unknown(
        extra.arrival_only_if_ticked,
        extra.arrival_check_codes,
        "arrival_only_if_ticked names {!r}, which arrival_check_codes does not.",
    )
    yield from unknown(
        (code for code in extra.date_questions if code not in ("event", "symptom_end")),
        rows,
        "date_questions names an unknown row {!r}.",
    )
    for kind in ("event", "symptom_end"):
        if kind not in extra.date_questions:
            yield f"date_questions lacks {kind!r}."


def _screen(rows: Mapping[str, Row], extra: Extra, screen: Screen) -> Iterator[str]:
    placed = [code for group in screen.groups for code in group.codes] + list(screen.shown_only_with)
    yield from _repeated((group.id for group in screen.groups), "The screen has the group {!r} twice.")
    yield from _repeated(placed, "The screen shows the row {!r} twice.")
    yield from unknown(placed, rows, "The screen shows an unknown row {!r}.")
    yield from unknown(screen.short_labels, rows, "short_labels names an unknown row {!r}.")
    parents = {code for group in screen.groups for code in group.codes}
    yield from unknown(
        screen.shown_only_with.values(), parents, "shown_only_with hangs a row on {!r}, which is in no group."
    )
    set_by_age = {rule.ticks_row for rule in extra.age_rules if rule.ticks_row}
    for code in rows:
        if code in set_by_age and code in placed:
            yield f"The screen must not show {code!r}, which is set from the date of birth."
        if code not in set_by_age and code not in placed:
            yield f"The screen does not show the row {code!r}."
    if not any(set(group.codes) == set(extra.booking_ahead.ask_within_codes) for group in screen.groups):
        yield "The screen has no group of exactly the rows in booking_ahead.ask_within_codes."


def outcome_at(rows: Mapping[str, Row], code: str, answer: str) -> Outcome | None:
    """Return what an answer of a row comes to, or None when there is no such row or answer."""
    return rows[code].outcome_of(answer) if code in rows else None
