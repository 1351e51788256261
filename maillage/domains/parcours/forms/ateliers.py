"""What is asked to open a workshop, to send somebody to it, to say who came."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils import timezone

from maillage.domains.parcours.enums.ateliers import EtatAtelier, ThemeAtelier
from maillage.domains.parcours.forms.accompagnement import TimeInput
from maillage.domains.parcours.services.ateliers import FicheAtelier
from maillage.foundations.kernel.screens import FilterForm
from maillage.foundations.kernel.ui.forms import DateInput

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from django.db.models import QuerySet

    from maillage.domains.parcours.models import Atelier
    from maillage.domains.parcours.queries.ateliers import LigneInscription
    from maillage.references.personnes.models import Personne


class AtelierForm(forms.Form):
    """A workshop: about what, where, when, for how many."""

    titre = forms.CharField(label="Titre", max_length=120)
    theme = forms.ChoiceField(label="Thème", choices=ThemeAtelier.choices)
    contenu = forms.CharField(
        label="Contenu", required=False, max_length=1000, widget=forms.Textarea(attrs={"rows": 3})
    )
    lieu = forms.CharField(label="Lieu", max_length=200, help_text="Adresse, et salle s’il y en a une.")
    departement = forms.ChoiceField(label="Département", required=False)
    jour = forms.DateField(label="Jour", widget=DateInput())
    de = forms.TimeField(label="De", widget=TimeInput())
    a = forms.TimeField(label="À", widget=TimeInput())
    places = forms.IntegerField(label="Places", min_value=1, max_value=200)

    def __init__(self, *args: Any, departements: Mapping[str, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["departement"].choices = [("", "à distance"), *departements.items()]  # type: ignore[attr-defined]

    def get_fiche(self) -> FicheAtelier:
        """Return the workshop as typed, hours of Paris."""
        values = dict(self.cleaned_data)
        jour, de, a = (values.pop(name) for name in ("jour", "de", "a"))
        debut, fin = (timezone.make_aware(datetime.combine(jour, hour)) for hour in (de, a))
        return FicheAtelier(**values, debut=debut, fin=fin)


def initial_of(atelier: Atelier) -> dict[str, Any]:
    """Return a workshop as its form shows it."""
    debut, fin = timezone.localtime(atelier.debut), timezone.localtime(atelier.fin)
    names = ("titre", "theme", "contenu", "lieu", "departement", "places")
    told = {name: getattr(atelier, name) for name in names}
    return {**told, "jour": debut.date(), "de": debut.time(), "a": fin.time()}


class AteliersFilter(FilterForm):
    """Theme, place, when, seats left."""

    theme = forms.ChoiceField(label="Thème", choices=[("", "tous"), *ThemeAtelier.choices])
    departement = forms.ChoiceField(label="Département")
    quand = forms.ChoiceField(
        label="Quand",
        choices=[("", "à venir"), ("passes", "passés"), ("a_noter", "présences à noter"), ("tous", "tous")],
    )
    libres = forms.BooleanField(label="Avec des places libres")
    titre = forms.CharField(label="Titre ou lieu", max_length=100)

    def __init__(
        self, *args: Any, departements: Mapping[str, str], to_record: QuerySet[Atelier], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["departement"].choices = [("", "tous"), *departements.items()]  # type: ignore[attr-defined]
        self.to_record = to_record

    def apply(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        """Return the workshops that the filters keep."""
        values, now = self.values, timezone.now()
        when = values.get("quand", "")
        if when == "":
            rows = rows.filter(fin__gte=now, etat=EtatAtelier.OUVERT)
        elif when == "passes":
            rows = rows.filter(fin__lt=now)
        elif when == "a_noter":
            rows = rows.filter(pk__in=self.to_record.values("pk"))
        for name in ("theme", "departement"):
            if value := values.get(name):
                rows = rows.filter(**{name: value})
        if values.get("libres"):
            rows = rows.filter(libres__gt=0)
        if text := values.get("titre"):
            rows = rows.filter(titre__icontains=text) | rows.filter(lieu__icontains=text)
        return rows


class InscrireForm(forms.Form):
    """Whom to send."""

    personne = forms.ChoiceField(label="Salarié à inscrire")

    def __init__(self, *args: Any, personnes: Iterable[Personne], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.personnes = {str(each.public_id): each for each in personnes}
        self.fields["personne"].choices = [(key, str(each)) for key, each in self.personnes.items()]  # type: ignore[attr-defined]

    def clean_personne(self) -> Personne:
        return self.personnes[self.cleaned_data["personne"]]


class ChoisirForm(forms.Form):
    """Which workshop."""

    atelier = forms.ChoiceField(label="Atelier")

    def __init__(self, *args: Any, ateliers: Iterable[Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.ateliers = {str(each.public_id): each for each in ateliers}
        named = [(key, self._label(each)) for key, each in self.ateliers.items()]
        self.fields["atelier"].choices = named  # type: ignore[attr-defined]

    @staticmethod
    def _label(atelier: Any) -> str:
        seats = f"{atelier.libres} places libres" if atelier.libres > 0 else "liste d’attente"
        return f"{timezone.localtime(atelier.debut):%d/%m/%Y} · {atelier.titre} · {atelier.lieu} ({seats})"

    def clean_atelier(self) -> Atelier:
        return self.ateliers[self.cleaned_data["atelier"]]  # type: ignore[no-any-return]


class PresencesForm(forms.Form):
    """Who came, line by line; a line left as it is stays unknown."""

    def __init__(self, *args: Any, lignes: Sequence[LigneInscription], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for ligne in lignes:
            who = str(ligne.personne) if ligne.personne else f"inscription {ligne.rang}"
            self.fields[f"i{ligne.inscription.pk}"] = forms.ChoiceField(
                label=f"{who} · {ligne.inscription.organisation}",
                choices=[("", "non renseigné"), ("present", "présent"), ("absent", "absent")],
                initial=ligne.inscription.etat,
                required=False,
            )

    def keys(self, value: str) -> list[int]:
        """Return the registrations of which this was said."""
        return [int(name[1:]) for name, said in self.cleaned_data.items() if said == value]
