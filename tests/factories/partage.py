"""Shared diagnostics and the organisations that write them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import factory
from factory.django import DjangoModelFactory

from maillage.domains.diagnostics.enums import EtatDiagnostic, RoleCoAuteur
from maillage.domains.diagnostics.models import Bloc, CoAuteur, DiagnosticPartage, Section
from maillage.domains.diagnostics.rules import modeles_sections
from maillage.references.accounts.enums import ProfilMembre as P
from tests.factories.accounts import MembreFactory, OrganisationFactory, UserFactory

if TYPE_CHECKING:
    from datetime import date

    from maillage.references.accounts.models import Membre, Organisation


class DiagnosticFactory(DjangoModelFactory[DiagnosticPartage]):
    """A draft with its sections, without figures; `pilote` is the organisation that steers it."""

    class Meta:
        model = DiagnosticPartage
        skip_postgeneration_save = True

    titre = factory.LazyAttribute(lambda each: f"Diagnostic de {each.territoire}, {each.annee_debut}")
    niveau = "departement"
    code = factory.Sequence(lambda n: f"{n:03}")
    territoire = "Val-d’Oise"
    departement = "95"
    region = "11"
    annee_debut = 2026
    annee_fin = 2026

    @factory.post_generation
    def pilote(self: Any, create: bool, extracted: Organisation | None, **kwargs: Any) -> None:
        organisation = extracted or OrganisationFactory(types=["ddets"])
        CoAuteurFactory(diagnostic=self, organisation=organisation, role=RoleCoAuteur.PILOTE)
        Section.objects.bulk_create(
            Section(diagnostic=self, code=modele.code, titre=modele.titre, aide=modele.aide, ordre=rank)
            for rank, modele in enumerate(modeles_sections().values())
        )
        self.refresh_from_db()


class CoAuteurFactory(DjangoModelFactory[CoAuteur]):
    class Meta:
        model = CoAuteur

    diagnostic = factory.SubFactory(DiagnosticFactory)
    organisation = factory.SubFactory(OrganisationFactory, types=["conseil_departemental"])
    nom = factory.LazyAttribute(lambda each: str(each.organisation))


class BlocFactory(DjangoModelFactory[Bloc]):
    class Meta:
        model = Bloc

    section = factory.LazyFunction(lambda: DiagnosticFactory().sections.get(code="offre"))
    code = "siae_par_type"
    titre = "SIAE par type"
    type = "tableau"
    ordre = 0
    annee = 2026
    tableau = factory.LazyFunction(
        lambda: {"columns": ["Type", "Val-d’Oise"], "rows": [["ACI", 12], ["EI", None]], "note": ""}
    )
    sources = ("essai",)


# What an organisation of each kind does in a diagnostic: its name, its kind, the role of its member.
PARTENAIRES = {
    "etat": ("DDETS du Val-d’Oise", "ddets", P.ETAT_DEPARTEMENT),
    "conseil": ("Conseil départemental du Val-d’Oise", "conseil_departemental", P.DEPARTEMENT_PILOTAGE),
    "travail": ("France Travail Cergy", "ft_direction", P.EMPLOI_DIRECTION),
    "reseau": ("Réseau de l’IAE du Val-d’Oise", "reseau_departemental", P.RESEAU),
}


def partner(who: str, *competences: tuple[str, str]) -> Membre:
    """Return a member of one of the four partners, whose organisation answers for these territories."""
    nom, kind, profil = PARTENAIRES[who]
    organisation = OrganisationFactory(denomination=nom, types=[kind])
    for niveau, code in competences or (("departement", "95"),):
        organisation.competences.create(niveau=niveau, code=code)
    return MembreFactory(organisation=organisation, profil=profil, user=UserFactory(prenom="Camille", nom=nom))


def as_author(membre: Membre) -> dict[str, Any]:
    """Return who acts, as the services ask for it."""
    return {"actor": membre.user, "organisation": membre.organisation}


def freeze_state(diagnostic: DiagnosticPartage, etat: EtatDiagnostic, on: date) -> DiagnosticPartage:
    """Put a diagnostic in a state without going through the acts."""
    diagnostic.etat = etat
    diagnostic.valide_le = on if etat in (EtatDiagnostic.VALIDE, EtatDiagnostic.PUBLIE) else None
    diagnostic.publie_le = on if etat == EtatDiagnostic.PUBLIE else None
    diagnostic.save()
    return diagnostic
