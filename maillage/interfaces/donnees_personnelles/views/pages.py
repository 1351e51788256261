"""What everyone may read: why data are kept, who answers for them, the register."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.utils import timezone
from django.utils.functional import cached_property

from maillage.foundations.kernel.parameters import get_parametre
from maillage.foundations.kernel.register import Donnee, Traitement, traitements
from maillage.foundations.kernel.screens import Column, ListScreen, Screen

if TYPE_CHECKING:
    from collections.abc import Sequence


# Every cookie that a browser may be given, and what for.
COOKIES = (
    (settings.SESSION_COOKIE_NAME, "garde votre connexion, dès que vous commencez à vous connecter"),
    (settings.CSRF_COOKIE_NAME, "protège les formulaires"),
    (settings.MAILLAGE_MESSAGES_COOKIE, "porte jusqu’à la page suivante le message d’un acte réussi"),
)
# How long a file stays open to each, and is kept: parameters of the room of persons.
DUREES = {
    "delai": "personnes.delai_apres_relation_jours",
    "ouverture": "personnes.ouverture_heures",
    "conservation": "personnes.conservation_mois",
    "preavis": "personnes.preavis_effacement_jours",
}


class Accueil(Screen):
    public = True
    title = "Données personnelles"
    intro = "Ce que la plateforme garde des personnes, pourquoi, combien de temps, et ce que vous pouvez demander."
    template_name = "donnees_personnelles/accueil.html"

    def get_context(self) -> dict[str, Any]:
        on = timezone.localdate()
        durees = {name: get_parametre(code, on=on) for name, code in DUREES.items()}
        return {
            **durees,
            "a_confirmer": not all(each.confirmed for each in durees.values()),
            "cookies": COOKIES,
            "responsable": settings.MAILLAGE_RESPONSABLE or settings.MAILLAGE_EDITEUR,
            "dpo": settings.MAILLAGE_DPO,
            "complet": bool((settings.MAILLAGE_RESPONSABLE or settings.MAILLAGE_EDITEUR) and settings.MAILLAGE_DPO),
            "traitements": traitements(on),
        }


@dataclass(frozen=True, slots=True)
class Ligne:
    """One field of the register, with its purpose: a row of the export."""

    traitement: Traitement
    donnee: Donnee


class Registre(ListScreen):
    """The register, purpose by purpose; its export holds one line for each field."""

    public = True
    title = "Registre des traitements"
    intro = "Chaque donnée gardée, pourquoi, par qui elle est lue, et jusqu’à quand (RGPD, article 30)."
    parents = (("Données personnelles", "donnees_personnelles:accueil"),)
    template_name = "donnees_personnelles/registre.html"
    export_name = "registre"
    noun = ("donnée", "données")
    columns = (
        Column("finalite", "Finalité", "traitement.finalite"),
        Column("bases", "Base légale", lambda ligne: " ; ".join(ligne.traitement.bases)),
        Column("lecteurs", "Qui lit", lambda ligne: " ; ".join(ligne.traitement.lecteurs)),
        Column("conservation", "Conservation", "traitement.conservation"),
        Column("objet", "Objet", "donnee.objet"),
        Column("champ", "Champ", "donnee.champ"),
        Column("nature", "Nature", "donnee.nature"),
        Column("sort", "À la fin", "donnee.sort"),
    )

    @cached_property
    def traitements(self) -> list[Traitement]:
        return traitements(timezone.localdate())

    def get_queryset(self) -> Sequence[Ligne]:
        return [Ligne(traitement, donnee) for traitement in self.traitements for donnee in traitement.donnees]

    def get_context(self) -> dict[str, Any]:
        return {**super().get_context(), "traitements": self.traitements}
