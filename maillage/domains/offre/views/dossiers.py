"""The dossiers that one may read, the page of one, and what its carrier does with it."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.http import Http404
from django.urls import reverse

from maillage.domains.offre.enums import REPONSES, Demande, Gravite
from maillage.domains.offre.forms.champs import label_publics
from maillage.domains.offre.forms.dossiers import DossierFilter, DossierForm, PieceForm, initial_of
from maillage.domains.offre.permissions import Permission
from maillage.domains.offre.queries.demandes import list_demandes
from maillage.domains.offre.queries.dossiers import (
    describe_annee,
    describe_now,
    get_delai_silence,
    get_portee,
    list_attendues,
    list_dossiers,
    list_etapes,
    read_ligne,
)
from maillage.domains.offre.queries.economie import read_fiche
from maillage.domains.offre.queries.visibilite import asked_avis, carried_dossiers, find_open_appel, instructed_dossiers
from maillage.domains.offre.rules.dossiers import (
    CLOS,
    DECIDES,
    DU_PORTEUR,
    ETAPES,
    PENDANTS,
    SIMPLES,
    SUITES,
    WORKFLOWS,
    etape,
    next_acts,
    shows_opinions,
)
from maillage.domains.offre.services.dossiers import (
    MODIFIABLES,
    complete,
    create_dossier,
    deposit,
    edit_dossier,
    withdraw,
)
from maillage.domains.offre.services.pieces import join
from maillage.domains.offre.views.base import DOSSIERS, CarrierAct, CarrierEdit, DossierAct, OfDossier, OffreScreen
from maillage.foundations.kernel import uploads
from maillage.foundations.kernel.attentes import page
from maillage.foundations.kernel.permissions import granted
from maillage.foundations.kernel.screens import ActScreen, Column, DetailScreen, Export, ExportScreen, ListScreen
from maillage.references.accounts.queries.organisations import list_departements

if TYPE_CHECKING:
    from collections.abc import Iterable

    from maillage.domains.offre.models import AppelProjets, Dossier
    from maillage.domains.offre.queries.dossiers import LigneDossier

# Acts that ask something have a page of their own; the others share one.
ACTES = {
    "demander_pieces": "offre:dossier_demander_pieces",
    "dialoguer": "offre:dossier_dialoguer",
    "consulter": "offre:dossier_consulter",
    "inscrire": "offre:dossier_inscrire",
    "rendre_avis": "offre:dossier_commission",
    "accorder": "offre:dossier_accorder",
    "refuser": "offre:dossier_refuser",
    "ajourner": "offre:dossier_ajourner",
    "signer": "offre:dossier_signer",
    "classer": "offre:dossier_classer",
}


class DossierList(OffreScreen, ListScreen):
    """Every dossier open to who asks, the most pressing first."""

    permission = Permission.FOLLOW
    title = "Dossiers"
    intro = "Créations, renouvellements, avenants, extensions\u202f: où en est chacun, à qui le tour, avant quand."
    template_name = "offre/dossiers.html"
    columns = (
        Column(
            "numero",
            "Numéro",
            "numero",
            sort="numero",
            link=lambda ligne: page("offre:dossier", ligne.dossier.public_id),
        ),
        Column("nom", "Projet", "nom", sort="nom"),
        Column("etat", "État", "etat", sort="etat"),
        Column("delai", "Délai légal", "delai", sort="horloge.restants"),
        Column("tour", "Au tour de", lambda ligne: ligne.tour.value, sort="tour"),
        Column("echeance", "Avant le", lambda ligne: ligne.echeance or "—", sort="echeance"),
        Column("demande", "Demande", "demande", sort="demande"),
        Column("type", "Type", "type_siae", sort="type_siae"),
        Column("organisation", "Organisation", "organisation", sort="organisation"),
        Column("commune", "Commune", "commune", sort="commune"),
        Column("etp", "ETP", "etp", sort="etp", numeric=True),
    )
    default_sort = "echeance"
    export_name = "dossiers"
    noun = ("dossier", "dossiers")
    empty_title = "Aucun dossier ne vous est ouvert"
    empty_text = (
        "Une SIAE voit ses dossiers, un service instructeur ceux de son département, un partenaire ceux sur lesquels "
        "son avis est demandé."
    )

    @cached_property
    def form(self) -> DossierFilter:
        """The filters, bound to the address."""
        return DossierFilter(self.request.GET, departements=list_departements(settings.MAILLAGE_REGION))

    def get_queryset(self) -> list[LigneDossier]:
        return list_dossiers(self.actor)

    def get_context(self) -> dict[str, Any]:
        return {**super().get_context(), "may_deposit": granted(self.actor, Permission.DEPOSIT).ok}


class DossierDetail(OfDossier, DetailScreen):
    """Where a dossier stands, whose turn it is, by when, the next button; then all that it holds."""

    template_name = "offre/dossier.html"

    def get_object(self) -> Dossier:
        return self.dossier

    def get_breadcrumb(self) -> list[tuple[str, str]]:
        return [(DOSSIERS[0], reverse(DOSSIERS[1]))]

    def get_intro(self) -> str:
        dossier = self.dossier
        return f"Dossier {dossier.numero} · {dossier.get_demande_display()} · {dossier.organisation}"

    @cached_property
    def carries(self) -> bool:
        return carried_dossiers(self.actor).filter(pk=self.dossier.pk).exists()

    @cached_property
    def examines(self) -> bool:
        return instructed_dossiers(self.actor).filter(pk=self.dossier.pk).exists()

    def get_context(self) -> dict[str, Any]:
        dossier, ligne = self.dossier, read_ligne(self.dossier, on=self.today)
        card, fiche = list_demandes()[dossier.demande], read_fiche(dossier, on=self.today)
        attendues, convention = list_attendues(dossier), getattr(dossier, "convention", None)
        acts, pendant = list(self.acts()), dossier.etat in PENDANTS
        avis_lisibles = shows_opinions(dossier.etat, porteur=self.carries)
        usual = SUITES.get(dossier.etat, ())
        return {
            **super().get_context(),
            "ligne": ligne,
            "maintenant": describe_now(ligne),
            "etapes": [titre for titre, _ in ETAPES],
            "etape": etape(dossier.etat),
            "clos": dossier.etat in CLOS,
            "card": card,
            "portee": get_portee(dossier, on=self.today),
            "acts": [(label, url, code == usual[0] if usual else False) for code, label, url in acts],
            "carries": self.carries,
            "examines": self.examines,
            "may_edit": self.carries and dossier.etat in MODIFIABLES,
            "publics": label_publics(dossier.publics),
            "attendues": attendues,
            "manquantes": sum(each.manque for each in attendues),
            "fiche": fiche,
            "analyse": fiche.analyse,
            "graves": [each for each in fiche.remarques if each.gravite == Gravite.ERREUR or fiche.plan.vide],
            "remarques": len(fiche.remarques),
            "avis": list(dossier.avis.all()),
            "avis_lisibles": avis_lisibles,
            "a_rendre": asked_avis(self.actor).filter(dossier=dossier, rendu_le=None).first() if pendant else None,
            "pendant": pendant,
            "decide": dossier.etat in DECIDES,
            "convention": convention,
            "annee_comptee": describe_annee(convention) if convention else "",
            "evenements": list_etapes(dossier, avis_lisibles=avis_lisibles),
        }

    def acts(self) -> Iterable[tuple[str, str, str]]:
        """Yield the acts open to who asks: (code, label, address)."""
        public_id = self.dossier.public_id
        for porteur, allowed in ((True, self.carries), (False, self.examines)):
            for each in next_acts(self.dossier.demande, self.dossier.etat, porteur=porteur) if allowed else ():
                if each.act in ACTES:
                    yield each.act, each.label, reverse(ACTES[each.act], args=[public_id])
                else:
                    side = "offre:dossier_porteur" if porteur else "offre:dossier_service"
                    yield each.act, each.label, reverse(side, args=[public_id, each.act])


class DossierChoice(OffreScreen):
    """Which request is it? Each kind in a sentence."""

    permission = Permission.DEPOSIT
    title = "Ouvrir un dossier"
    intro = "Que demandez-vous\u202f? Le dossier reste un brouillon, que votre organisation seule voit, jusqu’au dépôt."
    parents = (DOSSIERS,)
    template_name = "offre/choix.html"

    @cached_property
    def appel(self) -> AppelProjets | None:
        """The call that one answers, named by the address."""
        return find_open_appel(self.request.GET.get("appel", ""))

    def get_context(self) -> dict[str, Any]:
        answered = f"?appel={self.appel.public_id}" if self.appel else ""
        return {
            "appel": self.appel,
            "demandes": [
                (card.code.label, reverse("offre:dossier_creer", args=[card.code.value]) + answered, card)
                for card in list_demandes().values()
                if not self.appel or card.code in REPONSES
            ],
        }


class DossierCreate(OffreScreen, ActScreen):
    """Open a dossier of one kind, in answer to a call or not."""

    permission = Permission.DEPOSIT
    portee = "tous les types de demande"
    parents = (DOSSIERS,)
    form_class = DossierForm
    submit_label = "Enregistrer le brouillon"
    success_message = "Le dossier est ouvert, en brouillon. Complétez-le, puis déposez-le."

    @cached_property
    def demande(self) -> Demande:
        """The kind of request of the address."""
        if self.kwargs["demande"] not in Demande.values:
            raise Http404("Cette demande n’existe pas.")
        return Demande(self.kwargs["demande"])

    @cached_property
    def appel(self) -> AppelProjets | None:
        """The call that one answers, named by the address."""
        return find_open_appel(self.request.GET.get("appel", ""))

    def get_title(self) -> str:
        return f"Ouvrir un dossier\u202f: {self.demande.label}"

    def get_intro(self) -> str:
        return list_demandes()[self.demande].aide

    def get_form_kwargs(self) -> dict[str, Any]:
        assert self.actor.membre is not None  # the permission comes from a membership
        initial = {"annee": self.today.year, "appel": self.appel}
        return {"demande": self.demande, "organisation": self.actor.membre.organisation, "initial": initial}

    def perform(self, form: DossierForm) -> str:
        dossier = create_dossier(fiche=form.fiche(), actor=self.actor, on=self.today)
        dossier.refresh_from_db(fields=["public_id"])
        return reverse("offre:dossier", args=[dossier.public_id])


class DossierEdit(CarrierEdit):
    """Change what is asked."""

    title = "Modifier la demande"
    form_class = DossierForm
    success_message = "La demande est modifiée."

    def get_form_kwargs(self) -> dict[str, Any]:
        dossier = self.dossier
        return {
            "demande": dossier.demande,
            "organisation": dossier.organisation,
            "appel": dossier.appel,
            "initial": initial_of(dossier),
        }

    def perform(self, form: DossierForm) -> str:
        edit_dossier(dossier=self.dossier, fiche=form.fiche(), actor=self.actor, on=self.today)
        return self.page_url


class SimpleAct(DossierAct):
    """An act that asks nothing but a confirmation."""

    success_message = "C’est fait."
    of_carrier: bool

    @property
    def acte(self) -> str:  # type: ignore[override]
        return str(self.kwargs["acte"])

    def get_title(self) -> str:
        act = self.acte
        known = {each.act: each.label for each in WORKFLOWS[self.dossier.demande]}
        if act not in known or act not in SIMPLES or (act in DU_PORTEUR) is not self.of_carrier:
            raise Http404("Cet acte n’existe pas.")
        return known[act]

    @property
    def submit_label(self) -> str:  # type: ignore[override]
        return self.get_title()


class CarrierSimple(SimpleAct, CarrierAct):
    """Deposit, complete, withdraw."""

    of_carrier = True

    def get_intro(self) -> str:
        return {
            "deposer": f"Le délai de {get_delai_silence(self.dossier, on=self.today)} mois commence.",
            "completer": "Le service instructeur est prévenu, et le délai reprend.",
            "retirer": "La demande est abandonnée. Un autre dossier pourra être ouvert.",
        }[self.acte]

    def get_context(self) -> dict[str, Any]:
        if self.acte != "deposer":
            return super().get_context()
        return {
            **super().get_context(),
            "depot": True,
            "manquantes": [each for each in list_attendues(self.dossier) if each.manque],
            "remarques": read_fiche(self.dossier, on=self.today).remarques,
        }

    def perform(self, form: Any) -> str:
        act = self.acte
        if act == "deposer":
            deposit(dossier=self.dossier, actor=self.actor, on=self.today)
        elif act == "completer":
            complete(dossier=self.dossier, actor=self.actor, on=self.today)
        else:
            withdraw(dossier=self.dossier, actor=self.actor)
        return self.page_url


class PieceJoin(CarrierEdit):
    """Join a file."""

    title = "Joindre une pièce"
    form_class = PieceForm
    submit_label = "Joindre"
    success_message = "La pièce est jointe."

    def get_form_kwargs(self) -> dict[str, Any]:
        initial = {"code": self.request.GET.get("piece", "")}
        return {"dossier": self.dossier, "on": self.today, "initial": initial}

    def perform(self, form: PieceForm) -> str:
        join(dossier=self.dossier, **form.cleaned_data, actor=self.actor, on=self.today)
        return f"{self.page_url}#pieces"


class PieceFile(OfDossier, ExportScreen):
    """Give a piece back, to who may read the dossier."""

    def build(self) -> Export:
        piece = self.dossier.pieces.filter(public_id=self.kwargs["piece"]).first()
        if piece is None:
            raise Http404("Cette pièce n’existe pas.")
        kept = uploads.Piece(piece.fichier, uploads.Nature(piece.nature), piece.taille, piece.empreinte)
        try:
            content = uploads.read(piece.fichier)
        except FileNotFoundError as error:
            raise Http404("Le fichier n’est plus là.") from error
        return Export(kept.filename(piece.libelle), kept.nature.content_type, content)
