"""Therapists, what they are trained in, and how they look on the page."""

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models

from therapists.models.offer import Service, Technique


class Language(models.Model):
    name = models.CharField(max_length=40, unique=True)

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class SpecialtyKind(models.TextChoices):
    TECHNIQUE = "technique", "Technique"
    COMPLAINT = "complaint", "Complaint"
    GROUP = "group", "Group of people"


class NeededFor(models.TextChoices):
    """Clients who go only to somebody trained for them (the notes for therapists in the screening rules)."""

    PREGNANCY = "pregnancy", "Clients who are pregnant"
    ONCOLOGY = "oncology", "Clients with cancer now or in the past"


class Specialty(models.Model):
    """What a therapist can be trained in or good at: a technique, a complaint, or a group of people."""

    slug = models.SlugField(max_length=40, unique=True)
    name = models.CharField(max_length=80, unique=True, help_text="As a visitor would say it: “Neck and shoulders”.")
    kind = models.CharField(max_length=10, choices=SpecialtyKind)
    technique = models.ForeignKey(
        Technique,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="specialties",
        help_text="For a technique: which one.",
    )
    needed_for = models.CharField(
        "needed by",
        max_length=10,
        choices=NeededFor,
        blank=True,
        help_text="These clients are offered only therapists with a valid certificate in it.",
    )
    on_home_page = models.BooleanField("under “What brings you?”", default=False)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["position", "name"]
        verbose_name_plural = "specialties"

    def __str__(self) -> str:
        return self.name


class Gender(models.TextChoices):
    WOMAN = "woman", "Woman"
    MAN = "man", "Man"
    OTHER = "other", "Another gender"


class Therapist(models.Model):
    """A person who gives massage here."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="therapist",
        verbose_name="account",
        help_text="Who signs in as this therapist.",
    )
    slug = models.SlugField(max_length=60, unique=True)
    name = models.CharField(max_length=80)
    pronouns = models.CharField(max_length=30, blank=True)
    gender = models.CharField(
        max_length=8, choices=Gender, blank=True, help_text="For clients who ask for a woman or a man."
    )
    quote = models.CharField("in their own words", max_length=240, blank=True)
    about = models.TextField(max_length=2000, blank=True)
    since_year = models.PositiveSmallIntegerField(
        "therapist since", null=True, blank=True, validators=[MinValueValidator(1950), MaxValueValidator(2100)]
    )
    here_since_year = models.PositiveSmallIntegerField(
        "here since", null=True, blank=True, validators=[MinValueValidator(1950), MaxValueValidator(2100)]
    )
    languages = models.ManyToManyField(Language, blank=True, related_name="therapists")
    specialties: "models.ManyToManyField[Specialty, TherapistSpecialty]" = models.ManyToManyField(
        Specialty, through="TherapistSpecialty", related_name="therapists"
    )
    services = models.ManyToManyField(Service, blank=True, related_name="therapists", verbose_name="gives")
    is_active = models.BooleanField("works here", default=True)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["position", "name"]

    def __str__(self) -> str:
        return self.name

    @property
    def first_name(self) -> str:
        return self.name.split(" ")[0]


class TherapistSpecialty(models.Model):
    """A therapist's training in a specialty, with its certificate where there is one."""

    therapist = models.ForeignKey(Therapist, on_delete=models.CASCADE, related_name="trainings")
    specialty = models.ForeignKey(Specialty, on_delete=models.PROTECT, related_name="trainings")
    certificate = models.CharField(
        max_length=120, blank=True, help_text="As shown on the profile, for example: Vodder, 160 hours."
    )
    has_certificate = models.BooleanField("certificate seen", default=False)
    expires_on = models.DateField("valid until", null=True, blank=True, help_text="Empty: no expiry.")
    note = models.CharField(max_length=160, blank=True, help_text="Why this person, in a few words.")
    warned_of = models.DateField(
        null=True, blank=True, editable=False, help_text="Of which last day the admin was warned."
    )

    class Meta:
        ordering = ["specialty__position", "specialty__name"]
        verbose_name = "training"
        constraints = [models.UniqueConstraint(fields=["therapist", "specialty"], name="training_once_per_specialty")]

    def __str__(self) -> str:
        return f"{self.therapist}: {self.specialty}"


class Portrait(models.Model):
    """A small picture, kept in the database so that one backup holds everything."""

    therapist = models.OneToOneField(Therapist, on_delete=models.CASCADE, related_name="portrait")
    image = models.BinaryField()
    content_type = models.CharField(max_length=20, default="image/webp")
    width = models.PositiveSmallIntegerField()
    height = models.PositiveSmallIntegerField()
    changed_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"Portrait of {self.therapist}"
