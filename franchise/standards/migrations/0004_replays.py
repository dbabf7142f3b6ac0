import django.db.models.deletion
from django.db import migrations, models

import kit.ids
from chains.walls import OnlyHq, StoreWalls


class Migration(migrations.Migration):
    dependencies = [
        ("standards", "0003_exact_measures_and_tallies"),
        ("stores", "0001_areas_stores_hours_and_positions"),
    ]

    operations = [
        migrations.CreateModel(
            name="Replay",
            fields=[
                (
                    "id",
                    models.UUIDField(default=kit.ids.new_id, editable=False, primary_key=True, serialize=False),
                ),
                ("first_on", models.DateField()),
                ("last_on", models.DateField()),
                ("store_ids", models.JSONField(null=True)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("WAITING", "Waiting to be worked out"),
                            ("DONE", "Done"),
                            ("FAILED", "Could not be worked out"),
                        ],
                        default="WAITING",
                        max_length=8,
                    ),
                ),
                ("tries", models.PositiveSmallIntegerField(default=0)),
                ("asked_by_id", models.UUIDField(null=True)),
                ("asked_at", models.DateTimeField()),
                ("done_at", models.DateTimeField(null=True)),
                (
                    "against",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="standards.version",
                    ),
                ),
                (
                    "version",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="standards.version",
                    ),
                ),
            ],
            options={
                "verbose_name": "replay of a standard",
                "verbose_name_plural": "replays of standards",
                "indexes": [models.Index(fields=["asked_at"], name="replays_by_time")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("last_on__gte", models.F("first_on"))),
                        name="a_replay_ends_after_it_began",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["WAITING", "DONE", "FAILED"])),
                        name="a_replay_is_in_a_known_state",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("done_at__isnull", False), ("state", "DONE")),
                            models.Q(("done_at__isnull", True), ("state__in", ["WAITING", "FAILED"])),
                            _connector="OR",
                        ),
                        name="a_replay_that_is_done_tells_when",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ReplayedClause",
            fields=[
                ("met", models.IntegerField(default=0)),
                ("missed", models.IntegerField(default=0)),
                ("open", models.IntegerField(default=0)),
                ("not_known", models.IntegerField(default=0)),
                ("not_applicable", models.IntegerField(default=0)),
                ("id", models.UUIDField(default=kit.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ("weekdays", models.JSONField()),
                ("hours", models.JSONField()),
                (
                    "clause",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="standards.clause"
                    ),
                ),
                (
                    "replay",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="clauses",
                        to="standards.replay",
                    ),
                ),
            ],
            options={
                "verbose_name": "outcome of a replay",
                "verbose_name_plural": "outcomes of replays",
            },
        ),
        migrations.CreateModel(
            name="ReplayedStore",
            fields=[
                ("met", models.IntegerField(default=0)),
                ("missed", models.IntegerField(default=0)),
                ("open", models.IntegerField(default=0)),
                ("not_known", models.IntegerField(default=0)),
                ("not_applicable", models.IntegerField(default=0)),
                ("id", models.UUIDField(default=kit.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ("needs_waiver", models.BooleanField()),
                (
                    "replayed",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="stores",
                        to="standards.replayedclause",
                    ),
                ),
                (
                    "store",
                    models.ForeignKey(
                        db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="stores.store"
                    ),
                ),
            ],
            options={
                "verbose_name": "outcome of a replay at a store",
                "verbose_name_plural": "outcomes of replays at stores",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("replayed", "store"), name="a_replayed_clause_tells_of_a_store_once"
                    )
                ],
            },
        ),
        OnlyHq("standards_replay"),
        OnlyHq("standards_replayedclause"),
        StoreWalls("standards_replayedstore"),
        OnlyHq("standards_replayedstore"),
    ]
