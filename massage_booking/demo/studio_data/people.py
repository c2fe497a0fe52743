"""The demo studio's therapists and clients."""

from dataclasses import dataclass, field
from datetime import time
from typing import Final

EIGHT, NINE, TEN, NOON, ONE, TWO, FOUR, FIVE, SIX, SEVEN = (
    time(8),
    time(9),
    time(10),
    time(12),
    time(13),
    time(14),
    time(16),
    time(17),
    time(18),
    time(19, 30),
)


@dataclass(frozen=True)
class Training:
    """`until` counts days from today; None is no expiry."""

    specialty: str
    certificate: str = ""
    until: int | None = None
    note: str = ""


@dataclass(frozen=True)
class Person:
    name: str
    email: str
    pronouns: str
    gender: str
    since: int
    here_since: int
    quote: str
    about: str
    languages: tuple[str, ...]
    techniques: tuple[str, ...]
    trainings: tuple[Training, ...]
    # weekday -> blocks (from, to, location)
    hours: dict[int, list[tuple[time, time, str]]] = field(default_factory=dict)


WEIR, HARBOUR = "Weir Lane", "Harbour Row"
DAY = [(NINE, ONE, WEIR), (TWO, SIX, WEIR)]
EARLY = [(EIGHT, NOON, WEIR), (ONE, FOUR, WEIR)]
LATE = [(NOON, FOUR, WEIR), (FIVE, SEVEN, WEIR)]

THERAPISTS: Final[list[Person]] = [
    Person(
        name="Ana Quiroga",
        email="ana@stillwater.example",
        pronouns="She, her",
        gender="woman",
        since=2013,
        here_since=2019,
        quote="I work slowly and ask often. If something hurts in a way that is not useful, that is information, and I want it.",
        about=(
            "Ana began as a ward physiotherapist’s assistant in Montevideo and trained in massage in Cork. Most of her week is"
            " ordinary backs, necks and shoulders; about a third is people who are pregnant, or who are getting through cancer"
            " treatment and want to be touched kindly.\n\nShe uses more pillows than anyone else in the building."
        ),
        languages=("English", "Spanish"),
        techniques=("swedish", "prenatal", "lymphatic"),
        trainings=(
            Training("swedish", "ITEC diploma"),
            Training("prenatal", "60-hour course, seen by us", 540),
            Training("lymphatic", "Vodder, 160 hours", 120),
            Training("pregnancy", "60-hour course, seen by us", 540, "A third of her week"),
            Training("oncology", "People with cancer, level 2", 420, "Works with two hospital teams"),
            Training("neck-and-shoulders", "", None, "Swedish is where she starts with a sore neck"),
            Training("stress-and-sleep"),
        ),
        hours={1: DAY, 2: DAY, 3: DAY, 4: EARLY},
    ),
    Person(
        name="Tomasz Wrona",
        email="tomasz@stillwater.example",
        pronouns="He, him",
        gender="man",
        since=2010,
        here_since=2018,
        quote="Deep does not mean hard. It means waiting until the muscle lets you in.",
        about=(
            "Tomasz looked after a rowing club for eight years and still treats most of its shoulders. He likes a clear question:"
            " what do you want to do again that you cannot do now?"
        ),
        languages=("English", "Polish"),
        techniques=("swedish", "deep_tissue", "sports", "myofascial"),
        trainings=(
            Training("swedish", "Diploma, Kraków"),
            Training("deep_tissue", "Structural bodywork, 200 hours"),
            Training("sports", "Sports massage, level 4"),
            Training("sport", "Sports massage, level 4", None, "Eight years with a rowing club"),
            Training("long-term-sore-back", "", None, "Structured deep work, once a back has been checked"),
            Training("neck-and-shoulders"),
        ),
        hours={0: LATE, 1: LATE, 3: LATE, 4: LATE, 5: [(NINE, ONE, WEIR)]},
    ),
    Person(
        name="Kwame Osei",
        email="kwame@stillwater.example",
        pronouns="He, him",
        gender="man",
        since=2006,
        here_since=2016,
        quote="Most people who come to me have been told to sit up straight all their lives. I let them lie down.",
        about=(
            "Kwame works lightly and is in no hurry. Older clients ask for him, and so do people who have never had a massage."
            " Two mornings a week he sits people on a chair in the bay window of Harbour Row and sends them back to their desks"
            " half an hour later."
        ),
        languages=("English", "French", "Twi"),
        techniques=("swedish", "chair"),
        trainings=(
            Training("swedish", "ITEC diploma"),
            Training("chair", "On-site massage, 2009"),
            Training("older-adults", "Massage in later life, 40 hours", 700, "Works lightly, also seated"),
            Training("stress-and-sleep", "", None, "A quiet hour, little talk"),
            Training("neck-and-shoulders"),
        ),
        hours={
            0: DAY,
            1: [(NINE, ONE, HARBOUR), (TWO, FIVE, WEIR)],
            2: DAY,
            3: [(NINE, ONE, HARBOUR)],
            4: DAY,
            6: [(TEN, FOUR, WEIR)],
        },
    ),
    Person(
        name="Maeve Gallagher",
        email="maeve@stillwater.example",
        pronouns="She, her",
        gender="woman",
        since=2015,
        here_since=2020,
        quote="Warm stones, warm room, no talking unless you start.",
        about=(
            "Maeve came to massage from weaving, by way of her own neck. Eleven years later she knows a good deal about the place"
            " between the shoulder blades where the day collects."
        ),
        languages=("English", "Irish"),
        techniques=("swedish", "trigger_point", "hot_stone"),
        trainings=(
            Training("swedish", "ITEC diploma"),
            Training("trigger_point", "Trigger point therapy, 90 hours"),
            Training("hot_stone", "Stone therapy, renewed yearly", 200),
            Training("neck-and-shoulders", "", None, "Eleven years with necks"),
            Training("stress-and-sleep", "", None, "Heat, where it is safe"),
            Training("long-term-sore-back"),
        ),
        hours={0: EARLY, 2: LATE, 3: EARLY, 4: LATE, 5: [(NINE, ONE, WEIR), (TWO, FOUR, WEIR)]},
    ),
    Person(
        name="Linh Tran",
        email="linh@stillwater.example",
        pronouns="She, her",
        gender="woman",
        since=2012,
        here_since=2021,
        quote="We stretch to the place where you can still breathe, and stay there a while.",
        about=(
            "Linh learned Thai massage in Chiang Mai and myofascial work in Dublin, and joins the two. Her sessions are long and"
            " slow, and you keep your clothes on."
        ),
        languages=("English", "Vietnamese"),
        techniques=("thai", "myofascial", "swedish"),
        trainings=(
            Training("thai", "Chiang Mai, 300 hours"),
            Training("myofascial", "Myofascial release, 120 hours"),
            Training("sport", "", None, "For bodies that have stopped moving well"),
            Training("stress-and-sleep"),
            Training("older-adults", "", None, "Gently, and only where it is safe"),
        ),
        hours={1: DAY, 2: DAY, 4: DAY, 5: [(TEN, FOUR, WEIR)], 6: [(TEN, FOUR, WEIR)]},
    ),
    Person(
        name="Sorcha Daly",
        email="sorcha@stillwater.example",
        pronouns="She, her",
        gender="woman",
        since=2009,
        here_since=2017,
        quote="Tell me about the last good night’s sleep you had. We will look for it.",
        about=(
            "Sorcha was a midwife before she was a massage therapist, and it shows in how she sets up a room. She looks after"
            " people before and after a birth, and anybody whose body has changed quickly."
        ),
        languages=("English", "German"),
        techniques=("swedish", "prenatal", "myofascial"),
        trainings=(
            Training("swedish", "ITEC diploma"),
            Training("prenatal", "Pregnancy massage, 80 hours", 320),
            Training("pregnancy", "Pregnancy massage, 80 hours", 320, "A midwife for nine years"),
            Training("long-term-sore-back", "", None, "Slow work, side-lying if you like"),
            Training("older-adults"),
            Training("stress-and-sleep"),
        ),
        hours={0: DAY, 1: EARLY, 3: DAY, 4: [(NINE, ONE, WEIR)]},
    ),
]


@dataclass(frozen=True)
class Visitor:
    """A client; `answers` names one of the demo's answer sets, `plan` whether they keep a rhythm."""

    name: str
    born: str
    answers: str = "clear"
    plan: bool = False
    account: str = ""  # empty: their own; else the name of who looks after them
    relation: str = "self"
    by_phone: bool = False


CLIENTS: Final[list[Visitor]] = [
    Visitor("Nadia Rahman", "1988-03-14", "sciatica", plan=True),
    Visitor("Idris Rahman", "2012-06-02", "clear", account="Nadia Rahman", relation="child"),
    Visitor("Amina Rahman", "1957-11-20", "blood_pressure", account="Nadia Rahman", relation="parent"),
    Visitor("Peter Arnold", "1954-01-09", "thin_bones", plan=True),
    Visitor("Sinéad Kerrigan", "1993-08-27", "pregnant", plan=True),
    Visitor("Rosa Marín", "1979-05-05", "blood_thinner"),
    Visitor("Mei Chen", "1991-12-01", "clear", plan=True),
    Visitor("Dara O’Shea", "1985-04-18", "migraine"),
    Visitor("Fionn Murphy", "1996-09-30", "clear"),
    Visitor("Aoife Brennan", "1982-07-11", "back_pain", plan=True),
    Visitor("Jakub Nowak", "1990-02-22", "clear", plan=True),
    Visitor("Grace Adeyemi", "1976-10-15", "diabetes", plan=True),
    Visitor("Liam Walsh", "1969-06-06", "blood_pressure", plan=True),
    Visitor("Clodagh Byrne", "2001-01-25", "clear"),
    Visitor("Hannah Fischer", "1987-03-03", "skin", plan=True),
    Visitor("Tadhg Healy", "1994-11-12", "sport_strain"),
    Visitor("Orla Casey", "1963-08-08", "arthritis", plan=True),
    Visitor("Marek Zielinski", "1978-12-29", "clear"),
    Visitor("Priya Nair", "1992-04-04", "migraine", plan=True),
    Visitor("Seán Doyle", "1947-02-17", "thin_bones", plan=True, by_phone=True),
    Visitor("Niamh Foley", "1998-05-23", "clear"),
    Visitor("Eoin Lynch", "1981-09-09", "clear", plan=True),
    Visitor("Sofia Rossi", "1995-07-19", "clear"),
    Visitor("Brigid Conroy", "1951-03-28", "arthritis", by_phone=True),
    Visitor("Ahmed Hassan", "1984-10-10", "back_pain", plan=True),
    Visitor("Ciara Nolan", "1999-12-12", "clear"),
    Visitor("Pádraig Quinn", "1972-06-21", "diabetes"),
    Visitor("Yuki Tanaka", "1989-01-31", "clear", plan=True),
    Visitor("Róisín Moore", "1986-08-16", "pregnant"),
    Visitor("Daniel Osei", "2009-02-14", "clear", account="Comfort Osei", relation="child"),
    Visitor("Comfort Osei", "1975-05-30", "blood_pressure", plan=True),
    Visitor("Gearóid Burke", "1966-11-03", "neck_old"),
    Visitor("Lucía Fernández", "1997-09-01", "clear"),
    Visitor("Killian Ward", "2003-04-27", "sport_strain"),
    Visitor("Emer Sheridan", "1971-07-07", "sleep_apnoea", plan=True),
    Visitor("Tomás Reilly", "1959-10-24", "heart_letter"),
    Visitor("Ingrid Larsen", "1983-02-02", "clear", plan=True),
    Visitor("Shane McGrath", "1990-06-18", "clear"),
    Visitor("Bláthnaid Ryan", "1974-12-05", "skin"),
    Visitor("Maureen Tierney", "1945-09-13", "clear", by_phone=True),
]
