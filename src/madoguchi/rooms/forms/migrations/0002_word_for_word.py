from django.db import migrations

from madoguchi.foundation.lib.triggers import immutable


class Migration(migrations.Migration):
    dependencies = [("forms", "0001_initial")]
    operations = [immutable("forms_formversion", but=("superseded_at",))]
