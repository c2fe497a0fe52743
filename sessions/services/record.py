"""What was done to a session, and forms that were already answered."""

import hashlib
import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from massage_booking.accounts.models import User
from massage_booking.core.errors import Refused
from massage_booking.core.prepared import Prepared, a_word
from sessions.models import FormKey, MassageSession, SessionEvent

_KNOWN: Final = Prepared(lambda key: FormKey.objects.select_related("session").filter(key=key)[:1], key=a_word())


def note(
    *,
    session: MassageSession,
    act: str,
    actor: User | None,
    by: str,
    now: datetime,
    detail: Mapping[str, Any] | None = None,
) -> None:
    """Write an act down, in the transaction of the act."""
    SessionEvent.objects.create(session=session, at=now, act=act, actor=actor, by=by, detail=dict(detail or {}))


def digest_of(content: Mapping[str, Any]) -> str:
    """Return a digest of what a form said, the same for the same content in any order."""
    return hashlib.sha256(json.dumps(content, sort_keys=True, default=str).encode()).hexdigest()


def answered_before(*, key: str, digest: str) -> MassageSession | None:
    """Return what this very form led to before. The same key with other content is refused."""
    if not key:
        return None
    known = _KNOWN.first(key=key)
    if known is None:
        return None
    if known.digest != digest:
        raise Refused("form_reused")
    session: MassageSession = known.session
    return session


def keep_answer(*, key: str, digest: str, session: MassageSession, now: datetime) -> None:
    """Remember what a form led to."""
    if key:
        FormKey.objects.create(key=key, digest=digest, session=session, created_at=now)
