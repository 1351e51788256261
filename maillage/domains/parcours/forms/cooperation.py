"""What is asked to write, sign and denounce a cooperation convention, and how conventions are narrowed."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import ValidationError

from maillage.domains.parcours.enums.cooperation import EtatConvention
from maillage.domains.parcours.queries.cooperation import list_agences, to_renew
from maillage.domains.parcours.rules.cooperation import EMPLOI, Engagement
from maillage.domains.parcours.services.cooperation import FicheConvention
from maillage.foundations.kernel.screens import FilterForm
from maillage.foundations.kernel.ui.forms import DateInput
from maillage.references.structures.models import Siae
from maillage.references.structures.queries.siae import search_siae

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from django.db.models import QuerySet

    from maillage.domains.parcours.models import PartieConvention
    from maillage.references.accounts.models import Organisation, User

JOUR = timedelta(days=1)
SIRET = re.compile(r"\b\d{14}\b")
AUTRES = 4  # organisations with SIAE beside the one that proposes
LIGNES = 6  # promises of a convention


class PartieField(forms.CharField):
    """An organisation that carries SIAE in activity, by their name or place, or its SIRET; None when left empty."""

    def clean(self, value: Any) -> Any:
        text = super().clean(value).strip()
        if not text:
            return None
        if siret := SIRET.search(text):
            found = {each.organisation for each in carried().filter(organisation__siret=siret[0])}
        else:
            rows = search_siae(text, limit=5)
            same = [each for each in rows if text.casefold() in {each.nom.casefold(), str(each).casefold()}]
            found = {each.organisation for each in same or rows}
        if len(found) == 1:
            return found.pop()
        if not found:
            raise ValidationError(f"Aucune SIAE en activité ne correspond à «\u202f{text}\u202f».")
        names = "\u202f; ".join(sorted(map(party_label, found)))
        raise ValidationError(f"Plusieurs organisations correspondent\u202f: {names}. Donnez le SIRET.")


class ConventionsFilter(FilterForm):
    """Which conventions are looked at."""

    q = forms.CharField(label="Objet ou partie", max_length=100)
    voir = forms.ChoiceField(
        label="Voir",
        choices=[
            ("", "toutes"),
            ("notres", "celles de notre organisation"),
            ("a_signer", "à signer par notre organisation"),
            ("a_renouveler", "à renouveler"),
            ("emploi", "avec France Travail"),
        ],
    )
    etat = forms.ChoiceField(label="État", choices=[("", "tous"), *EtatConvention.choices])

    def __init__(self, *args: Any, user: User, on: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user, self.on = user, on

    def apply(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        values = self.values
        if text := values.get("q"):
            rows = rows.filter(objet__icontains=text) | rows.filter(noms__icontains=text)
        if etat := values.get("etat"):
            rows = rows.filter(etat_lu=etat)
        narrow = {"notres": {"la_notre": True}, "a_signer": {"a_signer": True}, "emploi": {"avec_emploi": True}}
        if (voir := values.get("voir", "")) == "a_renouveler":
            return rows.filter(pk__in=to_renew(self.user, self.on).values("pk"))
        return rows.filter(**narrow.get(voir, {}))


class ConventionForm(forms.Form):
    """The parties, the object and the days of a draft."""

    objet = forms.CharField(label="Objet", max_length=200, help_text="Ce que la convention organise, en une ligne.")
    debut = forms.DateField(label="Premier jour", widget=DateInput())
    dernier = forms.DateField(label="Dernier jour", widget=DateInput())
    texte = forms.CharField(
        label="Ce que les parties conviennent",
        required=False,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text="Qui se parle, quand, de quoi. Les engagements chiffrés s’écrivent ensuite, ligne par ligne.",
    )

    def __init__(self, *args: Any, parties: Sequence[Organisation] = (), **kwargs: Any) -> None:
        """`parties` are the others of a draft already written."""
        super().__init__(*args, **kwargs)
        known = [each for each in parties if not set(EMPLOI) & set(each.types)]
        for rank in range(1, AUTRES + 1):
            self.fields[f"partie_{rank}"] = PartieField(
                label=f"SIAE partenaire {rank}",
                required=False,
                max_length=200,
                help_text="Son nom, sa ville ou son SIRET." if rank == 1 else "",
                initial=party_label(known[rank - 1]) if rank <= len(known) else "",
            )
        agences = list_agences()
        self.agences = {str(each.pk): each for each in agences}
        self.fields["agence"] = forms.ChoiceField(
            label="France Travail",
            required=False,
            choices=[("", "aucune"), *((str(each.pk), str(each)) for each in agences)],
            initial=next((str(each.pk) for each in parties if set(EMPLOI) & set(each.types)), ""),
        )

    @property
    def fiche(self) -> FicheConvention:
        """What the draft says."""
        data = self.cleaned_data
        named = [data[f"partie_{rank}"] for rank in range(1, AUTRES + 1)]
        autres = {each.pk: each for each in named if each}
        if data["agence"]:
            agence = self.agences[data["agence"]]
            autres[agence.pk] = agence
        return FicheConvention(
            data["objet"], data["debut"], data["dernier"] + JOUR, list(autres.values()), data["texte"]
        )


class EngagementsForm(forms.Form):
    """Up to six promises. A line without its words is none."""

    def __init__(
        self, *args: Any, parties: Sequence[PartieConvention], engagements: Sequence[Engagement], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        choices = [("", "toutes les parties"), *((str(each.pk), str(each)) for each in parties)]
        for rank in range(1, LIGNES + 1):
            known = engagements[rank - 1] if rank <= len(engagements) else None
            line = f"Engagement {rank}"
            self.fields |= {
                f"quoi_{rank}": forms.CharField(
                    label=line,
                    required=False,
                    max_length=300,
                    initial=known.quoi if known else "",
                    help_text="Par exemple\u202f: proposer un entretien à chaque salarié trois mois avant sa fin."
                    if rank == 1
                    else "",
                ),
                f"partie_{rank}": forms.ChoiceField(
                    label=f"{line}\u202f: qui",
                    required=False,
                    choices=choices,
                    initial=str(known.partie or "") if known else "",
                ),
                f"chiffre_{rank}": forms.IntegerField(
                    label=f"{line}\u202f: combien",
                    required=False,
                    min_value=0,
                    max_value=100_000,
                    initial=known.chiffre if known else None,
                ),
                f"unite_{rank}": forms.CharField(
                    label=f"{line}\u202f: de quoi",
                    required=False,
                    max_length=40,
                    initial=known.unite if known else "",
                    help_text="Places, entretiens, visites…" if rank == 1 else "",
                ),
                f"avant_le_{rank}": forms.DateField(
                    label=f"{line}\u202f: au plus tard le",
                    required=False,
                    widget=DateInput(),
                    initial=known.avant_le if known else None,
                ),
            }

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        for rank in range(1, LIGNES + 1):
            rest = [data.get(f"{name}_{rank}") for name in ("partie", "chiffre", "unite", "avant_le")]
            if not data.get(f"quoi_{rank}") and any(each not in (None, "") for each in rest):
                self.add_error(f"quoi_{rank}", ValidationError("Dites en quoi consiste cet engagement."))
        return data

    def engagements(self) -> list[Engagement]:
        """Return the promises that were told, in their order."""
        data = self.cleaned_data
        return [
            Engagement(
                data[f"quoi_{rank}"],
                int(data[f"partie_{rank}"]) if data[f"partie_{rank}"] else None,
                data[f"chiffre_{rank}"],
                data[f"unite_{rank}"],
                data[f"avant_le_{rank}"],
            )
            for rank in range(1, LIGNES + 1)
            if data[f"quoi_{rank}"]
        ]


class MotifForm(forms.Form):
    """Why a change is asked for."""

    motif = forms.CharField(label="Ce qui est à modifier", max_length=300, widget=forms.Textarea(attrs={"rows": 3}))


class DenonciationForm(forms.Form):
    """Why, and from which day on."""

    effet = forms.DateField(label="La convention ne vaut plus à partir du", widget=DateInput())
    motif = forms.CharField(label="Motif", max_length=300, widget=forms.Textarea(attrs={"rows": 3}))


def carried() -> QuerySet[Siae]:
    """Return the SIAE in activity with who carries each."""
    return Siae.objects.actives().select_related("organisation")


def party_label(organisation: Organisation) -> str:
    """Return what names an organisation without a doubt: the field reads it again."""
    return f"{organisation}, {organisation.siret}"
