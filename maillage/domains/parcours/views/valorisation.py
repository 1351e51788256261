"""Attestations, fiches de liaison, shared profiles: the screens of who makes them, of who receives them."""

from __future__ import annotations

from datetime import timedelta
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

from django.http import Http404
from django.urls import reverse
from django.utils import timezone

from maillage.domains.parcours.enums.competences import EtatCompetence
from maillage.domains.parcours.forms.competences import ContratForm, LiaisonFilter, LiaisonForm, ProfilForm
from maillage.domains.parcours.permissions import Permission
from maillage.domains.parcours.queries.competences import own_contrats_of, portefeuille
from maillage.domains.parcours.queries.regles_titres import number
from maillage.domains.parcours.queries.valorisation import (
    attestations_of,
    fiches_of,
    list_agences,
    profils_of,
    received_fiches,
)
from maillage.domains.parcours.rules.competences import show_code
from maillage.domains.parcours.services.valorisation import (
    acknowledge_fiche,
    deliver_attestation,
    revoke_profil,
    send_fiche,
    share_profil,
    withdraw_attestation,
)
from maillage.domains.parcours.views.competences import portefeuille_url
from maillage.foundations.kernel.documents import to_pdf
from maillage.foundations.kernel.errors import Refusal, Refused
from maillage.foundations.kernel.mail import address
from maillage.foundations.kernel.screens import ActScreen, Column, Export, ExportScreen, ListScreen
from maillage.foundations.kernel.tableur import Sheet
from maillage.references.personnes.views.base import OfPersonne, PersonnesScreen

if TYPE_CHECKING:
    from datetime import date

    from django import forms
    from django.db.models import Model, QuerySet

    from maillage.domains.parcours.models import AttestationCompetences, Contrat, FicheLiaison, ProfilPartage

DOCUMENTS = Path(__file__).parents[1] / "documents"
PDF = "application/pdf"


class Valorisation(OfPersonne):
    """A screen of a SIAE about what it shows, outside, of somebody it employs or employed."""

    permission: ClassVar[str] = Permission.VOUCH
    portee = "les salariés de sa SIAE, pendant leur contrat et un temps après"

    @property
    def today(self) -> date:
        return timezone.localdate()

    @cached_property
    def contrats(self) -> list[Contrat]:
        """The contracts of the person in one's SIAE, the latest first."""
        found = list(own_contrats_of(self.personne, self.actor, self.today))
        if not found:
            raise Http404("Cette personne n’a pas travaillé dans votre SIAE.")
        return found

    @property
    def page_url(self) -> str:
        """The portfolio, where the acts lead back."""
        return portefeuille_url(self.personne)

    def get_breadcrumb(self) -> list[tuple[str, str]]:
        return [*super().get_breadcrumb(), ("Compétences", self.page_url)]


class ValorisationAct(Valorisation, ActScreen):
    """An act that shows something outside."""

    template_name = "parcours/competences/acte.html"

    def get_form(self) -> forms.Form:
        self.contrats  # noqa: B018  (404 before anything is asked)
        return super().get_form()

    def get_context(self) -> dict[str, Any]:
        return {"personne": self.personne}


class Delivrer(ValorisationAct):
    """Sign what is attested."""

    title = "Délivrer une attestation de compétences"
    intro = "Le document est figé à la date d’aujourd’hui, à votre nom. Un code permet à chacun de le vérifier."
    form_class = ContratForm
    submit_label = "Signer et délivrer"
    success_message = "L’attestation est délivrée\u202f: imprimez-la pour la personne."

    @cached_property
    def attestees(self) -> Any:
        """What the document will hold."""
        return portefeuille(self.personne, (EtatCompetence.ATTESTEE,))

    def check(self) -> None:
        if not self.attestees:
            message = "Aucune compétence n’est attestée\u202f: observez-les, attestez-les, puis délivrez l’attestation."
            raise Refused(Refusal("rien_d_atteste", message))

    def get_form_kwargs(self) -> dict[str, Any]:
        return {"contrats": self.contrats}

    def get_context(self) -> dict[str, Any]:
        return {**super().get_context(), "lignes": self.attestees}

    def perform(self, form: ContratForm) -> str:
        deliver_attestation(contrat=form.cleaned_data["contrat"], actor=self.actor, on=self.today)
        return f"{self.page_url}#attestations"


class OfAttestation(OfPersonne):
    """A screen about one attestation, found by its public id."""

    permission: ClassVar[str] = Permission.VIEW_DOCUMENTS
    portee = "les attestations des personnes que son organisation suit"

    @cached_property
    def attestation(self) -> AttestationCompetences:
        """The attestation of the address."""
        found = attestations_of(self.personne).filter(public_id=self.kwargs["objet"]).first()
        if found is None:
            raise Http404("Cette attestation n’existe pas.")
        return found


class AttestationFichier(OfAttestation, ExportScreen):
    """The attestation, drawn from what was frozen."""

    def build(self) -> Export:
        attestation = self.attestation
        contenu = attestation.contenu
        data = {
            **contenu,
            "code": show_code(attestation.code),
            "adresse": address(reverse("parcours:attestation_verifier")),
            "tableau": Sheet(
                "Compétences attestées", ("Compétence", "Référence", "Niveau", "Attestée"), contenu["competences"]
            ),
            "retiree": f"{attestation.retiree_le:%d/%m/%Y}" if attestation.retiree_le else "",
        }
        content = to_pdf(DOCUMENTS / "competences.typ", data, on=attestation.delivree_le)
        return Export(f"attestation-competences-{attestation.delivree_le:%Y-%m-%d}.pdf", PDF, content)


class RetirerAttestation(OfAttestation, ActScreen):
    """Withdraw an attestation given by mistake."""

    permission = Permission.VOUCH
    portee = "les attestations que sa SIAE a délivrées"
    title = "Retirer l’attestation"
    intro = "Pour une attestation délivrée par erreur\u202f: son code dira qu’elle ne vaut plus."
    submit_label = "Retirer"
    success_message = "L’attestation est retirée."

    def check(self) -> None:
        membre = self.actor.membre
        if membre is None or self.attestation.contrat.siae.organisation_id != membre.organisation_id:
            raise Http404("Cette attestation est celle d’une autre SIAE.")
        if self.attestation.retiree_le:
            raise Refused(Refusal("deja_retiree", "Cette attestation est déjà retirée."))

    def perform(self, form: forms.Form) -> str:
        withdraw_attestation(attestation=self.attestation, actor=self.actor, on=timezone.localdate())
        return portefeuille_url(self.personne)


class EnvoyerLiaison(ValorisationAct):
    """Pass on to France Travail."""

    title = "Fiche de liaison vers France Travail"
    intro = (
        "Identité, PASS, contrats et compétences sont repris d’eux-mêmes. La fiche est figée à l’envoi\u202f; "
        "le conseiller la trouve dans Maillage et dit qu’il l’a prise en compte."
    )
    form_class = LiaisonForm
    submit_label = "Envoyer la fiche"
    success_message = "La fiche est envoyée."

    def check(self) -> None:
        if not list_agences(self.personne, self.today).exists():
            message = (
                "Aucune agence de France Travail ne suit cette personne dans Maillage\u202f: son conseiller doit "
                "d’abord ouvrir son suivi."
            )
            raise Refused(Refusal("pas_suivie", message))

    def get_form_kwargs(self) -> dict[str, Any]:
        return {"agences": list(list_agences(self.personne, self.today))}

    def perform(self, form: LiaisonForm) -> str:
        send_fiche(contrat=self.contrats[0], **form.cleaned_data, actor=self.actor, on=self.today)
        return f"{self.sheet_url}#competences"


class FichesLiaison(PersonnesScreen, ListScreen):
    """The fiches sent to one's agency, those to take into account first."""

    permission = Permission.RECEIVE_LIAISON
    title = "Fiches de liaison reçues"
    columns = (
        Column(
            "nom",
            "Personne",
            lambda row: f"{row.contrat.personne.nom} {row.contrat.personne.prenom}",
            sort="contrat__personne__nom_recherche",
            link=lambda row: reverse("personnes:detail", args=[row.contrat.personne.public_id]),
        ),
        Column("siae", "SIAE", "contrat.siae.nom", sort="contrat__siae__nom"),
        Column("envoyee", "Envoyée le", lambda row: timezone.localdate(row.envoyee_le), sort="envoyee_le"),
        Column(
            "fiche",
            "Fiche",
            lambda row: "PDF",
            link=lambda row: reverse("parcours:liaison_fichier", args=[row.contrat.personne.public_id, row.public_id]),
        ),
        Column(
            "lue",
            "Suite",
            lambda row: (
                f"prise en compte le {timezone.localdate(row.lue_le):%d/%m/%Y}" if row.lue_le else "prendre en compte"
            ),
            sort="lue_le",
            link=lambda row: (
                ""
                if row.lue_le
                else reverse("parcours:liaison_accuser", args=[row.contrat.personne.public_id, row.public_id])
            ),
        ),
    )
    default_sort = "-envoyee"
    export_name = "fiches-de-liaison"
    filter_form = LiaisonFilter
    noun = ("fiche", "fiches")
    empty_title = "Aucune fiche de liaison"
    empty_text = "Les SIAE vous écrivent ici quand une personne que votre agence suit change d’étape."

    def get_intro(self) -> str:
        return (
            "Ce que les SIAE vous passent des personnes que votre agence suit. Chaque nom affiché est inscrit au "
            "journal des lectures."
        )

    def get_queryset(self) -> QuerySet[FicheLiaison]:
        return received_fiches(self.actor)

    def named(self, row: Any) -> Model:
        person: Model = row.contrat.personne
        return person


class OfLiaison(OfPersonne):
    """A screen about one fiche, of who sent it or received it."""

    permission: ClassVar[str] = Permission.VIEW_DOCUMENTS
    portee = "les fiches de liaison que son organisation a envoyées ou reçues"

    @cached_property
    def fiche(self) -> FicheLiaison:
        """The fiche of the address."""
        found = fiches_of(self.personne, self.actor).filter(public_id=self.kwargs["objet"]).first()
        if found is None:
            raise Http404("Cette fiche n’existe pas, ou n’est pas adressée à votre organisation.")
        return found


class LiaisonFichier(OfLiaison, ExportScreen):
    """The fiche, drawn from what was frozen: one page."""

    def build(self) -> Export:
        fiche = self.fiche
        contenu = fiche.contenu
        data = {
            **contenu,
            "destinataire": str(fiche.destinataire),
            "contrats": Sheet(
                "Contrats", ("SIAE", "Contrat", "Métier", "Du", "Au"), contenu["contrats"] or [["—"] * 5]
            ),
        }
        content = to_pdf(DOCUMENTS / "liaison.typ", data, on=timezone.localdate(fiche.envoyee_le))
        return Export(f"fiche-de-liaison-{timezone.localdate(fiche.envoyee_le):%Y-%m-%d}.pdf", PDF, content)


class AccuserLiaison(OfLiaison, ActScreen):
    """Say that one has taken it into account."""

    permission = Permission.RECEIVE_LIAISON
    portee = "les fiches de liaison adressées à son agence"
    title = "Prendre en compte la fiche de liaison"
    submit_label = "Je l’ai prise en compte"
    success_message = "La SIAE sait que vous avez pris la fiche en compte."

    def check(self) -> None:
        if self.fiche.lue_le:
            raise Refused(Refusal("deja_lue", "Cette fiche est déjà prise en compte."))

    def get_intro(self) -> str:
        return (
            f"{self.personne}, fiche envoyée par {self.fiche.contrat.siae.nom}. Son auteur saura que vous l’avez lue."
        )

    def perform(self, form: forms.Form) -> str:
        acknowledge_fiche(fiche=self.fiche, actor=self.actor)
        return reverse("parcours:fiches_liaison")


class Partager(ValorisationAct):
    """Open a link on what the person ticked."""

    title = "Partager un profil de compétences"
    intro = (
        "Un lien que la personne donne à qui elle veut. Il montre ce qu’elle coche, à jour, jusqu’à la date "
        "choisie\u202f; elle l’arrête quand elle veut."
    )
    form_class = ProfilForm
    submit_label = "Créer le lien"
    success_message = "Le lien est créé\u202f: donnez-le à la personne."

    def get_form_kwargs(self) -> dict[str, Any]:
        return {"mois": number("profil_mois", self.today)}

    def perform(self, form: ProfilForm) -> str:
        values = form.cleaned_data
        share_profil(
            personne=self.personne,
            parts=values["parts"],
            accroche=values["accroche"],
            expire_le=values["jusqu_au"] + timedelta(days=1),
            actor=self.actor,
            on=self.today,
        )
        return f"{self.sheet_url}#competences"


class Revoquer(Valorisation, ActScreen):
    """Close the link."""

    portee = "les profils que des personnes partagent avec sa SIAE"
    title = "Arrêter le partage"
    intro = "Le lien se ferme aussitôt, et ne rouvrira pas."
    submit_label = "Arrêter le partage"
    success_message = "Le lien est fermé."

    @cached_property
    def profil(self) -> ProfilPartage:
        """The profile of the address."""
        found = profils_of(self.personne, self.actor).filter(public_id=self.kwargs["objet"]).first()
        if found is None:
            raise Http404("Ce profil est déjà arrêté, ou partagé par une autre organisation.")
        return found

    def check(self) -> None:
        self.profil  # noqa: B018  (404 before anything is asked)

    def perform(self, form: forms.Form) -> str:
        revoke_profil(profil=self.profil, actor=self.actor, on=self.today)
        return f"{self.sheet_url}#competences"
