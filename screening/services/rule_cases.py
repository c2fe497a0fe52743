"""The studio's own example clients: what every rule version must say about them."""

import hashlib
import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils.timezone import localtime

from massage_booking.accounts.models import User
from massage_booking.core.db import in_transaction
from massage_booking.core.errors import Refused
from massage_booking.core.wording import clock_time
from screening.models import RuleCase
from screening.rulework.case_shape import problems_of_cases
from screening.rulework.checks import RulesRefused


def save_case(
    *,
    case: RuleCase | None,
    raw: Mapping[str, Any],
    is_active: bool,
    by: User | None,
    now: datetime,
    seen: str | None = None,
) -> RuleCase:
    """Keep an example client, a new one where `case` is None. `seen` names the wording that the page showed.

    Raises RulesRefused when it is not in the golden format, Refused: "rules_case_id_taken", "rules_case_gone", and
    "rules_case_changed" when somebody has changed it since the page was made.
    """
    problems = list(problems_of_cases([raw]))
    if problems:
        raise RulesRefused(problems)

    def work() -> RuleCase:
        others = [other for other in RuleCase.objects.all() if case is None or other.pk != case.pk]
        if raw["id"] in {other.case.get("id") for other in others}:
            raise Refused("rules_case_id_taken")
        row = RuleCase(created_at=now) if case is None else _locked(case, seen)
        row.case, row.is_active = dict(raw), is_active
        row.changed_at, row.changed_by = now, by
        row.save()
        return row

    return in_transaction(work)


def wording_of(case: RuleCase) -> str:
    """Name how a case stands, so that a form from an older page is recognised."""
    whole = json.dumps([case.case, case.is_active], sort_keys=True)
    return hashlib.sha256(whole.encode()).hexdigest()[:16]


def _locked(case: RuleCase, seen: str | None) -> RuleCase:
    here = RuleCase.objects.select_for_update(of=("self",)).filter(pk=case.pk).first()
    if here is None:
        raise Refused("rules_case_gone")
    if seen is not None and seen != wording_of(here):
        raise Refused(
            "rules_case_changed", by=str(here.changed_by or "Somebody"), at=clock_time(localtime(here.changed_at))
        )
    return here


def import_cases(*, cases: list[Any], by: User | None, now: datetime) -> tuple[int, int]:
    """Keep a list of example clients; one with a known id takes that one's place. Return (new, replaced).

    Raises RulesRefused, with every fault found; then nothing is kept.
    """
    problems = list(problems_of_cases(cases))
    if problems:
        raise RulesRefused(problems)

    def work() -> tuple[int, int]:
        known = {case.case.get("id"): case for case in RuleCase.objects.all()}
        for raw in cases:
            row = known.get(raw["id"]) or RuleCase(created_at=now)
            row.case, row.changed_at, row.changed_by = raw, now, by
            row.save()
        replaced = sum(raw["id"] in known for raw in cases)
        return len(cases) - replaced, replaced

    return in_transaction(work)


def delete_case(*, case: RuleCase) -> None:
    case.delete()
