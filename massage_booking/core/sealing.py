"""Encryption at rest with the studio's master keys (Fernet: AES-128-CBC with HMAC-SHA256, keys rotate by order).

A sealed value names its purpose inside, so that a value moved from one place to another is refused.
"""

import json

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured


class SealBroken(Exception):
    """The value was not sealed by our keys, or not for this purpose."""


def master() -> MultiFernet:
    """Return the studio's keys; the first seals, all unseal."""
    if not settings.VAULT_KEYS:
        raise ImproperlyConfigured("No vault key: `make run` makes one, a server takes it from VAULT_KEYS.")
    return MultiFernet([Fernet(key) for key in settings.VAULT_KEYS])


def first_master() -> Fernet:
    """Return the key that seals. Raises ImproperlyConfigured without one, ValueError when it is none."""
    if not settings.VAULT_KEYS:
        raise ImproperlyConfigured("No vault key: `make run` makes one, a server takes it from VAULT_KEYS.")
    return Fernet(settings.VAULT_KEYS[0])


def seal(content: bytes, *, purpose: str, keys: MultiFernet | Fernet | None = None) -> bytes:
    """Encrypt `content`, bound to its purpose."""
    wrapped = json.dumps([purpose, content.decode("latin-1")]).encode()
    return (keys or master()).encrypt(wrapped)


def unseal(sealed: bytes, *, purpose: str, keys: MultiFernet | Fernet | None = None) -> bytes:
    """Decrypt what was sealed for this very purpose. Raises `SealBroken`."""
    try:
        found, content = json.loads((keys or master()).decrypt(bytes(sealed)))
    except InvalidToken:
        raise SealBroken("not readable with these keys") from None
    if found != purpose:
        raise SealBroken("sealed for something else")
    return str(content).encode("latin-1")
