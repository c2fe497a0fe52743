"""One lock for everything that changes what is kept of a client."""

from typing import Final

from massage_booking.accounts.models import Client
from massage_booking.core.prepared import Prepared, a_key

_LOCKED: Final = Prepared(
    lambda client: Client.objects.select_for_update(no_key=True, of=("self",)).filter(pk=client).values_list("pk"),
    client=a_key(),
)


def lock(client: Client) -> None:
    """Let nobody else change this client's consent or answers until the transaction ends."""
    if not _LOCKED.rows(client=client.pk):
        raise Client.DoesNotExist("This client is not there any more.")
