"""The right of a person, as its page and the sheet of the person show it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from django.db.models import Count, Prefetch, Q

from maillage.domains.parcours.enums.demandes import EtatDemande
from maillage.domains.parcours.models import Prolongation, TitreParcours
from maillage.domains.parcours.queries.titres import in_order, last_titre, read_titre
from maillage.domains.parcours.rules.jours import count, ledger, sentence
from maillage.domains.parcours.rules.titres import motifs
from maillage.foundations.kernel.drawings import Bar, BarChart
from maillage.foundations.kernel.templatetags.ui import NARROW_SPACE, jour

if TYPE_CHECKING:
    from datetime import date

    from django.db.models import QuerySet

    from maillage.domains.parcours.models import Suspension
    from maillage.domains.parcours.rules.jours import Compte, Ecriture, Titre
    from maillage.references.personnes.models import Personne


@dataclass(frozen=True)
class FicheTitre:
    """A right and where it stands on a day."""

    titre: TitreParcours
    on: date

    @cached_property
    def jours(self) -> Titre:
        return read_titre(self.titre)

    @cached_property
    def compte(self) -> Compte:
        return count(self.jours, self.on)

    @property
    def phrase(self) -> str:
        return sentence(self.jours, self.on)

    @property
    def ecritures(self) -> tuple[Ecriture, ...]:
        label = self.titre.get_regime_display()
        accords = [_told(each) for each in in_order(self.titre)]
        return ledger(self.jours, self.on, regime=f"{label[:1].upper()}{label[1:]}", accords=accords)

    @property
    def lignes(self) -> list[tuple[str, int | None, str]]:
        """The ledger, as rows of a table."""
        return [(each.libelle, each.jours, each.detail) for each in self.ecritures]

    @cached_property
    def suspension(self) -> Suspension | None:
        """The suspension in force."""
        return next((each for each in self.titre.suspensions.all() if each.debut <= self.on < each.fin), None)

    @property
    def etat(self) -> tuple[str, str]:
        """Where the right stands, in two or three words, and the kind of badge that says it."""
        if self.titre.annule_le:
            return "annulé", "error"
        if self.compte.a_venir:
            return "à venir", "info"
        if self.compte.fini:
            return "terminé", "error"
        return ("suspendu", "warning") if self.suspension else ("en cours", "success")

    @property
    def resume(self) -> str:
        """What matters, in one sentence."""
        last = jour(self.jours.periode.dernier)
        if self.compte.fini:
            return f"Terminé depuis le {jour(self.titre.fin)}."
        left = self.compte.restants
        days = f"{left} jours restants" if left > 1 else f"{left} jour restant"
        if self.suspension:
            day = jour(self.suspension.fin)
            return f"Suspendu{NARROW_SPACE}: {days}, qui recomptent le {day} au plus tard. Fin le {last}."
        return f"{days[:1].upper()}{days[1:]}, jusqu’au {last} compris."

    @property
    def jauge(self) -> BarChart:
        """The days used, left and suspended: the chart is its own table."""
        compte = self.compte
        return BarChart(
            title="Les jours du titre",
            description=f"Sur {self.jours.total} jours, au {jour(self.on)}.",
            unit="jours",
            subject="Où en sont les jours",
            bars=(
                Bar("utilisés", float(compte.utilises)),
                Bar("restants", float(compte.restants), strong=True),
                Bar("suspendus", float(compte.suspendus)),
            ),
        )


def _told(prolongation: Prolongation) -> str:
    """Say why days were added, when, and on whose word: of whom it was asked, of the SIAE if nobody."""
    words = f"{prolongation.get_motif_display()}, accordée le {jour(prolongation.accordee_le)}"
    if (demande := getattr(prolongation, "demande", None)) is not None:
        return f"{words} par {demande.destinataire}"
    if prolongation.siae is None:
        return words
    rule = motifs().get(prolongation.motif)
    alone = rule is not None and not rule.prescripteur
    return f"{words} par {prolongation.siae}" if alone else f"{words}, demandée par {prolongation.siae}"


def get_fiche(personne: Personne, on: date) -> FicheTitre | None:
    """Return the right that matters on a day, with all that moves it; a constant number of queries."""
    found = last_titre(personne, on)
    if found is None:
        return None
    titre = with_moves(TitreParcours.objects.filter(pk=found.pk)).get()
    titre.personne = personne
    return FicheTitre(titre, on)


def with_moves(titres: QuerySet[TitreParcours]) -> QuerySet[TitreParcours]:
    """Add what moves the end of rights, the SIAE that they name, who granted, `demandes_en_attente`."""
    granted = Prolongation.objects.select_related("siae", "demande__destinataire")
    waiting = Count("demandes", filter=Q(demandes__etat=EtatDemande.ATTENTE), distinct=True)
    return (
        titres.select_related("siae")
        .prefetch_related("suspensions__siae", Prefetch("prolongations", granted), "extensions__siae")
        .annotate(demandes_en_attente=waiting)
    )


def list_anciens(personne: Personne, but: TitreParcours | None) -> QuerySet[TitreParcours]:
    """Return the other rights of a person, those cancelled included, the latest first."""
    others = personne.titres.select_related("siae").order_by("-debut", "-pk")
    return others.exclude(pk=but.pk) if but else others
