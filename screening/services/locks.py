"""One lock for everything that changes what is kept of a client."""

from datetime import date
from typing import Final

from massage_booking.accounts.models import Client
from massage_booking.core.prepared import Prepared, a_key

_LOCKED: Final = Prepared(
    lambda client: (
        Client.objects.select_for_update(no_key=True, of=("self",)).filter(pk=client).values_list("date_of_birth")
    ),
    client=a_key(),
)


def lock(client: Client) -> date | None:
    """Let nobody else change this client's consent or answers until the transaction ends; return the birthday kept."""
    found = _LOCKED.all(client=client.pk)
    if not found:
        raise Client.DoesNotExist("This client is not there any more.")
    (born,) = found[0]
    return born
