"""Words that screening and therapists share without knowing each other: techniques, areas, pressures.

The codes are those of the screening rules; a test compares them.
"""

from typing import Final

TECHNIQUE_LABELS: Final[dict[str, str]] = {
    "swedish": "Swedish",
    "deep_tissue": "Deep tissue",
    "trigger_point": "Trigger point",
    "hot_stone": "Hot stone",
    "sports": "Sports",
    "prenatal": "Pregnancy",
    "lymphatic": "Lymphatic",
    "myofascial": "Myofascial",
    "thai": "Thai",
    "chair": "Chair",
}

AREA_LABELS: Final[dict[str, str]] = {
    "neck": "neck",
    "upper_back": "upper back",
    "mid_back": "mid back",
    "lower_back": "lower back",
    "abdomen": "abdomen",
    "hips": "hips",
    "legs": "legs",
    "arms": "arms",
    "feet": "feet",
    "hands": "hands",
    "head_face": "head and face",
}

PRESSURE_LABELS: Final[dict[str, str]] = {
    "none": "none",
    "light": "light",
    "medium": "medium",
    "firm": "firm",
}
