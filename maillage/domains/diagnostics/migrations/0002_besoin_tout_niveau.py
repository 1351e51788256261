import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("diagnostics", "0001_initial"),
    ]

    operations = [
        migrations.RemoveConstraint(model_name="besoin", name="besoin_unique"),
        migrations.RenameField(model_name="besoin", old_name="unite", new_name="territoire"),
        migrations.AlterField(
            model_name="besoin",
            name="territoire",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="besoins",
                to="territoires.territoire",
                verbose_name="territoire",
            ),
        ),
        migrations.AddConstraint(
            model_name="besoin",
            constraint=models.UniqueConstraint(
                fields=["public", "territoire", "annee"],
                name="besoin_unique",
                violation_error_message="Ce besoin est déjà connu pour ce public, ce territoire et cette année.",
            ),
        ),
    ]
