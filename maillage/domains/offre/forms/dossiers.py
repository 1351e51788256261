"""What is asked of whoever carries a dossier, and how the list of dossiers is narrowed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.db.models import Q

from maillage.domains.offre.enums import REPONSES, Demande, EtatDossier
from maillage.domains.offre.forms.champs import AmountField, CommuneField, PublicsField, SecteursField, TerritoiresField
from maillage.domains.offre.queries.demandes import list_demandes, list_pieces
from maillage.domains.offre.queries.visibilite import open_appels
from maillage.domains.offre.services.dossiers import FicheDossier
from maillage.foundations.kernel.screens import FilterForm
from maillage.references.structures.enums import TypeSiae
from maillage.references.structures.models import Siae

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from maillage.domains.offre.models import AppelProjets, Dossier
    from maillage.domains.offre.queries.dossiers import LigneDossier
    from maillage.references.accounts.models import Organisation

TEXTE = forms.Textarea(attrs={"rows": 6})


class DossierForm(forms.Form):
    """What is asked, for which SIAE, where, how many ETP. The kind of request says which fields matter."""

    nom = forms.CharField(label="Nom de la SIAE ou du projet", max_length=200)
    siae = forms.ModelChoiceField(label="SIAE concernée", queryset=Siae.objects.none(), empty_label="choisir")
    type_siae = forms.ChoiceField(label="Type de SIAE demandé", choices=TypeSiae.choices)
    appel = forms.ModelChoiceField(
        label="En réponse à l’appel à projets", queryset=open_appels().none(), required=False, empty_label="aucun"
    )
    commune = CommuneField(label="Commune d’implantation")
    zones = TerritoiresField(label="Territoires à servir", required=False)
    annee = forms.IntegerField(label="Première année demandée", min_value=2000, max_value=2100)
    etp = AmountField(label="ETP demandés par an, en tout", max_digits=8)
    postes = forms.IntegerField(label="Postes", required=False, min_value=1, max_value=10_000)
    secteurs = SecteursField()
    publics = PublicsField()
    projet = forms.CharField(label="Le projet en quelques phrases", required=False, widget=TEXTE)

    def __init__(
        self, *args: Any, demande: str, organisation: Organisation, appel: AppelProjets | None = None, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.demande = demande
        card = list_demandes()[demande]
        siae, appels, secteurs = self.fields["siae"], self.fields["appel"], self.fields["secteurs"]
        assert isinstance(siae, forms.ModelChoiceField)
        assert isinstance(appels, forms.ModelChoiceField)
        assert isinstance(secteurs, SecteursField)
        secteurs.offer()
        owned = Siae.objects.actives().filter(organisation=organisation)
        siae.queryset = owned.filter(type_siae=TypeSiae.ACI) if demande == Demande.EVOLUTION else owned.order_by("nom")
        kept = Q(pk=appel.pk) if appel else Q()
        appels.queryset = (open_appels() | open_appels().model.objects.filter(kept)) if appel else open_appels()
        for name in ("type_siae",) if card.existante else ("siae",):
            del self.fields[name]
        if demande not in REPONSES:
            del self.fields["appel"]
        if card.existante:
            self.fields["etp"].help_text = (
                "Dans le seul département de la commune indiquée, ceux d’aujourd’hui compris\u202f: la convention "
                "ne vaut que pour lui."
            )
        self.fields["zones"].required = demande == Demande.TERRITOIRE

    def fiche(self) -> FicheDossier:
        """Return what was typed, as the act takes it."""
        siae: Siae | None = self.cleaned_data.get("siae")
        kind = self.cleaned_data.get("type_siae") or (siae.type_siae if siae else "")
        return FicheDossier(**{**self.cleaned_data, "demande": self.demande, "type_siae": kind})


def initial_of(dossier: Dossier) -> dict[str, Any]:
    """Return a dossier as its form shows it."""
    names = ("nom", "siae", "type_siae", "appel", "annee", "etp", "postes", "publics", "projet")
    return {
        **{name: getattr(dossier, name) for name in names},
        "commune": dossier.commune.nom,
        "zones": ", ".join(zone.nom for zone in dossier.zones.all()),
        "secteurs": list(dossier.secteurs.all()),
    }


class PieceForm(forms.Form):
    """A file, and which piece of the list it is."""

    code = forms.ChoiceField(label="Pièce", required=False)
    libelle = forms.CharField(label="Si c’est une autre pièce, son nom", max_length=200, required=False)
    fichier = forms.FileField(label="Fichier", help_text="PDF, image ou document de bureautique.")

    def __init__(self, *args: Any, dossier: Dossier, on: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        code = self.fields["code"]
        assert isinstance(code, forms.ChoiceField)
        expected = list_pieces(dossier.demande, dossier.type_siae, on=dossier.depose_le or on)
        code.choices = [*((piece.code, piece.libelle) for piece in expected), ("", "une autre pièce")]


class DossierFilter(FilterForm):
    """Words, kind of request, state, whose deadline is near, département; over rows in memory."""

    q = forms.CharField(label="Nom, organisation ou numéro", max_length=100)
    demande = forms.ChoiceField(label="Demande", choices=[("", "toutes"), *Demande.choices])
    etat = forms.ChoiceField(label="État", choices=[("", "tous"), *EtatDossier.choices])
    departement = forms.ChoiceField(label="Département")
    pressant = forms.BooleanField(label="Refus implicite proche")

    def __init__(self, *args: Any, departements: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        departement = self.fields["departement"]
        assert isinstance(departement, forms.ChoiceField)
        departement.choices = [("", "tous"), *departements]

    def apply(self, rows: Sequence[LigneDossier]) -> list[LigneDossier]:
        """Return the dossiers that the filters keep."""
        values = self.values
        words = str(values.get("q", "")).casefold().split()
        return [
            ligne
            for ligne in rows
            if all(word in f"{ligne.nom} {ligne.organisation} {ligne.numero}".casefold() for word in words)
            and values.get("demande", ligne.dossier.demande) == ligne.dossier.demande
            and values.get("etat", ligne.dossier.etat) == ligne.dossier.etat
            and values.get("departement", ligne.dossier.departement) == ligne.dossier.departement
            and (not values.get("pressant") or ligne.pressant)
        ]
