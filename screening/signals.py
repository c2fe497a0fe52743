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
