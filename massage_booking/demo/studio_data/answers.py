"""What the demo's clients answered, by the name that `people` uses. Words of the rules, checked by a test."""

from typing import Final

# name -> row -> (answer, body sites or None)
ANSWERS: Final[dict[str, dict[str, tuple[str, frozenset[str] | None]]]] = {
    "clear": {},
    "sciatica": {
        "nerve_damage": ("Long-standing, unchanged and already checked", frozenset({"legs", "feet"})),
        "arthritis": ("No, it is settled or just achy", None),
    },
    "blood_pressure": {"high_blood_pressure": ("Yes, usually below 140/90, with or without tablets", None)},
    "thin_bones": {"osteoporosis": ("No, thin bones but no fractures", None)},
    "pregnant": {"pregnancy": ("13 to 36 weeks, no complications", None)},
    "blood_thinner": {
        "blood_thinners": ("Only one of low-dose aspirin or clopidogrel, and I do not bruise easily", None)
    },
    "migraine": {"migraine": ("No, I am between attacks", None)},
    "back_pain": {"chronic_low_back_pain": ("Yes, and it has not changed since", None)},
    "diabetes": {"diabetes": ("Yes, well controlled and normal feeling", None)},
    "skin": {"settled_skin": ("Calm or a little sore, not weeping or infected", None)},
    "sport_strain": {"recent_injury": ("3 days to 6 weeks ago and improving", frozenset({"arms"}))},
    "arthritis": {"arthritis": ("No, it is settled or just achy", None)},
    "neck_old": {"neck_injury": ("6 weeks to 6 months ago, or only mild stiffness left", None)},
    "sleep_apnoea": {"sleep_apnea": ("Mild, or well controlled with a machine or device", None)},
    "heart_letter": {
        "cardiovascular_disease": (
            "Diagnosed or treatment changed in the last 12 months, or still being investigated",
            None,
        )
    },
}
