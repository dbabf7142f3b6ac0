from django.db import migrations

from chains.walls import GateMay


class Migration(migrations.Migration):
    """Whoever has not signed in reads the service charter: the gate reads what it is made of, and nothing else."""

    dependencies = [
        ("api", "0001_answers_kept_for_repeated_deeds"),
        ("standards", "0002_clauses_that_last_through_versions"),
    ]

    operations = [
        GateMay("standards_version", "SELECT"),
        GateMay("standards_clause", "SELECT"),
        GateMay("standards_journeystep", "SELECT"),
    ]
