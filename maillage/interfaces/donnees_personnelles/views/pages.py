"""What everyone may read: why data are kept, who answers for them, the register."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.utils import timezone
from django.utils.functional import cached_property

from maillage.foundations.kernel.register import Donnee, Traitement, traitements
from maillage.foundations.kernel.screens import Column, ListScreen, Screen

if TYPE_CHECKING:
    from collections.abc import Sequence


class Accueil(Screen):
    public = True
    title = "Données personnelles"
    intro = "Ce que la plateforme garde des personnes, pourquoi, combien de temps, et ce que vous pouvez demander."
    template_name = "donnees_personnelles/accueil.html"

    def get_context(self) -> dict[str, Any]:
        return {
            "responsable": settings.MAILLAGE_RESPONSABLE or settings.MAILLAGE_EDITEUR,
            "dpo": settings.MAILLAGE_DPO,
            "traitements": traitements(timezone.localdate()),
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
