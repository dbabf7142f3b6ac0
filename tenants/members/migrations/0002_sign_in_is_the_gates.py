from django.db import migrations

from chains.walls import OnlyGate


class Migration(migrations.Migration):
    dependencies = [
        ("members", "0001_people_of_a_chain"),
        ("sessions", "0001_initial"),
        ("account", "0009_emailaddress_unique_primary_email"),
        ("mfa", "0003_authenticator_type_uniq"),
    ]

    operations = [
        OnlyGate("django_session"),
        OnlyGate("account_emailaddress"),
        OnlyGate("account_emailconfirmation"),
        OnlyGate("mfa_authenticator"),
    ]
