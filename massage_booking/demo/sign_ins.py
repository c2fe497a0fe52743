"""Whom to try the demo studio as. `load_demo` makes these accounts, `make run` names those that it finds."""

from typing import Final, NamedTuple


class SignIn(NamedTuple):
    role: str
    email: str


CLIENT: Final = SignIn("Client", "nadia.rahman@example.com")
THERAPIST: Final = SignIn("Therapist", "ana@stillwater.example")
DESK: Final = SignIn("Front desk", "desk@stillwater.example")
ADMIN: Final = SignIn("Admin", "admin@stillwater.example")

SIGN_INS: Final = (CLIENT, THERAPIST, DESK, ADMIN)
