from django.db import migrations

from madoguchi.foundation.lib.triggers import append_only


class Migration(migrations.Migration):
    dependencies = [("organisation", "0001_initial")]
    operations = [append_only("organisation_factsversion")]
