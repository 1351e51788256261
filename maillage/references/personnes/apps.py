from django.apps import AppConfig


class PersonnesConfig(AppConfig):
    name = "maillage.references.personnes"
    label = "personnes"
    verbose_name = "personnes accompagnées"
