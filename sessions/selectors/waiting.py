"""The waitlist as the desk sees it: who waits for what since when, and what is kept for whom. Nothing of health."""

from dataclasses import dataclass

from sessions.models import WaitlistEntry, WaitlistOffer
from sessions.models.waitlist import ACTIVE, OfferAnswer
from sessions.selectors import waitlist


@dataclass(frozen=True)
class InLine:
    """One who waits. `kept` is the time that is kept for them; `why_call` why no letter can reach them."""

    entry: WaitlistEntry
    kept: WaitlistOffer | None
    why_call: str


def line() -> list[InLine]:
    """Return everybody in line, first come first. Two queries, however many they are."""
    entries = list(
        WaitlistEntry.objects.filter(state__in=ACTIVE, client__confirmed_at__isnull=False).select_related(
            "client__account", "service__technique", "therapist"
        )
    )
    offers = WaitlistOffer.objects.filter(entry__in=entries, answer=OfferAnswer.OPEN).select_related(
        "session", "therapist"
    )
    kept = {offer.entry_id: offer for offer in offers if waitlist.is_live(offer)}
    return [InLine(entry, kept.get(entry.pk), _why_call(entry)) for entry in entries]


def _why_call(entry: WaitlistEntry) -> str:
    if not entry.client.mail_address:
        return "no e-mail: call"
    return "" if entry.client.is_claimed else "address not proved yet: call"
