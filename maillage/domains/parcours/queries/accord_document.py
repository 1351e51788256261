"""The form of an agreement, and the list of a meeting, as data for their documents."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils import timezone

from maillage.domains.parcours.queries.consentements import default_end
from maillage.domains.parcours.queries.rencontres import list_lignes
from maillage.domains.parcours.rules.consentements import explications
from maillage.foundations.kernel.parameters import get_parametre
from maillage.foundations.kernel.tableur import Sheet
from maillage.foundations.kernel.templatetags.ui import jour, moment

if TYPE_CHECKING:
    from datetime import date

    from maillage.domains.parcours.models import Rencontre
    from maillage.references.accounts.models import User
    from maillage.references.personnes.models import Personne


def describe_accord(personne: Personne, objet: str, user: User, on: date) -> dict[str, Any]:
    """Return what the form of an agreement says to a person, before the organisation of who prints it."""
    told = explications()[objet]
    return {
        "titre": told.titre,
        "sous_titre": f"Accord de {personne}",
        "jour": jour(on),
        "explication": {
            "pourquoi": told.pourquoi,
            "qui": told.qui,
            "voit": list(told.voit),
            "jamais": told.jamais,
            "retrait": told.retrait,
        },
        "faits": [
            ["Structure qui recueille l’accord", str(user.membre.organisation) if user.membre else "non renseigné"],
            ["Durée proposée", f"{get_parametre(f'parcours.consentement_{objet}_mois', on=on).value} mois"],
        ],
        "fin": f"{jour(default_end(objet, on, on))}",
    }


def describe_rencontre(user: User, rencontre: Rencontre, on: date) -> dict[str, Any]:
    """Return the list of those presented at a meeting, as the SIAE of an account may read it."""
    rows = [
        (
            each.presentation.personne.prenom,
            str(each.presentation.rome),
            each.presentation.projet,
            each.jours,
            each.commune,
            each.presentation.siae,
        )
        for each in list_lignes(user, rencontre, on)
    ]
    return {
        "titre": str(rencontre),
        "sous_titre": f"{moment(rencontre.debut)}, {rencontre.lieu}",
        "jour": jour(on),
        "organisation": str(user.membre.organisation) if user.membre else "",
        "imprime": moment(timezone.now()),
        "liste": Sheet(
            "Personnes présentées",
            ("Prénom", "Métier", "Projet", "PASS IAE", "Commune", "Présentée par"),
            [tuple(str(cell) for cell in row) for row in rows],
        ),
    }
