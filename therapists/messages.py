"""Sentences for refusals of this app, by the refusal's code."""

from typing import Final

from massage_booking.core.errors import DomainError

SENTENCES: Final[dict[str, str]] = {
    "hours_overlap": "Two blocks share time: {conflict}",
    "hours_overlap_date": "On {day} you have hours of their own, and the week would run into them: {conflict}",
    "unknown_location": "This location is not there any more. Choose another.",
    "time_off_reversed": "The end comes before the beginning.",
    "time_off_over": "That time is over already.",
    "time_off_too_long": "That is more than {days} days. Add it in shorter parts.",
    "time_skipped": "The clocks go forward that night: {time} on {day} does not exist. Choose a time before or after.",
    "time_shown_twice": "The clocks go back that night: {time} on {day} comes twice. Choose a time before or after it.",
    "date_over": "That date is over already.",
    "date_too_far": "That is more than {days} days ahead. Set it when it is nearer.",
    "too_many_blocks": "That is more than {most} blocks on one day.",
    "repeat_weeks": "Choose every week, or every 2 to {most} weeks.",
    "repeat_half": "Give both times, or neither for the whole day.",
    "repeat_no_length": "From and until are the same. Leave both empty for the whole day.",
    "repeat_reversed": "The last day comes before the first.",
    "repeat_too_far": "That is more than five years away. For time off without an end leave the last day empty.",
    "repeat_over": "The last day is over already.",
    "repeat_never": "Between these days it never comes round. Check the weekday and the last day.",
    "too_many_repeats": "{most} of these are the most. Remove one that you do not need any more.",
    "address_unclear": "This is not an address. Copy all of it, from https:// or webcal:// to the end.",
    "address_not_https": "Only addresses that begin with https:// or webcal:// are read: others can be listened to.",
    "address_with_password": "This address has a name and a password in it. Use the calendar’s secret address instead.",
    "address_unknown": "There is no machine of that name, or it could not be looked up. Check the address.",
    "address_private": "This address leads into a private network, which is never read. Use one that the internet can "
    "reach.",
    "address_not_secure": "The other side could not prove who it is (no valid certificate). Use another address.",
    "address_unreachable": "The other side did not answer, or stopped in the middle. It is tried again by itself.",
    "address_refuses": "The other side wants a sign-in. Use the calendar’s secret address, which needs none.",
    "address_gone": "There is no calendar at this address any more. Remove it here and add its new address.",
    "address_failing": "The other side answered with an error. It is tried again by itself.",
    "address_redirects": "The address leads from one to the next without end. Use the last of them.",
    "not_a_calendar": "What was read is not a calendar. Use the link or the file “in iCal format” (.ics).",
    "too_many_entries": "This calendar holds more than anybody’s diary. Share one that has your own entries alone.",
    "file_too_big": "This calendar is larger than 5 MB. Share one with fewer old entries.",
    "too_slow": "Reading it took too long. It is tried again by itself; if that does not help, share a smaller one.",
    "too_much": "This calendar is too much to read. Share one with fewer entries.",
    "partly_read": "Some entries could not be read, so their times are not kept free. All others are.",
    "too_many_calendars": "{most} calendars are the most. Remove one that you do not need any more.",
    "calendar_is_file": "This one came from a file. Give a new file when something changes in it.",
    "just_read": "It was read a moment ago. Try again in a minute.",
    "picture_too_big": "The file is larger than {megabytes} MB. Save the picture smaller and try again.",
    "picture_too_many_pixels": "The picture has more than {megapixels} million pixels. Save it smaller and try again.",
    "picture_unreadable": "This file is not a picture that we can read. Use a JPEG, PNG or WebP file.",
    "picture_too_small": "The picture is too small: {pixels} pixels on its shorter side are the least.",
}


def sentence(error: DomainError) -> str:
    """Return what a person is told about a refusal."""
    return SENTENCES.get(error.code, "That did not work. Please try again.").format(**error.params)
