from django.db import migrations

from chains.walls import GateMay


class Migration(migrations.Migration):
    """Whoever has not signed in reads the service charter: the gate reads what it is made of, and nothing else."""

    dependencies = [
        ("api", "0001_answers_kept_for_repeated_deeds"),
        ("standards", "0006_waves_of_rollouts"),
    ]

    operations = [
        GateMay("standards_version", "SELECT"),
        GateMay("standards_clause", "SELECT"),
        GateMay("standards_journeystep", "SELECT"),
        # What is still on its way to some stores is not promised yet.
        GateMay("standards_rollout", "SELECT (id, version_id)"),
        GateMay("standards_rolloutwave", "SELECT (rollout_id, started_at, cancelled_at)"),
    ]
