"""Steps in chains' lives; who serves requests adds one and changes none."""

import django.db.models.deletion
from django.db import migrations, models

import kit.ids
from chains.walls import role

PUBLIC = role("public")
STATES = [
    ("PROVISIONING", "being set up"),
    ("ACTIVE", "active"),
    ("SUSPENDED", "suspended: it can be read, not changed"),
    ("CLOSING", "closing: data can still be exported"),
    ("CLOSED", "closed"),
]


class Migration(migrations.Migration):
    dependencies = [("chains", "0005_what_the_owner_runs_is_the_owners")]

    operations = [
        migrations.CreateModel(
            name="Turn",
            fields=[
                ("id", models.UUIDField(default=kit.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ("from_state", models.CharField(choices=STATES, max_length=16)),
                ("to_state", models.CharField(choices=STATES, max_length=16)),
                ("actor_kind", models.CharField(max_length=16)),
                ("actor_id", models.UUIDField(null=True)),
                ("request_id", models.UUIDField()),
                ("address", models.GenericIPAddressField(null=True)),
                ("taken_at", models.DateTimeField()),
                (
                    "chain",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="chains.chain"),
                ),
            ],
            options={
                "ordering": ["taken_at", "id"],
            },
        ),
        migrations.RunSQL(
            f"REVOKE UPDATE, DELETE ON chains_turn FROM {PUBLIC}", f"GRANT UPDATE, DELETE ON chains_turn TO {PUBLIC}"
        ),
    ]
