"""A client's letters: the form for the doctor, sending the answer, taking it back. All behind a mailed code."""

from collections.abc import Callable
from functools import wraps
from typing import Any, Final

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from massage_booking.accounts.models import Client
from massage_booking.core import clock, visitors
from massage_booking.core.errors import DomainError
from massage_booking.studio import selectors as studio_selectors
from screening import letters_page, pdf, selectors, uploads, vault
from screening.forms_letters import RequestForm
from screening.models import ClearanceRequest, Letter, LetterFile, RequestState
from screening.services import letters as services
from screening.vault import Reader
from screening.views.doors import closed_kindly

View = Callable[..., HttpResponse]

SENTENCES: Final[dict[str, str]] = {
    **uploads.SENTENCES,
    "no_consent": "We may not keep a letter without your consent. Answer the health questions first.",
    "letter_not_needed": "With these answers no letter is needed.",
    "letter_too_many": "Ten letters of yours wait to be read already. Please take one back first.",
    "letter_reviewed_already": "Somebody has looked at this letter already.",
}
UNKNOWN: Final = "That did not work. Please try again."
FILE_NAMES: Final = {"application/pdf": "letter.pdf", "image/jpeg": "letter.jpg", "image/png": "letter.png"}


def private(view: View) -> View:
    """Keep what a page says of somebody's health out of every cache."""

    @wraps(view)
    def kept(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        response = view(request, *args, **kwargs)
        response["Cache-Control"] = "no-store"
        return response

    return kept


def attachment(content: bytes, *, content_type: str, name: str) -> HttpResponse:
    """Return a document to be saved: never shown in a page of ours, never guessed at, never kept in between."""
    response = HttpResponse(content, content_type=content_type)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "no-store"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["Cross-Origin-Resource-Policy"] = "same-origin"
    return response


def file_of(letter: Letter, *, reader: Reader, purpose: str, address: str) -> HttpResponse:
    """Return a letter's document as an attachment under a name of ours, and record the opening."""
    file = LetterFile.objects.filter(letter=letter).first()
    if file is None:
        raise Http404
    file.letter = letter
    content = vault.open_file(file, reader=reader, purpose=purpose, now=clock.now(), address=address)
    return attachment(content, content_type=file.content_type, name=FILE_NAMES[file.content_type])


def _in_care(request: HttpRequest) -> QuerySet[Client]:
    return Client.objects.filter(account=request.user.pk, confirmed_at__isnull=False, is_claimed=True)


def _readable(request: HttpRequest) -> list[Client]:
    """Return the people whose letters this account may read, as with their answers."""
    people = _in_care(request).select_related("account").order_by("pk")
    return [client for client in people if selectors.may_read_answers(request.user, client)]


def _client_of(request: HttpRequest, public_id: str) -> Client:
    client = get_object_or_404(_in_care(request).select_related("account"), public_id=public_id)
    if not selectors.may_read_answers(request.user, client):
        raise Http404
    return client


def _letter_of(client: Client, letter_id: str) -> Letter:
    letter = get_object_or_404(Letter, client=client, public_id=letter_id)
    letter.client = client
    return letter


def _reader(request: HttpRequest) -> Reader:
    return Reader.of(request.user, "client")  # type: ignore[arg-type]


def _back(client: Client) -> HttpResponse:
    return redirect("screening:letters_of", public_id=client.public_id)


def sentence(error: DomainError) -> str:
    return SENTENCES.get(error.code, UNKNOWN)


@require_safe
@login_required
def letters(request: HttpRequest) -> HttpResponse:
    """Lead to the letters of the one client, or let choose whose."""
    people = _readable(request)
    if len(people) == 1:
        return _back(people[0])
    return render(request, "screening/letters/whose.html", {"people": people})


@require_safe
@login_required
@closed_kindly
@private
def letters_of(request: HttpRequest, public_id: str) -> HttpResponse:
    """Show what a letter must cover, and what came of each."""
    return _page(request, _client_of(request, public_id))


def _page(request: HttpRequest, client: Client, form: RequestForm | None = None) -> HttpResponse:
    studio, now = studio_selectors.current(), clock.now()
    if studio is None:
        raise Http404
    found = letters_page.page_of(
        client, zone=studio.tz, now=now, reader=_reader(request), address=visitors.address_of(request)
    )
    asked = found.asked
    initial = {"doctor": asked.doctor, "referral": asked.referral} if asked else {}
    context = {
        "client": client,
        "people": _readable(request),
        "page": found,
        "form": form or RequestForm(initial=initial),
        "clearance_days": studio.clearance_days,
    }
    return render(request, "screening/letters/letters.html", context)


@require_POST
@login_required
@closed_kindly
@private
def form(request: HttpRequest, public_id: str) -> HttpResponse:
    """Make the form for the doctor, or bring the one under way up to date."""
    client, now, studio = _client_of(request, public_id), clock.now(), studio_selectors.require()
    typed = RequestForm(request.POST)
    if not typed.is_valid():
        return _page(request, client, typed)
    codes = letters_page.missing_codes(client, zone=studio.tz, now=now)
    try:
        services.request_form(
            client=client,
            codes=codes or [],
            doctor=typed.cleaned_data["doctor"],
            referral=typed.cleaned_data["referral"],
            now=now,
        )
    except DomainError as refusal:
        messages.error(request, sentence(refusal))
    else:
        messages.success(request, "The form is ready. Save it, print it, and let your doctor fill it in.")
    return _back(client)


@require_safe
@login_required
@closed_kindly
def form_pdf(request: HttpRequest, public_id: str) -> HttpResponse:
    """Hand over the form for the doctor."""
    client, studio, now = _client_of(request, public_id), studio_selectors.require(), clock.now()
    states = [RequestState.OPEN, RequestState.RECEIVED]
    asked = ClearanceRequest.objects.filter(client=client, state__in=states).first()
    if asked is None:
        raise Http404
    asked.client = client
    said = letters_page.open_request(
        asked, reader=_reader(request), purpose="printing it", now=now, address=visitors.address_of(request)
    )
    _, rules = selectors.published_rules()
    codes, lifetimes = said["codes"], rules.extra.clearance_valid_days
    assert isinstance(codes, list)
    content = pdf.draw(
        pdf.DoctorForm(
            studio=studio.name,
            address=studio.address_lines,
            phone=studio.phone,
            client=client.name,
            born=client.date_of_birth,
            doctor=str(said["doctor"]),
            referral=str(said["referral"]),
            conditions=letters_page.full_labels(rules, codes),
            techniques=rules.extra.techniques,
            lasts_days=min(lifetimes.get(code, lifetimes["default"]) for code in codes),
            made_at=now,
        )
    )
    return attachment(content, content_type="application/pdf", name="form.pdf")


@require_POST
@login_required
@closed_kindly
def upload(request: HttpRequest, public_id: str) -> HttpResponse:
    """Take in a letter."""
    client = _client_of(request, public_id)
    try:
        services.refuse_too_many(client)
        document = uploads.clean(uploads.sent(request.FILES.getlist(uploads.FIELD)))
        services.receive(
            client=client,
            document=document,
            received_from=request.user,  # type: ignore[arg-type]
            now=clock.now(),
        )
    except DomainError as refusal:
        messages.error(request, sentence(refusal))
    else:
        messages.success(request, "Received. A therapist looks at it, and you hear from us.")
    return _back(client)


@require_POST
@login_required
def take_back(request: HttpRequest, public_id: str, letter_id: str) -> HttpResponse:
    """Delete a letter that nobody has reviewed yet."""
    client = _client_of(request, public_id)
    try:
        services.take_back(letter=_letter_of(client, letter_id), now=clock.now())
    except DomainError as refusal:
        messages.error(request, sentence(refusal))
    else:
        messages.success(request, "Taken back. The document is erased.")
    return _back(client)


@require_safe
@login_required
@closed_kindly
def file(request: HttpRequest, public_id: str, letter_id: str) -> HttpResponse:
    """Hand a client their own letter."""
    letter = _letter_of(_client_of(request, public_id), letter_id)
    return file_of(letter, reader=_reader(request), purpose="own letters", address=visitors.address_of(request))
