"""Writing without reading: a form on the studio's tablet, or typed off paper. What is kept of somebody is not shown.

A grant in the browser's session stands in for signing in. It names one client, lasts half an hour, and lets nobody see
an answer but those given under it. On the tablet the whole browser session belongs to the grant and ends with it.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Final

from django.http import HttpRequest
from django.middleware.csrf import rotate_token

from massage_booking.accounts.models import Client
from massage_booking.accounts.permissions import is_therapist
from screening.models import Screening, ScreeningState
from screening.services import kiosk as services

# Session keys; the values are ids, words of ours and times, never health data.
GRANT: Final = "screening_grant"
# The form that was begun in this browser by somebody who may not see older answers.
OWN_FORM: Final = "screening_own_form"
# Help is needed at once: the page that says so is all that is left.
HELP: Final = "screening_help"
# This browser is the studio's tablet: what is over leads back to the page that asks for a code.
TABLET: Final = "screening_tablet"
PAPER_DONE: Final = "screening_paper_done"

LASTS: Final = timedelta(minutes=30)
# Pages of the health step that show no older answer.
PAGES: Final = frozenset({"consent", "now", "questions", "today", "result"})


class Mode(StrEnum):
    KIOSK = "kiosk"
    PAPER = "paper"


@dataclass(frozen=True, slots=True)
class Grant:
    """Who may be asked in this browser, how, until when; `back` is what a paper form leads back to."""

    client_id: str
    mode: Mode
    until: datetime
    by: int | None = None
    back: str = ""


def begin(request: HttpRequest, client: Client, *, now: datetime) -> None:
    """Make this browser the tablet of one client: whoever was signed in is signed out of it."""
    request.session.flush()
    rotate_token(request)
    _grant(request, client, Mode.KIOSK, now)


def begin_paper(request: HttpRequest, client: Client, *, back: str, now: datetime) -> None:
    """Let the therapist who is signed in type a client's paper form."""
    request.session.pop(OWN_FORM, None)
    request.session.pop(HELP, None)
    _grant(request, client, Mode.PAPER, now, by=request.user.pk, back=back)


def _grant(
    request: HttpRequest, client: Client, mode: Mode, now: datetime, *, by: int | None = None, back: str = ""
) -> None:
    until = int((now + LASTS).timestamp())
    request.session[GRANT] = {"client": client.public_id, "mode": mode.value, "until": until, "by": by, "back": back}


def grant_of(request: HttpRequest) -> Grant | None:
    """Return the grant of this browser, run out or not. A paper form belongs to the therapist who began it."""
    kept = request.session.get(GRANT)
    if not isinstance(kept, dict):
        return None
    until = datetime.fromtimestamp(kept["until"], tz=UTC)
    grant = Grant(kept["client"], Mode(kept["mode"]), until, kept["by"], kept["back"])
    if grant.mode is Mode.PAPER and (grant.by != request.user.pk or not is_therapist(request.user)):
        return None
    return grant


def client_of(grant: Grant) -> Client | None:
    return Client.objects.filter(public_id=grant.client_id, confirmed_at__isnull=False).first()


def drop(request: HttpRequest) -> None:
    """Forget a grant, because this browser begins something else."""
    for key in (GRANT, OWN_FORM, HELP):
        request.session.pop(key, None)


# --- The form that is written here ------------------------------------------


def own_draft(request: HttpRequest, client: Client) -> Screening | None:
    """Return the form under way that was begun in this browser."""
    public_id = _own_form(request).get("id", "")
    draft = Screening.objects.filter(client=client, public_id=public_id, state=ScreeningState.DRAFT).first()
    if draft is not None:
        draft.client = client
    return draft


def has_completed(request: HttpRequest, client: Client) -> bool:
    """Tell whether the client's answers are those that were given in this browser."""
    public_id = _own_form(request).get("id", "")
    return Screening.objects.filter(client=client, public_id=public_id, state=ScreeningState.COMPLETE).exists()


def ensure_own_draft(request: HttpRequest, client: Client, *, now: datetime) -> None:
    """Begin an empty form where none was begun here. Raises Refused("no_consent")."""
    if own_draft(request, client) is not None:
        return
    begun = services.start_blank(client=client, now=now)
    request.session[OWN_FORM] = {"id": begun.form.public_id, "aside": begun.aside}


def _own_form(request: HttpRequest) -> dict[str, str]:
    kept = request.session.get(OWN_FORM)
    return kept if isinstance(kept, dict) else {}


# --- The end ----------------------------------------------------------------


def finish(request: HttpRequest, mode: str, *, advises: bool) -> str:
    """End a form that is complete; return the page that comes next: words about help, where there are any, first."""
    if advises:
        request.session[HELP] = True
        return "screening:result"
    return leave(request, mode)


def leave(request: HttpRequest, mode: str) -> str:
    """End the grant, and on the tablet everything that this browser knows; return the page that comes next."""
    if mode == Mode.PAPER:
        grant = grant_of(request)
        drop(request)
        request.session[PAPER_DONE] = grant.back if grant else ""
        return "screening:paper_done"
    request.session.flush()
    rotate_token(request)
    request.session[TABLET] = True
    return "screening:kiosk_done"


def stop(request: HttpRequest, client: Client | None, *, now: datetime) -> None:
    """Give up a form that is not finished; one in which nothing was ticked yet leaves no trace."""
    kept = _own_form(request)
    if client is not None and kept:
        services.give_up(client=client, form=kept["id"], aside=kept["aside"], now=now)
