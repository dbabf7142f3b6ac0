import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import kit.ids
from chains.walls import StoreWalls


class Migration(migrations.Migration):
    dependencies = [
        ("files", "0001_files_of_stores_and_of_the_chain"),
        ("inspections", "0001_templates_and_inspections"),
        ("stores", "0002_equipment_of_stores"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="CorrectiveAction",
            fields=[
                ("id", models.UUIDField(default=kit.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ("what", models.TextField()),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("REQUIRED", "To be put right"),
                            ("SUBMITTED", "To be verified"),
                            ("VERIFIED", "Put right"),
                        ],
                        default="REQUIRED",
                        max_length=16,
                    ),
                ),
                (
                    "level",
                    models.CharField(
                        choices=[("STORE", "The store"), ("AREA", "The area"), ("HQ", "Headquarters")],
                        default="STORE",
                        max_length=8,
                    ),
                ),
                ("due_at", models.DateTimeField()),
                ("round", models.PositiveSmallIntegerField(default=1)),
                ("required_at", models.DateTimeField()),
                ("verified_at", models.DateTimeField(null=True)),
                ("version", models.PositiveIntegerField(default=1)),
                (
                    "finding",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="inspections.inspectionfinding",
                    ),
                ),
                (
                    "owner",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "required_by",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
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
                "verbose_name": "corrective action",
                "verbose_name_plural": "corrective actions",
            },
        ),
        migrations.CreateModel(
            name="CorrectionEvidence",
            fields=[
                ("id", models.UUIDField(default=kit.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ("round", models.PositiveSmallIntegerField()),
                ("note", models.TextField(blank=True)),
                ("submitted_at", models.DateTimeField()),
                ("is_accepted", models.BooleanField(null=True)),
                ("remark", models.TextField(blank=True)),
                ("verified_at", models.DateTimeField(null=True)),
                (
                    "store",
                    models.ForeignKey(
                        db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="stores.store"
                    ),
                ),
                ("submitted_in_visit_by_id", models.UUIDField(null=True)),
                (
                    "submitted_by",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "verified_by",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "correction",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="inspections.correctiveaction",
                    ),
                ),
            ],
            options={
                "verbose_name": "evidence of a correction",
                "verbose_name_plural": "evidence of corrections",
            },
        ),
        migrations.CreateModel(
            name="EvidenceFile",
            fields=[
                ("id", models.UUIDField(default=kit.ids.new_id, editable=False, primary_key=True, serialize=False)),
                (
                    "evidence",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="inspections.correctionevidence",
                    ),
                ),
                (
                    "file",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="files.storedfile",
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
                "verbose_name": "file of an evidence",
                "verbose_name_plural": "files of evidence",
            },
        ),
        migrations.AddIndex(
            model_name="correctiveaction",
            index=models.Index(fields=["store", "due_at", "id"], name="corrections_by_due_time"),
        ),
        migrations.AddConstraint(
            model_name="correctiveaction",
            constraint=models.CheckConstraint(
                condition=models.Q(("state__in", ["REQUIRED", "SUBMITTED", "VERIFIED"])),
                name="a_correction_is_in_a_known_state",
            ),
        ),
        migrations.AddConstraint(
            model_name="correctiveaction",
            constraint=models.CheckConstraint(
                condition=models.Q(("level__in", ["STORE", "AREA", "HQ"])), name="a_correction_is_at_a_known_level"
            ),
        ),
        migrations.AddConstraint(
            model_name="correctiveaction",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "VERIFIED"), ("verified_at__isnull", False)),
                    models.Q(models.Q(("state", "VERIFIED"), _negated=True), ("verified_at", None)),
                    _connector="OR",
                ),
                name="a_correction_that_is_verified_tells_when",
            ),
        ),
        migrations.AddIndex(
            model_name="correctionevidence",
            index=models.Index(fields=["correction"], name="evidence_of_a_correction"),
        ),
        migrations.AddConstraint(
            model_name="correctionevidence",
            constraint=models.UniqueConstraint(
                fields=("store", "correction", "round"), name="a_round_has_its_evidence_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="correctionevidence",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("is_accepted", None), ("verified_at", None)),
                    models.Q(("is_accepted__isnull", False), ("verified_at__isnull", False)),
                    _connector="OR",
                ),
                name="evidence_that_was_looked_at_tells_when",
            ),
        ),
        migrations.AddConstraint(
            model_name="evidencefile",
            constraint=models.UniqueConstraint(fields=("store", "file"), name="a_file_shows_one_correction"),
        ),
        StoreWalls("inspections_correctiveaction"),
        StoreWalls("inspections_correctionevidence"),
        StoreWalls("inspections_evidencefile"),
    ]
