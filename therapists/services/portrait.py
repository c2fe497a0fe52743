"""How a therapist looks on the page."""

from datetime import datetime

from therapists import pictures
from therapists.models import Portrait, Therapist


def set_portrait(*, therapist: Therapist, data: bytes, now: datetime) -> Portrait:
    """Show this picture from now on. Raises Refused as `pictures.make_portrait`."""
    picture = pictures.make_portrait(data)
    portrait, _ = Portrait.objects.update_or_create(
        therapist=therapist,
        defaults={
            "image": picture.content,
            "content_type": picture.content_type,
            "width": picture.width,
            "height": picture.height,
            "changed_at": now,
        },
    )
    return portrait


def remove_portrait(*, therapist: Therapist, now: datetime) -> None:
    """Show the initial again."""
    Portrait.objects.filter(therapist=therapist).delete()
