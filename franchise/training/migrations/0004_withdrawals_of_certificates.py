import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import kit.ids
from chains.walls import AppendOnly, HqWrites


class Migration(migrations.Migration):
    dependencies = [
        ("training", "0003_reminders_of_courses"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="CertificateWithdrawal",
            fields=[
                ("id", models.UUIDField(default=kit.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ("reason", models.TextField()),
                ("done_at", models.DateTimeField()),
                (
                    "certificate",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="training.certificate",
                    ),
                ),
                (
                    "done_by",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "withdrawal of a certificate",
                "verbose_name_plural": "withdrawals of certificates",
                "constraints": [
                    models.UniqueConstraint(fields=("certificate",), name="a_certificate_is_withdrawn_once")
                ],
            },
        ),
        HqWrites("training_certificatewithdrawal"),
        AppendOnly("training_certificatewithdrawal"),
    ]
