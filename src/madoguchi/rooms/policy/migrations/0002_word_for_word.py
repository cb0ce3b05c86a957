from django.db import migrations

from madoguchi.foundation.lib.triggers import immutable


class Migration(migrations.Migration):
    dependencies = [("policy", "0001_initial")]
    operations = [immutable("policy_policyversion", but=("superseded_at",))]
