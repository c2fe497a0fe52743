"""Sealed values: unreadable, for one purpose only, readable through a change of keys."""

from typing import Any

import pytest
from cryptography.fernet import Fernet
from django.core.exceptions import ImproperlyConfigured

from massage_booking.core import sealing
from massage_booking.core.sealing import SealBroken

CONTENT = "Nadia: migraine ✓".encode()


def test_what_was_sealed_comes_back_whole() -> None:
    sealed = sealing.seal(CONTENT, purpose="vault")

    assert b"migraine" not in sealed
    assert sealing.unseal(sealed, purpose="vault") == CONTENT


@pytest.mark.parametrize("content", [b"", bytes(range(256))])
def test_any_bytes_can_be_sealed(content: bytes) -> None:
    assert sealing.unseal(sealing.seal(content, purpose="p"), purpose="p") == content


def test_the_same_content_never_looks_the_same() -> None:
    assert sealing.seal(CONTENT, purpose="vault") != sealing.seal(CONTENT, purpose="vault")


def test_a_value_moved_to_another_place_is_refused() -> None:
    with pytest.raises(SealBroken):
        sealing.unseal(sealing.seal(CONTENT, purpose="client 1"), purpose="client 2")


@pytest.mark.parametrize("place", [0, 20, -1])
def test_a_changed_byte_is_refused(place: int) -> None:
    sealed = bytearray(sealing.seal(CONTENT, purpose="vault"))
    sealed[place] ^= 1

    with pytest.raises(SealBroken):
        sealing.unseal(bytes(sealed), purpose="vault")


def test_old_values_stay_readable_when_a_new_key_is_put_first(settings: Any) -> None:
    old, new = Fernet.generate_key().decode(), Fernet.generate_key().decode()
    settings.VAULT_KEYS = [old]
    sealed = sealing.seal(CONTENT, purpose="vault")

    settings.VAULT_KEYS = [new, old]
    assert sealing.unseal(sealed, purpose="vault") == CONTENT
    settings.VAULT_KEYS = [new]
    with pytest.raises(SealBroken):
        sealing.unseal(sealed, purpose="vault")


def test_without_a_key_nothing_is_kept(settings: Any) -> None:
    settings.VAULT_KEYS = []

    with pytest.raises(ImproperlyConfigured):
        sealing.seal(CONTENT, purpose="vault")
