import django.db.models.deletion
from django.db import migrations, models

import kit.ids
from chains.walls import HqWrites, StoreWalls


class Migration(migrations.Migration):
    dependencies = [("standards", "0005_waivers"), ("stores", "0002_equipment_of_stores")]

    operations = [
        migrations.AddField(
            model_name="rollout",
            name="targets",
            field=models.JSONField(db_default={}, default=dict),
        ),
        migrations.AddField(
            model_name="rollout",
            name="stop_rule",
            field=models.JSONField(null=True),
        ),
        migrations.AddField(
            model_name="storestandard",
            name="trained_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="storestandard",
            name="first_conforming_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="storestandard",
            name="sustained_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="storestandard",
            name="reminders",
            field=models.PositiveSmallIntegerField(db_default=0, default=0),
        ),
        migrations.CreateModel(
            name="RolloutWave",
            fields=[
                ("id", models.UUIDField(default=kit.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ("position", models.PositiveSmallIntegerField()),
                ("starts_at", models.DateTimeField()),
                ("share", models.PositiveSmallIntegerField(null=True)),
                ("store_ids", models.JSONField(null=True)),
                ("started_at", models.DateTimeField(null=True)),
                ("cancelled_at", models.DateTimeField(null=True)),
                (
                    "rollout",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="standards.rollout",
                    ),
                ),
            ],
            options={
                "verbose_name": "wave of a rollout",
                "verbose_name_plural": "waves of rollouts",
                "indexes": [
                    models.Index(
                        condition=models.Q(("cancelled_at__isnull", True), ("started_at__isnull", True)),
                        fields=["starts_at"],
                        name="waves_that_wait",
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("rollout", "position"), name="waves_of_a_rollout_are_in_order"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("share__isnull", True), ("store_ids__isnull", False)),
                            models.Q(("share__gte", 1), ("share__lte", 100), ("store_ids__isnull", True)),
                            _connector="OR",
                        ),
                        name="a_wave_takes_a_share_or_listed_stores",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("started_at__isnull", True), ("cancelled_at__isnull", True), _connector="OR"
                        ),
                        name="a_wave_that_came_is_not_cancelled",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="RolloutPause",
            fields=[
                ("id", models.UUIDField(default=kit.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ("paused_at", models.DateTimeField()),
                ("paused_by_id", models.UUIDField(null=True)),
                ("reason", models.TextField(blank=True)),
                ("figures", models.JSONField(null=True)),
                ("resumed_at", models.DateTimeField(null=True)),
                ("resumed_by_id", models.UUIDField(null=True)),
                (
                    "rollout",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="standards.rollout",
                    ),
                ),
            ],
            options={
                "verbose_name": "pause of a rollout",
                "verbose_name_plural": "pauses of rollouts",
                "indexes": [models.Index(fields=["rollout", "paused_at"], name="pauses_of_a_rollout")],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("resumed_at__isnull", True)),
                        fields=("rollout",),
                        name="a_rollout_is_paused_once_at_a_time",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("resumed_at__isnull", True), ("resumed_at__gte", models.F("paused_at")), _connector="OR"
                        ),
                        name="a_pause_of_a_rollout_ends_after_it_began",
                    ),
                ],
            },
        ),
        migrations.AddField(
            model_name="storestandard",
            name="wave",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="standards.rolloutwave",
            ),
        ),
        migrations.CreateModel(
            name="TrainedMember",
            fields=[
                ("id", models.UUIDField(default=kit.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ("user_id", models.UUIDField()),
                ("trained_at", models.DateTimeField()),
                (
                    "store",
                    models.ForeignKey(
                        db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="stores.store"
                    ),
                ),
                (
                    "version",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="standards.version"
                    ),
                ),
            ],
            options={
                "verbose_name": "trained member",
                "verbose_name_plural": "trained members",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("store", "version", "user_id"), name="a_member_is_trained_once_in_a_version"
                    )
                ],
            },
        ),
        StoreWalls("standards_trainedmember"),
        HqWrites("standards_rolloutwave"),
        HqWrites("standards_rolloutpause"),
    ]
