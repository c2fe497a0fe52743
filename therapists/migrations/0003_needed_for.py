"""The demo's specialties for whoever is pregnant or has cancer say so from now on."""

from typing import Any

from django.db import migrations

NEEDED_FOR = {"pregnancy": "pregnancy", "oncology": "oncology"}


def name_needs(apps: Any, schema_editor: Any) -> None:
    specialties = apps.get_model("therapists", "Specialty").objects.using(schema_editor.connection.alias)
    for slug, need in NEEDED_FOR.items():
        specialties.filter(slug=slug, needed_for="").update(needed_for=need)


class Migration(migrations.Migration):
    dependencies = [("therapists", "0002_hours_and_calendars")]
    operations = [migrations.RunPython(name_needs, migrations.RunPython.noop)]
