"""Sentences for refusals about rule versions, by the refusal's code."""

from collections.abc import Mapping
from typing import Any, Final

from massage_booking.core.errors import DomainError

UNKNOWN: Final = "That did not work. Please try again."
SENTENCES: Final[Mapping[str, str]] = {
    "rules_label_taken": "There is a version with this name already. Please choose another.",
    "rules_final": "This version was published, so its texts are final. Make a new draft from it to change something.",
    "rules_older_page": (
        "{by} changed this version at {at}, after you opened the page. Nothing of yours is lost: it stands below as "
        "you wrote it. Look it over, and save again if it is still right."
    ),
    "rules_case_changed": (
        "{by} changed this example client at {at}, after you opened the page. Nothing of yours is lost: it stands "
        "below as you wrote it. Look it over, and save again if it is still right."
    ),
    "rules_case_gone": "This example client is not there any more, so nothing was saved.",
    "rules_gone": "This version is not there any more.",
    "rules_cases_fail": "{count} do not come out as expected. They must all pass first.",
    "rules_no_cases": "Without a single example client nothing is tested.",
    "rules_cases_unreviewed": "{count} come out differently now. Somebody must look at each of them first.",
    "rules_not_tested": "Only a tested version can be published. Please mark it as tested first.",
    "rules_published_meanwhile": "Another version was published meanwhile. Please look at what changes against it.",
    "rules_published_already": (
        "This version was published already, so nothing was done. A sign-off that you wrote was not recorded: as long "
        "as there is none, it can be given here."
    ),
    "rules_no_base": "Choose the version to begin with.",
    "rules_sign_open": "A draft is signed when it is published, not before: until then it can still change.",
    "rules_signed_already": "This version is signed off already. A correction is added to its note.",
    "rules_sign_off_name": "Please give the clinician’s first and last name.",
    "rules_sign_off_licence": "Please give the licence or registration number.",
    "rules_sign_off_date": "The day of the sign-off must be a day up to today.",
    "rules_in_use": "A published or retired version stays: decisions were made with it.",
    "rules_case_id_taken": "Another example client has this id. Please choose another.",
    "rules_note_empty": "Please write what is to be added.",
    "busy": "The database is busy at this moment. Please try again.",
}


def sentence(error: DomainError) -> str:
    """Return what to tell the admin."""
    pattern = SENTENCES.get(error.code, UNKNOWN)
    values: dict[str, Any] = {"by": "Somebody", "at": "a moment ago", "count": "Some example clients", **error.params}
    return pattern.format(**values)
