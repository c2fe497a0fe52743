"""The keys inside a backup, behind a passphrase: scrypt makes a key of it, Fernet seals."""

import base64
import hashlib
import json
import secrets
from collections.abc import Mapping
from typing import Final

from cryptography.fernet import Fernet, InvalidToken

from screening.backups.archive import BackupRefused

# Cost of scrypt: 64 MB and a fifth of a second for each try.
COST: Final = {"n": 2**16, "r": 8, "p": 1}
MOST_MEMORY: Final = 2**28
LEAST_LETTERS: Final = 12


def seal(keys: Mapping[str, str], passphrase: str) -> bytes:
    """Seal named keys. Raises BackupRefused for a passphrase that is too short."""
    if len(passphrase) < LEAST_LETTERS:
        raise BackupRefused(f"The passphrase is too short: at least {LEAST_LETTERS} signs, better four words.")
    salt = secrets.token_bytes(16)
    sealed = _fernet(passphrase, salt, **COST).encrypt(json.dumps(dict(keys)).encode())
    return json.dumps({"kdf": "scrypt", **COST, "salt": salt.hex(), "sealed": sealed.decode()}).encode()


def unseal(content: bytes, passphrase: str) -> dict[str, str]:
    """Return the named keys. Raises BackupRefused for another passphrase, or when the part is damaged."""
    try:
        value = json.loads(content)
        salt, sealed = bytes.fromhex(value["salt"]), value["sealed"].encode()
        fernet = _fernet(passphrase, salt, n=value["n"], r=value["r"], p=value["p"])
    except (ValueError, KeyError, TypeError, AttributeError):
        raise BackupRefused("The keys in the backup are damaged.") from None
    try:
        found: dict[str, str] = json.loads(fernet.decrypt(sealed))
    except InvalidToken:
        raise BackupRefused("The passphrase is not the one of this backup.") from None
    return found


def _fernet(passphrase: str, salt: bytes, *, n: int, r: int, p: int) -> Fernet:
    key = hashlib.scrypt(passphrase.encode(), salt=salt, n=n, r=r, p=p, maxmem=MOST_MEMORY, dklen=32)
    return Fernet(base64.urlsafe_b64encode(key))
