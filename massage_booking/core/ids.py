"""Random names for things that have an address."""

import secrets


def new_public_id() -> str:
    """Return 22 URL-safe characters from 128 random bits."""
    return secrets.token_urlsafe(16)
