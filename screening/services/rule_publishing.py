"""A rule version on its way: tested, looked at, published, signed. One is published at a time."""

import logging
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.db import IntegrityError
from django.db.models import Q

from massage_booking.accounts.models import User
from massage_booking.core.db import in_transaction
from massage_booking.core.errors import Refused
from massage_booking.core.wording import full_date
from screening import signals
from screening.models import CaseReview, RuleStatus, RuleVersion
from screening.rulebook import bench_of
from screening.rulework.bench import Bench
from screening.services.rules import changed, locked, refuse_older_page

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class SignedOff:
    """The clinician who has looked at the rules, and when."""

    name: str
    licence: str
    on: date


def mark_tested(*, version: RuleVersion, revision: int, now: datetime) -> RuleVersion:
    """Take a draft for tested: every example client comes out as expected.

    Raises Refused: "rules_cases_fail", "rules_no_cases", and like `services.rules.save_draft`.
    """

    def change(here: RuleVersion) -> None:
        _refuse_failing(bench_of(here))
        here.status = RuleStatus.TESTED
        here.tested_at = now

    return changed(version, revision, change)


def review_cases(*, version: RuleVersion, seen: Iterable[tuple[str, str]], by: User | None, now: datetime) -> int:
    """Note that somebody has looked at example clients that come out differently, each by its digest.

    Only what differs at this moment is noted; return how many. Raises Refused("rules_final").
    """
    if not version.is_open:
        raise Refused("rules_final")
    wanted = set(seen)
    known = {(one.case.key, one.digest) for one in bench_of(version).unreviewed} & wanted
    CaseReview.objects.bulk_create(
        [
            CaseReview(version=version, case_key=key, digest=digest, reviewed_at=now, reviewed_by=by)
            for key, digest in sorted(known)
        ],
        # Two tabs at once: the second has nothing to add.
        ignore_conflicts=True,
    )
    return len(known)


def publish(
    *,
    version: RuleVersion,
    revision: int,
    replaces: int | None,
    sign_off: SignedOff | None,
    by: User | None,
    now: datetime,
) -> RuleVersion:
    """Make a tested version the one that counts, and retire the one before. Sessions ahead are then judged again.

    `replaces` is the key of the published version that the page compared with. Raises Refused: "rules_not_tested",
    "rules_cases_fail", "rules_cases_unreviewed", "rules_older_page", "rules_published_meanwhile", or what is wrong with
    the sign-off.
    """
    if sign_off is not None:
        _refuse_bad_sign_off(sign_off, now)

    def work() -> RuleVersion:
        rows = RuleVersion.objects.select_for_update(of=("self",)).order_by("pk")
        found = {row.pk: row for row in rows.filter(Q(pk=version.pk) | Q(status=RuleStatus.PUBLISHED))}
        here = found.pop(version.pk, None)
        _refuse_publishing(here, found, revision, replaces)
        assert here is not None
        for older in found.values():
            older.status, older.retired_at = RuleStatus.RETIRED, now
            older.save(update_fields=["status", "retired_at"])
        here.status, here.published_at, here.published_by = RuleStatus.PUBLISHED, now, by
        if sign_off is not None:
            _put(here, sign_off)
        here.save()
        return here

    try:
        published = in_transaction(work)
    except IntegrityError:
        # Another one was published between the look and the writing: the database lets only one through.
        raise Refused("rules_published_meanwhile") from None
    for receiver, answer in signals.rules_published.send_robust(sender=RuleVersion, version=published):
        if isinstance(answer, Exception):
            # The rules count all the same; what was left undone is taken up again by the upkeep.
            logger.error("%s failed after publishing rules: %s", receiver.__name__, type(answer).__name__)
    return published


def sign_off(*, version: RuleVersion, sign_off: SignedOff, now: datetime) -> RuleVersion:
    """Record the clinician's sign-off of a version whose texts are final, once.

    Raises Refused: "rules_sign_open", "rules_signed_already", or what is wrong with it.
    """
    _refuse_bad_sign_off(sign_off, now)

    def work() -> RuleVersion:
        here = locked(version)
        if here.is_open:
            # Nobody signs what may still be edited.
            raise Refused("rules_sign_open")
        if here.signed_off_on is not None:
            raise Refused("rules_signed_already")
        _put(here, sign_off)
        here.save(update_fields=["signed_off_by", "signed_off_licence", "signed_off_on"])
        return here

    return in_transaction(work)


def add_note(*, version: RuleVersion, text: str, by: User | None, now: datetime) -> RuleVersion:
    """Add to a version's note, such as a correction to its sign-off; what stands there stays.

    Raises Refused("rules_note_empty").
    """
    if not text.strip():
        raise Refused("rules_note_empty")

    def work() -> RuleVersion:
        here = locked(version)
        line = f"{full_date(now)}, {by or 'the studio'}: {text.strip()}"
        here.note = f"{here.note}\n{line}".strip()
        here.save(update_fields=["note"])
        return here

    return in_transaction(work)


def _refuse_bad_sign_off(sign_off: SignedOff, now: datetime) -> None:
    """Raise Refused when a sign-off lacks a part: "rules_sign_off_name", "_licence", "_date"."""
    if len(sign_off.name.split()) < 2:
        raise Refused("rules_sign_off_name")
    if not sign_off.licence.strip():
        raise Refused("rules_sign_off_licence")
    # The studio's day may have begun before UTC's has.
    if not date(2000, 1, 1) <= sign_off.on or (sign_off.on - now.date()).days > 1:
        raise Refused("rules_sign_off_date")


def _put(here: RuleVersion, sign_off: SignedOff) -> None:
    here.signed_off_by, here.signed_off_licence = sign_off.name.strip(), sign_off.licence.strip()
    here.signed_off_on = sign_off.on


def _refuse_publishing(
    here: RuleVersion | None, published: dict[int, RuleVersion], revision: int, replaces: int | None
) -> None:
    if here is None:
        raise Refused("rules_gone")
    if here.status != RuleStatus.TESTED:
        raise Refused("rules_not_tested")
    refuse_older_page(here, revision)
    if set(published) != ({replaces} if replaces is not None else set()):
        raise Refused("rules_published_meanwhile")
    bench = bench_of(here)
    _refuse_failing(bench)
    if bench.unreviewed:
        raise Refused("rules_cases_unreviewed", count=_counted(len(bench.unreviewed)))


def _refuse_failing(bench: Bench) -> None:
    if not bench.tried:
        raise Refused("rules_no_cases")
    if bench.failing:
        raise Refused("rules_cases_fail", count=_counted(len(bench.failing)))


def _counted(count: int) -> str:
    return "One example client" if count == 1 else f"{count} example clients"
