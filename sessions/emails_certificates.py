"""The mail that a certificate ends soon. It names the therapist and the training, and no client."""

from datetime import datetime

from django.conf import settings
from django.urls import reverse

from massage_booking.outbox.models import Message
from massage_booking.outbox.registry import Mail, Void, register
from massage_booking.studio import selectors as studio_selectors
from sessions import emails
from sessions.domain.certificates import Ends, ends
from sessions.selectors import training as selectors
from sessions.services import certificates
from therapists.models import TherapistSpecialty


@register(certificates.KIND)
def certificate_expiring(message: Message, now: datetime) -> Mail | Void:
    """Warn an admin, by how the certificate stands when the mail goes out."""
    rows = TherapistSpecialty.objects.select_related("therapist", "specialty")
    training = rows.filter(pk=message.subject_id or 0, has_certificate=True, therapist__is_active=True).first()
    if training is None:
        return Void("gone")
    studio = studio_selectors.require()
    today = now.astimezone(studio.tz).date()
    near = ends(training.expires_on, today=today, warning_days=studio.certificate_warning_days)
    if near not in (Ends.SOON, Ends.OVER):
        return Void("renewed")
    page = reverse("admin:therapists_therapistspecialty_changelist")
    context = {
        "training": training,
        "is_over": near is Ends.OVER,
        "booked": selectors.booked_beyond(now=now).get(training.pk, 0),
        "button_url": f"{settings.SITE_URL}{page}?ends=soon",
        "button_label": "See the certificates",
    }
    return emails._render("certificate_expiring", context, studio=studio)
