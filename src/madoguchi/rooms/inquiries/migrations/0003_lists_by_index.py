"""The done list by its index (SQLite proves "IS NOT NULL" only from these words), today's replies by theirs."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("inquiries", "0002_tally")]
    operations = [
        migrations.RemoveIndex(model_name="inquiry", name="inquiry_closed"),
        migrations.AddIndex(
            model_name="inquiry",
            index=models.Index(
                models.F("entity"),
                models.OrderBy(models.F("received_at"), descending=True),
                models.OrderBy(models.F("id"), descending=True),
                condition=models.Q(("closed_at__isnull", False)),
                name="inquiry_closed",
            ),
        ),
        migrations.AddIndex(
            model_name="entry",
            index=models.Index(models.F("at"), condition=models.Q(("kind", "reply")), name="entry_replies"),
        ),
    ]
