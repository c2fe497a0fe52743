from typing import Any

from django.db import migrations, models

from massage_booking.accounts import searching


def fold_names(apps: Any, schema_editor: Any) -> None:
    """Give every client that is on file the columns in which the desk searches."""
    clients = apps.get_model("accounts", "Client").objects
    batch = []
    for client in clients.only("pk", "name", "phone").iterator(chunk_size=1000):
        client.name_folded = searching.fold(client.name)[:240]
        client.phone_digits = searching.digits(client.phone)
        batch.append(client)
        if len(batch) == 1000:
            clients.bulk_update(batch, ["name_folded", "phone_digits"])
            batch = []
    clients.bulk_update(batch, ["name_folded", "phone_digits"])


class Migration(migrations.Migration):
    dependencies = [("accounts", "0002_former_ids")]

    operations = [
        migrations.AddField(
            model_name="client",
            name="name_folded",
            field=models.CharField(blank=True, editable=False, max_length=240, default=""),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="client",
            name="phone_digits",
            field=models.CharField(blank=True, editable=False, max_length=40, default=""),
            preserve_default=False,
        ),
        migrations.AddIndex(
            model_name="client", index=models.Index(fields=["phone_digits"], name="client_by_phone")
        ),
        migrations.RunPython(fold_names, migrations.RunPython.noop),
    ]
