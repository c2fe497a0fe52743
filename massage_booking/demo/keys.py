"""Keys of this machine: made once into files that only their owner may read."""

import base64
import os
import secrets
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final


def new_secret_key() -> str:
    return secrets.token_urlsafe(64)


def new_vault_key() -> str:
    """Return a Fernet key: 32 random bytes in URL-safe base64."""
    return base64.urlsafe_b64encode(secrets.token_bytes(32)).decode()


# Environment variable -> its file, and what makes a fresh one.
KEYS: Final[dict[str, tuple[str, Callable[[], str]]]] = {
    "SECRET_KEY": ("secret_key", new_secret_key),
    "VAULT_KEYS": ("vault_keys", new_vault_key),
}


def make_missing(folder: Path, environment: Mapping[str, str]) -> list[str]:
    """Write the keys that neither the environment nor the folder has; return the names of those made."""
    made = []
    for variable, (name, make) in KEYS.items():
        file = folder / name
        if environment.get(variable, "").strip() or file.exists():
            continue
        # The mode is set as the file is made, so that at no moment others could read it.
        descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w") as handle:
            handle.write(make())
        made.append(variable)
    return made
