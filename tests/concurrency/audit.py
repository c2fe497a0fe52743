"""What must never be found in a database of sessions, asked in plain SQL of the rows themselves."""

from tests.concurrency.server import Served

BLOCKING = "('held', 'requested', 'booked', 'arrived', 'started', 'done')"
# Whose time it is -> the column in which it ends for them.
WHOSE = {"therapist_id": "blocked_until", "place_id": "blocked_until", "client_id": "ends_at"}


def overlaps(served: Served) -> dict[str, int]:
    """Count pairs of sessions that share a therapist, a place or a client at the same time."""
    return {
        column: served.ask(
            f"SELECT count(*) FROM massage_session one JOIN massage_session other "
            f"ON one.{column} = other.{column} AND one.id < other.id "
            f"WHERE one.status IN {BLOCKING} AND other.status IN {BLOCKING} "
            f"AND one.starts_at < other.{end} AND other.starts_at < one.{end}"
        )[0][0]
        for column, end in WHOSE.items()
    }


NONE = dict.fromkeys(WHOSE, 0)


def without_event(served: Served) -> list[tuple[int]]:
    """List sessions of which no act is written down; holds have none."""
    return served.ask(
        "SELECT id FROM massage_session one WHERE status <> 'held' AND NOT EXISTS "
        "(SELECT 1 FROM massage_sessions_sessionevent event WHERE event.session_id = one.id)"
    )


def without_reminder(served: Served) -> list[tuple[int]]:
    """List sessions that are booked, far enough ahead, and nobody would be reminded of."""
    return served.ask(
        "SELECT one.id FROM massage_session one WHERE status = 'booked' AND "
        "(SELECT count(*) FROM outbox_message mail WHERE mail.kind = 'reminder' AND mail.subject_id = one.id "
        "AND mail.revision = one.revision AND mail.status <> 'void') <> 1"
    )


def of_the_past(served: Served) -> list[tuple[int]]:
    """List mails that are still owed about a session as it is no more."""
    return served.ask(
        "SELECT mail.id FROM outbox_message mail JOIN massage_session one ON mail.subject_id = one.id "
        "WHERE mail.kind = 'reminder' AND mail.status IN ('queued', 'retry') "
        "AND (mail.revision <> one.revision OR one.status <> 'booked')"
    )


def damage(served: Served) -> dict[str, list[tuple[object, ...]]]:
    """Return everything of it that there is, by name, with what is known of the sessions concerned."""
    found = {
        "without event": without_event(served),
        "without reminder": without_reminder(served),
        "reminder of the past": of_the_past(served),
    }
    return {what: _told(served, what, [row[0] for row in rows]) for what, rows in found.items() if rows}


def _told(served: Served, what: str, keys: list[int]) -> list[tuple[object, ...]]:
    listed = ", ".join(str(key) for key in keys)
    mails = f"SELECT kind, subject_id, revision, status, error FROM outbox_message WHERE subject_id IN ({listed})"
    if what == "reminder of the past":
        mails = f"SELECT kind, subject_id, revision, status, error FROM outbox_message WHERE id IN ({listed})"
    return [
        *served.ask(f"SELECT id, status, revision, starts_at FROM massage_session WHERE id IN ({listed})"),
        *served.ask(f"SELECT session_id, act, at FROM massage_sessions_sessionevent WHERE session_id IN ({listed})"),
        *served.ask(mails),
    ]
