"""The vault: one data key for each client, and a record of every reading."""

from django.db import models

from massage_booking.accounts.models import Client

ACCESS_TABLE = "screening_accessrecord"


class ClientKey(models.Model):
    """The client's own data key, wrapped by the studio's master key. Without it, what was sealed is gone."""

    client = models.OneToOneField(Client, on_delete=models.CASCADE, related_name="vault_key")
    wrapped = models.BinaryField()
    created_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"Key of client {self.client_id}"


class AccessRecord(models.Model):
    """One reading of sealed health data. Rows are only ever added; each carries the digest of the one before it."""

    # Neither is a foreign key: the record outlives an erased client and a deleted account, and is never rewritten.
    client_public_id = models.CharField(max_length=22)
    reader_account = models.BigIntegerField(null=True, help_text="Key of the account that read, if any.")
    number = models.PositiveIntegerField(help_text="1, 2, 3, … for each client.")
    at = models.DateTimeField()
    reader_name = models.CharField(max_length=120, help_text="As it was then: “Ana Quiroga”, or “You, on this device”.")
    reader_role = models.CharField(max_length=20)
    what = models.CharField(max_length=40)
    purpose = models.CharField(max_length=80)
    address = models.CharField(max_length=45, blank=True)
    previous_digest = models.CharField(max_length=64)
    digest = models.CharField(max_length=64)

    class Meta:
        db_table = ACCESS_TABLE
        ordering = ["client_public_id", "number"]
        constraints = [models.UniqueConstraint(fields=["client_public_id", "number"], name="access_record_number_once")]

    def __str__(self) -> str:
        return f"{self.reader_name} read {self.what}"


class DailyDigest(models.Model):
    """The record of readings as it stood at the end of a day, in one digest, so that a cut-off end shows."""

    day = models.DateField(unique=True)
    records = models.PositiveIntegerField(help_text="Readings written that day.")
    digest = models.CharField(max_length=64, help_text="Of every client's last link, and of the day before.")
    previous_digest = models.CharField(max_length=64)
    made_at = models.DateTimeField()

    class Meta:
        ordering = ["-day"]

    def __str__(self) -> str:
        return f"Digest of {self.day}"


class Erasure(models.Model):
    """A client whose health data was erased; applied again whenever an older backup is restored."""

    client_public_id = models.CharField(max_length=22, db_index=True)
    at = models.DateTimeField()

    class Meta:
        ordering = ["at", "pk"]

    def __str__(self) -> str:
        return f"Erasure of {self.client_public_id}"
