"""Moving a session, by the link of a mail and signed in. GET shows the times that would do instead, POST moves."""

from datetime import datetime, timedelta
from typing import Final

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from massage_booking.core import clock
from massage_booking.core.errors import DomainError, Taken
from massage_booking.core.ids import new_public_id
from massage_booking.core.parsing import to_date, to_instant, to_month
from massage_booking.studio import selectors as studio_selectors
from screening import selectors as screening
from screening.views.doors import closed_kindly
from sessions import messages as sentences
from sessions.domain.status import Act
from sessions.domain.who import Against
from sessions.forms.choice import ANYONE
from sessions.models import MassageSession
from sessions.selectors import late_changes, offer, openings, who
from sessions.selectors.earliest import FirstDay, first_day_of
from sessions.services import changes
from sessions.services import late_changes as asking_late
from sessions.views import reasons
from sessions.views.doors import Door, opened
from sessions.views.manage import actor_of, against_change, asked_words, context_of, form_of, told_words
from sessions.views.picker import Asked, Picker
from therapists import selectors as therapist_selectors
from therapists.models import Service, Therapist

# With these another time would not help.
NOT_ABOUT_THE_TIME: Final = frozenset(
    {"wrong_status", "changed_meanwhile", "change_asked_already", "nothing_to_ask", "stopped_to_book"}
)


@require_http_methods(["GET", "HEAD", "POST"])
@closed_kindly
@opened
def move(request: HttpRequest, door: Door) -> HttpResponse:
    """Show the times that would do instead; move to the one that is pressed."""
    now = clock.now()
    if against_change(door.session, Act.MOVE, now=now) is not None and not _asks(door, now=now):
        return redirect(door.url("detail"))
    if request.method == "POST":
        return _move(request, door, now)
    return _move_page(request, door, now)


def _asks(door: Door, *, now: datetime) -> bool:
    """Say whether another time is to be asked for: too late to move alone, and nothing asked for yet."""
    if late_changes.open_request(door.session) is not None:
        return False
    return late_changes.may_ask(session=door.session, act=Act.MOVE, now=now)


def _move(request: HttpRequest, door: Door, now: datetime) -> HttpResponse:
    session = door.session
    starts_at = to_instant(request.POST.get("starts_at"))
    therapist = _therapist(request.POST.get("therapist", session.therapist.slug), session)
    service = _other_service(request.POST.get("service", ""), session)
    if starts_at is None or session.client is None:
        messages.error(request, sentences.of_code("unreadable_time"))
        return redirect(door.url("move"))
    assessment = offer.assess(client=session.client, starts_at=starts_at, now=now)
    if assessment is None:
        messages.error(request, sentences.of_code("screening_needed"))
        return redirect(door.url("move"))
    chosen = {"starts_at": starts_at, "therapist": therapist, "assessment": assessment, "actor": actor_of(request)}
    named = {"therapist": therapist.slug if therapist else "", "service": service.slug if service else ""}
    form = form_of(request, door, "move", starts_at=starts_at, **named)
    try:
        if _asks(door, now=now) and service is None:
            asking_late.ask_to_move(session=session, now=now, **chosen, **form)
            messages.success(request, f"{asked_words(session)} The new time is kept for you meanwhile.")
            return redirect(door.url("detail"))
        moved = changes.move(session=session, by="client", now=now, service=service, **chosen, **form)
    except Taken as lost:
        return _move_page(request, door, now, sentence=sentences.sentence(lost), wanted=starts_at, therapist=therapist)
    except DomainError as refusal:
        if refusal.code in NOT_ABOUT_THE_TIME:
            messages.error(request, sentences.sentence(refusal))
            return redirect(door.url("move"))
        said = sentences.sentence(refusal)
        if refusal.code == "form_reused":
            return _move_page(request, door, now, sentence=said)
        return _move_page(request, door, now, sentence=said, wanted=starts_at, therapist=therapist)
    kept = " It is kept for you until a doctor’s letter is here." if moved.clearance_until else ""
    messages.success(request, told_words(f"Moved.{kept} A letter with the new time"))
    return redirect(door.url("detail"))


def _move_page(
    request: HttpRequest,
    door: Door,
    now: datetime,
    *,
    sentence: str = "",
    wanted: datetime | None = None,
    therapist: Therapist | None = None,
) -> HttpResponse:
    session = door.session
    assert session.client is not None
    # A time that is kept for a document, or held back, moves to another that can be kept for one.
    kept = session.clearance_until is not None or session.held_back_at is not None
    allowed_on = offer.allowed_on(
        client=session.client, service=session.service, now=now, ask_today=False, for_letter=kept
    )
    chosen = therapist if wanted else _therapist(request.GET.get("therapist", session.therapist.slug), session)
    notices = []
    if chosen is not None and (against := _against(session, chosen, now=now)):
        notices, chosen = [against], None
    slug = chosen.slug if chosen else ANYONE
    first = _earliest(session, now=now)
    reads = door.is_own and screening.may_read_answers(request.user, session.client)
    reasons.note(request, session.client, purpose="moving a session", named=reads and reasons.in_wait(first))
    asked = Asked(
        service=session.service,
        therapist=chosen,
        client=session.client,
        now=now,
        page=door.url("move"),
        post_to=door.url("move"),
        parameters={"therapist": slug},
        fields={"therapist": slug, "key": new_public_id()},
        allowed_on=allowed_on,
        without=session,
        not_before=first.day if first else None,
    )
    picker = Picker(asked, to_month(request.GET.get("month")), to_date(request.GET.get("day")))
    nearest = (
        openings.nearest(
            service=session.service,
            wanted=_within_reach(wanted, now=now),
            now=now,
            therapist=chosen,
            client=session.client,
            allowed_on=allowed_on,
        )
        if wanted
        else []
    )
    asks = _asks(door, now=now)
    context = {
        **context_of(door, now=now),
        "month": picker.month,
        "times": picker.times,
        "sentence": sentence,
        "notices": notices,
        "stays": wanted is not None,
        "nearest": nearest,
        "key": asked.fields["key"],
        "with_anyone": chosen is None,
        "not_before": _not_before(first, reads=reads),
        "asks": asks,
        "nearest_label": "Ask for this" if asks else "Move here",
        "may_wait": session.held_back_at is not None,
    }
    return render(request, "sessions/move.html", context, status=409 if sentence else 200)


def _against(session: MassageSession, therapist: Therapist, *, now: datetime) -> str:
    """Return why a therapist has no times for this session, as a sentence; nothing where they may have some."""
    assert session.client is not None
    assessment = offer.assess(client=session.client, starts_at=session.starts_at, now=now)
    zone = studio_selectors.require().tz
    found = who.stands_against(
        client=session.client,
        therapist=therapist,
        service=session.service,
        day=max(now, session.starts_at).astimezone(zone).date(),
        needs=offer.needs_of(assessment),
    )
    if found not in (Against.APART, Against.FURTHER_TRAINING):
        return ""
    return sentences.of_code(found.value, {"therapist": therapist.first_name})


def _within_reach(wanted: datetime, *, now: datetime) -> datetime:
    """Return the time next to the one that was asked for at which somebody could be asked for a session at all."""
    return min(max(wanted, now), now + timedelta(days=studio_selectors.require().horizon_days))


def _earliest(session: MassageSession, *, now: datetime) -> FirstDay | None:
    """Return from when the client may have this session, where something has to be waited for."""
    assert session.client is not None
    standing = offer.standing_of(client=session.client, now=now)
    today = now.astimezone(studio_selectors.require().tz).date()
    return first_day_of(standing, session.service, today=today) if standing else None


def _not_before(first: FirstDay | None, *, reads: bool) -> str:
    """Return the sentence over the month; why is said only to whoever is signed in and may read the answers."""
    if first is None or not first.opening:
        return ""
    return first.sentence if reads else f"{first.opening}."


def _therapist(slug: str, session: MassageSession) -> Therapist | None:
    """Return whom the session may go to: its own therapist unless anyone will do, or another who was named."""
    if slug == ANYONE:
        return None
    if slug == session.therapist.slug:
        return session.therapist
    return Therapist.objects.filter(is_active=True, slug=slug[:60]).first() or session.therapist


def _other_service(slug: str, session: MassageSession) -> Service | None:
    """Return what a session that is held back becomes instead; nothing for any other, or for what is not offered."""
    if session.held_back_at is None or slug in ("", session.service.slug):
        return None
    return next((service for service in therapist_selectors.bookable_services() if service.slug == slug[:60]), None)
