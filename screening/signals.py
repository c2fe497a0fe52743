"""What screening tells the apps above it, which it may not import. Arguments are rows, never answers."""

from django.dispatch import Signal

# An emergency message was shown: give back the time that is held. Arguments: client, request (may be None).
emergency_shown = Signal()
# A step of the form was saved: the held time may be kept a little longer. Arguments: client, request.
step_saved = Signal()
# A screening was completed, so future sessions may mean something else now. Arguments: client, screening.
screening_completed = Signal()
# Consent was taken back, the answers are erased: sessions already booked must be asked about again. Argument: client.
consent_withdrawn = Signal()
# A guardian gave or took back the yes to a young client's massage. Argument: client.
guardian_consent_changed = Signal()
# Everything sealed for a client is erased: what the apps above sealed or drew from it goes too, in this transaction.
# Arguments: client, now.
answers_erased = Signal()
# A client sent a letter: it waits for a therapist. Arguments: client, letter.
letter_received = Signal()
# A therapist accepted or refused a letter: sessions may mean something else now. Arguments: client, letter.
letter_reviewed = Signal()
# Another rule version counts from now on: every session ahead is judged again under it. Argument: version.
rules_published = Signal()
