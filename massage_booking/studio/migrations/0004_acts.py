"""The sentence about late changes follows the setting, unless the studio has written its own."""

from typing import Any

from django.db import migrations, models

OLD_DEFAULT = "After that, please call us."


def forget_the_old_default(apps: Any, schema_editor: Any) -> None:
    apps.get_model("studio", "Studio").objects.filter(late_policy=OLD_DEFAULT).update(late_policy="")


def write_the_old_default(apps: Any, schema_editor: Any) -> None:
    apps.get_model("studio", "Studio").objects.filter(late_policy="").update(late_policy=OLD_DEFAULT)


class Migration(migrations.Migration):
    dependencies = [("studio", "0003_booking_policies")]

    operations = [
        migrations.AlterField(
            model_name="studio",
            name="late_policy",
            field=models.CharField(
                blank=True,
                help_text="One sentence: what happens to a late change. Empty: what the setting below says.",
                max_length=200,
            ),
        ),
        migrations.RunPython(forget_the_old_default, write_the_old_default),
    ]
