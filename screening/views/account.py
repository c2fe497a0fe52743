"""A client's own side: read the answers, see who else did, answer again, take consent back."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from massage_booking.accounts.models import Client
from massage_booking.accounts.selectors import may_hand_over
from massage_booking.core import clock, visitors
from screening import consent as consent_texts
from screening import due, flow, selectors, services, vault
from screening.answer_words import Answer, answers_in_words
from screening.vault import Reader
from screening.views.doors import closed_kindly


def _in_care(request: HttpRequest) -> QuerySet[Client]:
    """Return the people in the account's care. Being signed in means that a mailed code or a passkey was used."""
    return Client.objects.filter(account=request.user.pk, confirmed_at__isnull=False, is_claimed=True)


def _own_clients(request: HttpRequest) -> list[Client]:
    return list(_in_care(request).order_by("pk"))


def _own_client(request: HttpRequest, public_id: str) -> Client:
    return get_object_or_404(_in_care(request), public_id=public_id)


def _has_let_go(client: Client) -> bool:
    """Tell whether somebody who was a child on the account is of age: their answers are theirs to take back."""
    return may_hand_over(client, timezone.localtime(clock.now()).date())


@require_safe
@login_required
def answers(request: HttpRequest) -> HttpResponse:
    """Lead to the answers of the one client, or let choose whose."""
    people = _own_clients(request)
    if len(people) == 1:
        return redirect("screening:answers_of", public_id=people[0].public_id)
    return render(request, "screening/whose.html", {"people": people})


@require_safe
@login_required
@closed_kindly
def answers_of(request: HttpRequest, public_id: str) -> HttpResponse:
    """Show a client's answers and every reading of them."""
    client, now = _own_client(request, public_id), clock.now()
    draft, complete = selectors.forms_of(client)
    shown: list[Answer] = []
    may_read = selectors.may_read_answers(request.user, client)
    if complete is not None and may_read:
        reader = Reader.of(request.user, "client")  # type: ignore[arg-type]
        opened = vault.open_answers(
            complete, reader=reader, purpose="own answers", now=now, address=visitors.address_of(request)
        )
        _, rules = selectors.published_rules()
        shown = answers_in_words(rules, selectors.read_as(complete, rules, opened))
    consent = selectors.consent_in_force(client)
    context = {
        "client": client,
        "people": _own_clients(request),
        "may_read": may_read,
        "has_let_go": _has_let_go(client),
        "consent_text": consent_texts.text_of(consent.version) if consent else None,
        "answers": shown,
        "complete": complete,
        "is_half_done": draft is not None,
        "consent": consent,
        # A therapist may have noted something since consent was taken back.
        "is_something_kept": vault.holds_anything_of(client),
        "guardian": selectors.guardian_consent_in_force(client),
        "needs_guardian": selectors.needs_guardian(client, timezone.localtime(now).date()),
        "readings": selectors.readings_of([client]),
        "own_readings": selectors.readings_of([client], own=True),
    }
    return render(request, "screening/answers.html", context)


@require_POST
@login_required
@closed_kindly
def renew(request: HttpRequest, public_id: str) -> HttpResponse:
    """Open the form again, with the last answers filled in, and come back to the account afterwards."""
    client = _own_client(request, public_id)
    flow.begin(request, client, then="accounts:home")
    here = flow.visit(request)
    if here is None or flow.is_too_young(here) or flow.consent_is_open(here):
        return redirect("screening:consent")
    if not here.is_write_only:
        services.start_or_resume(client=client, today=here.today, now=here.now)
    return redirect("screening:now")


@require_POST
@login_required
@closed_kindly
def tell(request: HttpRequest, public_id: str) -> HttpResponse:
    """Ask whether anything has changed, and come back to the account afterwards."""
    client = _own_client(request, public_id)
    flow.begin(request, client, then="accounts:home")
    here = flow.visit(request)
    if here is None or flow.is_too_young(here) or flow.consent_is_open(here):
        return redirect("screening:consent")
    draft, complete = selectors.forms_of(client)
    # Who has said that something changed is not asked whether it has, but what waits for an answer.
    asks = complete is not None and draft is None and not due.said_changed(here)
    return redirect("screening:again" if asks else flow.current_page(here))


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def withdraw(request: HttpRequest, public_id: str) -> HttpResponse:
    """Take consent back: GET says what that means, POST erases."""
    client = _own_client(request, public_id)
    if _has_let_go(client):
        raise Http404
    if request.method == "POST":
        services.withdraw_consent(client=client, now=clock.now())
        messages.success(request, "Done. The answers are erased.")
        return redirect("screening:answers_of", public_id=client.public_id)
    consent = selectors.consent_in_force(client)
    return render(request, "screening/withdraw.html", {"client": client, "consent": consent})


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def guardian(request: HttpRequest, public_id: str) -> HttpResponse:
    """Take the yes to a young client's massage back: GET says what that means, POST does it."""
    client = _own_client(request, public_id)
    found = selectors.guardian_consent_in_force(client)
    if found is None or _has_let_go(client):
        raise Http404
    if request.method == "POST":
        services.withdraw_guardian_consent(client=client, now=clock.now())
        messages.success(request, f"Done. Nothing goes on for {client.first_name} until somebody agrees anew.")
        return redirect("screening:answers_of", public_id=client.public_id)
    return render(request, "screening/guardian.html", {"client": client, "guardian": found})
