"""Twenty words that stand for what somebody tells in confidence, and the flows that carry them through the house.

A new flow that takes or shows health words is added to FLOWS: a function that does it as people do.
"""

import re
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from itertools import product
from typing import Any
from urllib.parse import unquote

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client as Browser

from massage_booking.outbox import registry
from massage_booking.outbox import services as outbox
from massage_booking.outbox.models import Message
from massage_booking.outbox.registry import Mail
from screening import letters, services, uploads, vault
from screening.cleaning import Clean
from screening.document import GivenRow
from screening.domain.triggers import Trigger
from screening.models import AccessRecord, Letter
from screening.services import kiosk, reviews
from screening.services import letters as letter_services
from sessions.models import MassageSession, Rearranged, Rearrangement
from sessions.services import changes, late_changes
from tests import cast

WORDS = tuple(f"zz{name}quill" for name in (
    "alder", "birch", "cedar", "dwale", "elmet", "furze", "gorse", "hazel", "ivyet", "junip",
    "kelpo", "larch", "mapel", "nettl", "osier", "poplr", "quinc", "rowan", "sloew", "thorn",
))  # fmt: skip
ROWS = {
    "osteoporosis": GivenRow(answer="No, thin bones but no fractures"),
    "migraine": GivenRow(answer="No, I am between attacks"),
    "blood_thinners": GivenRow(answer="Only one of low-dose aspirin or clopidogrel, and I do not bruise easily"),
}


class Walk:
    """A day at the studio: who is signed in, the clock, the words not yet used, every address that was asked for.

    With `all_mails`, every mail there is gets composed on the way, in every state: that takes a while.
    """

    def __init__(self, house: cast.House, clock: Any, *, all_mails: bool = False) -> None:
        self.house, self.clock, self.all_mails = house, clock, all_mails
        self.words: Iterator[str] = iter(WORDS)
        self.said: list[str] = []
        self.addresses: list[str] = []
        self.kinds: set[str] = set()
        self.mails: list[Mail] = []
        # Address, who read, and what: a line for each page that opened something.
        self.readings: list[tuple[str, str, tuple[str, ...]]] = []
        self._recorded = 0
        self.sign_in()

    def sign_in(self) -> None:
        house = self.house
        self.nadia, self.ana = self._signed_in(house.nadias_account), self._signed_in(house.ana.user)
        self.desk, self.admin = self._signed_in(house.desk), self._signed_in(house.admin)

    def _signed_in(self, user: Any) -> Browser:
        browser = Browser()
        browser.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
        return browser

    def send(self, now: datetime) -> None:
        """Let the mails go out that are due."""
        outbox.send_due(now=now)
        self.kinds |= set(Message.objects.filter(status="sent").values_list("kind", flat=True))

    def word(self) -> str:
        """Return a word that nobody must ever find again outside the vault."""
        word = next(self.words)
        self.said.append(word)
        return word

    def get(self, browser: Browser, address: str) -> Any:
        return self._kept(browser.get(address, follow=True), address)

    def post(self, browser: Browser, address: str, **data: Any) -> Any:
        return self._kept(browser.post(address, data), address)

    def _kept(self, response: Any, address: str) -> Any:
        assert response.status_code < 500, address
        steps = [address, response.get("Location", ""), *(step for step, _ in getattr(response, "redirect_chain", []))]
        self.addresses += [unquote(step) for step in steps]
        new = list(AccessRecord.objects.order_by("pk").values_list("reader_name", "what")[self._recorded :])
        self._recorded += len(new)
        if new:
            assert len({who for who, _ in new}) == 1, address
            plain = re.sub(r"/[\w-]{22}(?=/)", "/…", address)
            self.readings.append((plain, new[0][0], tuple(what for _, what in new)))
        return response

    @property
    def session(self) -> MassageSession:
        """Return Nadia's newest session, as it stands."""
        found = MassageSession.objects.filter(client=self.house.nadia).order_by("-pk").first()
        assert found is not None
        return found

    def at_work(self, word: str = "") -> str:
        return f"/sessions/calendar/{self.session.public_id}/{word}"


def answers(walk: Walk) -> None:
    """Nadia answers; somebody sends pages of the form with words where none belong."""
    cast.answer(walk.house.nadia, ROWS)
    cast.book(walk.house, starts_at=cast.at(10, days=3))
    for path in ("/account/", "/screening/answers/", f"/screening/answers/{walk.house.nadia.public_id}/"):
        walk.get(walk.nadia, path)
    walk.post(walk.nadia, f"/screening/answers/{walk.house.nadia.public_id}/renew/")
    for path in ("/screening/now/", "/screening/questions/", "/screening/today/", "/screening/reask/"):
        word = walk.word() if path in {"/screening/questions/", "/screening/today/"} else ""
        walk.get(walk.nadia, path)
        walk.post(walk.nadia, path, rows=[word], note=word, **{"osteoporosis-answer": word, "migraine": word})
    cast.answer(walk.house.nadia, ROWS)


def wishes(walk: Walk) -> None:
    """Nadia says where it hurts, and in her own words why."""
    address = f"/screening/wishes/{walk.house.nadia.public_id}/"
    walk.get(walk.nadia, address)
    walk.post(walk.nadia, address, words=walk.word(), hurts=["neck"], avoid=["lower_back"])
    walk.get(walk.nadia, address)


def doctors(walk: Walk) -> None:
    """Nadia asks a doctor, sends a letter and a file that is none; Ana accepts one and refuses another."""
    client, base = walk.house.nadia, f"/screening/letters/{walk.house.nadia.public_id}/"
    walk.get(walk.nadia, base)
    doctor, referral = walk.word(), walk.word()
    walk.post(walk.nadia, f"{base}form/", doctor=doctor, referral=referral)
    # With these answers she needs none; with others it would be kept like this.
    letter_services.request_form(
        client=client, codes=["blood_thinners"], doctor=doctor, referral=referral, now=cast.NOW
    )
    walk.get(walk.nadia, f"{base}form.pdf")
    word = walk.word()
    walk.post(
        walk.nadia,
        f"{base}send/",
        **{uploads.FIELD: SimpleUploadedFile(f"{word}.pdf", word.encode(), "application/pdf")},
    )
    sent = [
        letter_services.receive(
            client=client,
            document=Clean(content=f"%PDF-1.7 {walk.word()}".encode(), content_type="application/pdf"),
            received_from=client.account,
            now=cast.NOW,
        )
        for _ in range(2)
    ]
    walk.send(cast.NOW)
    walk.get(walk.nadia, f"{base}{sent[0].public_id}/file/")
    for letter in sent:
        walk.get(walk.ana, f"/sessions/letters/{letter.public_id}/")
        walk.get(walk.ana, f"/sessions/letters/{letter.public_id}/file/")
    scope = letters.Scope(
        kind=letters.CLEARANCE, codes=frozenset({"blood_thinners"}), signed_on=cast.NOW.date(), signer=walk.word(),
        role=walk.word(), note=walk.word(),
    )  # fmt: skip
    reviewer = walk.house.ana.user
    assert reviewer is not None
    reviews.accept(letter=sent[0], scope=scope, reviewer=reviewer, today=cast.NOW.date(), now=cast.NOW)
    walk.post(walk.ana, f"/sessions/letters/{sent[1].public_id}/refuse/", reason=walk.word())
    assert Letter.objects.get(pk=sent[1].pk).state == "refused"
    walk.get(walk.nadia, base)


def the_day(walk: Walk) -> None:
    """Answers end and are given again; the questions of the day are asked from the mail and on the tablet."""
    client = walk.house.nadia
    services.end_answers(client=client, codes=["migraine"], trigger=Trigger.DIAGNOSIS, now=cast.NOW)
    walk.get(walk.nadia, f"/sessions/{walk.session.public_id}/")
    services.still_true(client=client, codes=["migraine"], today=cast.NOW.date(), now=cast.NOW)
    cast.answer(client, ROWS)
    walk.post(walk.nadia, f"/sessions/{walk.session.public_id}/today/", words=walk.word())
    walk.get(walk.nadia, f"/sessions/{walk.session.public_id}/today/")
    code = kiosk.make_ticket(client=client, made_by=walk.house.desk, now=cast.NOW)
    tablet = Browser()
    walk.post(tablet, "/screening/kiosk/", code=code)
    for path in ("/screening/consent/", "/screening/now/"):
        walk.get(tablet, path)
        walk.post(tablet, path, note=walk.word() if path == "/screening/now/" else "")
    cast.answer(client, ROWS)


def signing(walk: Walk) -> None:
    """Ana reads why, signs with a note, tightens, and signs again."""
    walk.get(walk.ana, walk.at_work())
    walk.post(walk.ana, walk.at_work("why/"))
    read = MassageSession.objects.get(pk=walk.session.pk).decision
    assert read is not None
    for areas in ([], ["neck"]):
        walk.post(walk.ana, walk.at_work("sign-off/"), note=walk.word(), areas=areas, decision=read.public_id)
    assert walk.session.sign_offs.count() == 2
    walk.get(walk.ana, "/sessions/calendar/review/")
    walk.get(walk.ana, walk.at_work())


def moving(walk: Walk) -> None:
    """The desk looks for Nadia, and moves her session; the calendars are drawn."""
    changes.move(
        session=walk.session, starts_at=cast.at(14, days=4), therapist=walk.house.ana, actor=None, by="desk",
        now=cast.NOW, assessment=cast.assess(walk.house.nadia, cast.at(14, days=4)),
    )  # fmt: skip
    for browser, path in (
        (walk.desk, "/sessions/desk/"),
        (walk.desk, f"/sessions/desk/clients/{walk.house.nadia.public_id}/"),
        (walk.ana, "/sessions/calendar/"),
        (walk.ana, "/sessions/calendar/week/"),
        (walk.nadia, f"/sessions/{walk.session.public_id}/calendar.ics"),
        (walk.admin, f"/admin/massage_sessions/massagesession/{walk.session.pk}/change/"),
        (walk.admin, f"/admin/accounts/client/{walk.house.nadia.pk}/change/"),
    ):
        walk.get(browser, path)


def rearranging(walk: Walk) -> None:
    """The desk looks at what could become of the session while Ana is not in; the studio has chosen its time once."""
    day = walk.session.starts_at.date().isoformat()
    walk.get(walk.desk, f"/sessions/rearrange/away/?therapist={walk.house.ana.slug}&first={day}")
    walk.get(walk.desk, "/sessions/rearrange/outside/")
    made = Rearrangement.objects.create(form_key="a-form-key-of-a-walk", words="Ana is not in.", made_at=cast.NOW)
    session = walk.session
    Rearranged.objects.create(
        rearrangement=made, session=session, answer="time", revision=session.revision, was_at=cast.at(10, days=3),
        was_with=walk.house.ana, is_news=True,
    )  # fmt: skip
    walk.get(walk.desk, f"/sessions/rearrange/{made.public_id}/")


def changing_late(walk: Walk) -> None:
    """Nadia asks for a late change; Ana says no to one, and nobody answers the other."""
    cast.make_studio(late_changes="ask")
    session = walk.session
    soon = session.starts_at - timedelta(hours=3)
    asked = late_changes.ask_to_cancel(session=session, actor=walk.house.nadias_account, now=soon)
    walk.send(soon)
    late_changes.decline(asked=asked, actor=walk.house.ana.user, by="therapist", now=soon)
    walk.send(soon)
    late_changes.ask_to_cancel(session=session, actor=walk.house.nadias_account, now=soon)
    walk.get(walk.ana, walk.at_work())
    walk.get(walk.nadia, f"/sessions/{session.public_id}/")
    late_changes.lapse(now=session.starts_at)
    walk.send(session.starts_at)


def afterwards(walk: Walk) -> None:
    """Nadia tells how she feels; Ana takes down what was said by phone, and closes both."""
    composed = every_mail(walk) if walk.all_mails else {}
    walk.mails = [mail for mails in composed.values() for mail in mails]
    walk.kinds |= {kind for kind, mails in composed.items() if mails}
    session = walk.session
    over = session.ends_at + timedelta(hours=2)
    MassageSession.objects.filter(pk=session.pk).update(status="done")
    walk.clock.move_to(over)
    walk.sign_in()  # staff pages close after a working day
    walk.get(walk.nadia, f"/sessions/{session.public_id}/feeling/")
    walk.post(
        walk.nadia, f"/sessions/{session.public_id}/feeling/", kinds=["lasting", "nerves"], words=walk.word(), key="one"
    )
    walk.post(walk.ana, walk.at_work("reports/add/"), kinds=["skin"], words=walk.word(), key="two")
    walk.send(over)
    for report in session.reports.all():
        address = walk.at_work(f"reports/{report.public_id}/")
        walk.get(walk.ana, address)
        walk.post(walk.ana, address, advice=walk.word(), outcome="Better")
        walk.get(walk.ana, address)


def taking_away(walk: Walk) -> None:
    """Nadia takes a copy of everything, and then her consent back."""
    base = f"/screening/answers/{walk.house.nadia.public_id}/"
    walk.post(walk.nadia, f"{base}export/")
    walk.get(walk.nadia, base)


FLOWS: tuple[Callable[[Walk], None], ...] = (
    answers, wishes, doctors, the_day, signing, moving, changing_late, rearranging, afterwards, taking_away,
)  # fmt: skip


# States in which some kind of mail is due: status, and what else is so.
STATES: tuple[dict[str, Any], ...] = (
    {"status": "booked"},
    {"status": "requested"},
    {"status": "requested", "clearance_until": cast.at(18, days=2)},
    {"status": "booked", "re_ask_due": True, "held_back_at": cast.NOW},
    {"status": "done"},
    {"status": "cancelled", "cancelled_at": cast.NOW, "fee_waived": True},
)


def every_mail(walk: Walk) -> dict[str, list[Mail]]:
    """Return what each kind of mail would say about Nadia, in every state of her session, before and after it."""
    session, found = walk.session, {kind: [] for kind in registry.kinds()}  # type: dict[str, list[Mail]]
    moments = (cast.NOW, session.starts_at - timedelta(hours=20), session.ends_at + timedelta(hours=25))
    # Each kind knows which table its mail is about: every row of Nadia's is tried.
    subjects = {session.pk, session.client_id}
    for model in (Letter, Rearranged):
        subjects |= set(model.objects.values_list("pk", flat=True))
    for state in STATES:
        MassageSession.objects.filter(pk=session.pk).update(
            **{"clearance_until": None, "re_ask_due": False, "held_back_at": None, **state}
        )
        for kind, now, subject in product(found, moments, subjects):
            about = Message(
                kind=kind, key=kind, recipient="nadia@example.com", subject_id=subject, revision=session.revision,
                due_at=now, created_at=now,
            )  # fmt: skip
            composer = registry.composer_of(kind)
            mail = composer(about, now) if composer else None
            if isinstance(mail, Mail):
                found[kind].append(mail)
    MassageSession.objects.filter(pk=session.pk).update(status=session.status)
    return found


def told(text: str) -> list[str]:
    return [word for word in WORDS if word in text.lower()]


def opened_by_the_vault(client: Any) -> str:
    """Return everything that the vault holds for a client, to see that the words did go there."""
    from screening import exporting

    reader = vault.Reader(name="The test", role="client")
    everything = vault.open_everything(client, reader=reader, purpose="test", now=cast.NOW)
    export = exporting.gather(client, everything, now=cast.NOW)
    return str(export.parts) + str(export.files)
