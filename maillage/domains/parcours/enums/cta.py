"""The cases that a comité technique d’animation (CTA) looks at."""

from django.db.models import TextChoices


class EtatCas(TextChoices):
    """Where a case stands: proposed by who follows the person, put on the agenda, heard; or withdrawn before."""

    PROPOSE = "propose", "proposé"
    INSCRIT = "inscrit", "inscrit à l’ordre du jour"
    TRAITE = "traite", "traité"
    RETIRE = "retire", "retiré"


class MotifCas(TextChoices):
    """What the CTA is asked about."""

    SUSPENSION = "suspension", "suspension du parcours"
    PROLONGATION = "prolongation", "prolongation du parcours"
    SUITE = "suite", "suite de parcours"
    BLOCAGE = "blocage", "parcours bloqué"
    AUTRE = "autre", "autre question"
