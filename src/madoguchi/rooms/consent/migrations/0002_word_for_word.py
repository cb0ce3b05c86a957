from django.db import migrations

from madoguchi.foundation.lib.triggers import append_only, immutable


class Migration(migrations.Migration):
    dependencies = [("consent", "0001_initial")]
    operations = [
        immutable("consent_noticeversion", but=("superseded_at",)),
        append_only("consent_presentation"),
        append_only("consent_agreement"),
    ]
