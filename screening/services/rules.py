"""Rule versions: drafts are made, edited and thrown away. What was once published never changes."""

from collections.abc import Callable
from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.timezone import localtime

from massage_booking.accounts.models import User
from massage_booking.core.db import in_transaction
from massage_booking.core.errors import Refused
from massage_booking.core.wording import clock_time
from screening.models import RuleStatus, RuleVersion
from screening.rulework.book import named, version_in
from screening.rulework.checks import checked
from screening.rulework.files import RuleFiles


def new_draft(
    *, files: RuleFiles, base: RuleVersion | None, label: str, note: str, by: User | None, now: datetime
) -> RuleVersion:
    """Begin a draft with four files, kept to the letter.

    Raises rulework.checks.RulesRefused when they break a promise, Refused("rules_label_taken").
    """
    checked(files)
    try:
        with transaction.atomic():
            return RuleVersion.objects.create(
                **files.texts,
                label=label.strip(),
                note=note.strip(),
                status=RuleStatus.DRAFT,
                checksum=files.checksum,
                based_on=base,
                created_at=now,
                edited_at=now,
                edited_by=by,
            )
    except IntegrityError:
        raise Refused("rules_label_taken") from None


def save_draft(*, version: RuleVersion, files: RuleFiles, revision: int, by: User | None, now: datetime) -> RuleVersion:
    """Keep edited files. A tested version becomes a draft again; what says the same changes nothing.

    Raises RulesRefused, Refused("rules_final"), and Refused("rules_older_page") when somebody has edited it since the
    page with `revision` was made.
    """
    checked(files)

    def change(here: RuleVersion) -> None:
        if files == RuleFiles.of(here):
            return
        for field, text in files.texts.items():
            setattr(here, field, text)
        here.checksum = files.checksum
        here.status = RuleStatus.DRAFT
        here.tested_at = None
        _touch(here, by, now)

    return changed(version, revision, change)


def rename_draft(
    *, version: RuleVersion, label: str, note: str, revision: int, by: User | None, now: datetime
) -> RuleVersion:
    """Give a draft another name or note. Raises Refused like `save_draft`, and Refused("rules_label_taken").

    A draft whose files are called as it was goes on calling them as it is.
    """

    def change(here: RuleVersion) -> None:
        files = RuleFiles.of(here)
        if here.status == RuleStatus.DRAFT and version_in(files) == here.label:
            here.extra_json = named(files, label.strip()).extra_json
            here.checksum = RuleFiles.of(here).checksum
        here.label, here.note = label.strip(), note.strip()
        _touch(here, by, now)

    try:
        return changed(version, revision, change)
    except IntegrityError:
        raise Refused("rules_label_taken") from None


def delete_draft(*, version: RuleVersion) -> None:
    """Throw a draft away; drafts that were made from it hang on its own base. Raises Refused("rules_in_use")."""

    def work() -> None:
        here = locked(version)
        if not here.is_open:
            raise Refused("rules_in_use")
        RuleVersion.objects.filter(based_on=here).update(based_on=here.based_on_id)
        here.delete()

    in_transaction(work)


def locked(version: RuleVersion) -> RuleVersion:
    """Return a version as it is now, for nobody else to change meanwhile. Raises Refused("rules_gone")."""
    here = RuleVersion.objects.select_for_update(of=("self",)).filter(pk=version.pk).first()
    if here is None:
        raise Refused("rules_gone")
    return here


def changed(version: RuleVersion, revision: int, change: Callable[[RuleVersion], None]) -> RuleVersion:
    """Change an open version under its lock, if the page was made with its newest edit."""

    def work() -> RuleVersion:
        here = locked(version)
        if not here.is_open:
            raise Refused("rules_final")
        refuse_older_page(here, revision)
        change(here)
        here.save()
        return here

    return in_transaction(work)


def refuse_older_page(here: RuleVersion, revision: int) -> None:
    """Raise Refused("rules_older_page") when a version was edited after a page was made."""
    if here.revision != revision:
        at = clock_time(localtime(here.edited_at)) if here.edited_at else "a moment ago"
        raise Refused("rules_older_page", by=str(here.edited_by or "Somebody"), at=at)


def _touch(here: RuleVersion, by: User | None, now: datetime) -> None:
    here.revision += 1
    here.edited_at, here.edited_by = now, by
