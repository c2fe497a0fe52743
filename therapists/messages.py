"""Sentences for refusals of this app, by the refusal's code."""

from typing import Final

from massage_booking.core.errors import DomainError

SENTENCES: Final[dict[str, str]] = {
    "hours_overlap": "Two blocks share time: {conflict}",
    "unknown_location": "This location is not there any more. Choose another.",
    "time_off_reversed": "The end comes before the beginning.",
    "time_off_over": "That time is over already.",
    "time_off_too_long": "That is more than {days} days. Add it in shorter parts.",
    "time_skipped": "The clocks go forward that night: {time} on {day} does not exist. Choose a time before or after.",
    "time_shown_twice": "The clocks go back that night: {time} on {day} comes twice. Choose a time before or after it.",
    "picture_too_big": "The file is larger than {megabytes} MB. Save the picture smaller and try again.",
    "picture_too_many_pixels": "The picture has more than {megapixels} million pixels. Save it smaller and try again.",
    "picture_unreadable": "This file is not a picture that we can read. Use a JPEG, PNG or WebP file.",
    "picture_too_small": "The picture is too small: {pixels} pixels on its shorter side are the least.",
}


def sentence(error: DomainError) -> str:
    """Return what a person is told about a refusal."""
    return SENTENCES.get(error.code, "That did not work. Please try again.").format(**error.params)
