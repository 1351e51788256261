"""Extensions of PostgreSQL and the search form of a text: lower case, no accent, ligatures opened."""

from django.contrib.postgres.operations import BtreeGistExtension, TrigramExtension, UnaccentExtension
from django.db import migrations


class Migration(migrations.Migration):
    initial = True
    dependencies: list[tuple[str, str]] = []

    operations = [
        UnaccentExtension(),
        TrigramExtension(),
        BtreeGistExtension(),
        migrations.RunSQL(
            """
            create function f_recherche(texte text) returns text
            language sql immutable strict parallel safe
            as $$ select lower(public.unaccent('public.unaccent'::regdictionary, texte)) $$
            """,
            "drop function f_recherche(text)",
        ),
    ]
