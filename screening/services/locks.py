"""One lock for everything that changes what is kept of a client."""

from massage_booking.accounts.models import Client


def lock(client: Client) -> None:
    """Let nobody else change this client's consent or answers until the transaction ends."""
    Client.objects.select_for_update(no_key=True, of=("self",)).get(pk=client.pk)
