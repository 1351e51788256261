"""For whom a person works during an assignment."""

from __future__ import annotations

import pghistory
from django.db import models
from django.db.models import Q

from maillage.domains.parcours.enums.embauche import NatureUtilisateur
from maillage.domains.parcours.models.contrat import Contrat
from maillage.foundations.kernel.personal import Champ, Personnel, Sort
from maillage.references.personnes.models.personne import BASE, LECTEURS


@pghistory.track()
class MiseADisposition(models.Model):
    """The user of an assignment: a company, or somebody whose hours are not counted (Code du travail, art. L. 5132-9).

    A contract of assignment without one has a user that is not known. Invariant: a private individual is never named.
    """

    contrat = models.OneToOneField(
        Contrat, models.CASCADE, related_name="mise_a_disposition", verbose_name="contrat de mission"
    )
    nature = models.CharField("nature de l’utilisateur", max_length=12, choices=NatureUtilisateur)
    denomination = models.CharField("nom de l’utilisateur", max_length=200, blank=True)
    siret = models.CharField("SIRET de l’utilisateur", max_length=14, blank=True)

    personnel = Personnel(
        qui="contrat__personne",
        finalite="compter les heures mises à disposition d’entreprises",
        base=BASE,
        conservation="personnes.conservation_mois",
        lecteurs=LECTEURS,
        champs={"nature": Champ("parcours", Sort.GARDE), "denomination": Champ("parcours"), "siret": Champ("parcours")},
    )

    class Meta:
        verbose_name = "mise à disposition"
        verbose_name_plural = "mises à disposition"
        constraints = [
            models.CheckConstraint(
                condition=Q(nature__in=NatureUtilisateur.values),
                name="mise_a_disposition_nature",
                violation_error_message="Cette nature d’utilisateur n’existe pas.",
            ),
            models.CheckConstraint(
                condition=~Q(nature=NatureUtilisateur.PARTICULIER) | Q(denomination="", siret=""),
                name="mise_a_disposition_particulier",
                violation_error_message="Un particulier n’est pas nommé.",
            ),
            models.CheckConstraint(
                condition=Q(siret="") | Q(siret__regex=r"^[0-9]{14}$"),
                name="mise_a_disposition_siret",
                violation_error_message="Un SIRET compte 14 chiffres.",
            ),
        ]

    def __str__(self) -> str:
        return self.denomination or self.get_nature_display()
