"""Each SIAE against its objective, mixity by trade, and a SIAE before its own figures."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from django.http import Http404
from django.urls import reverse
from django.utils import timezone

from maillage.domains.offre.enums import PublicPrioritaire, Situation
from maillage.domains.offre.forms.publics import AnneeForm, EcartsFilter, MixiteFilter, RealisationsForm
from maillage.domains.offre.permissions import Permission
from maillage.domains.offre.queries.ecarts import describe_siae, list_ecarts, list_mes_siae
from maillage.domains.offre.queries.pratiques import list_pratiques
from maillage.domains.offre.queries.realisations import list_annees
from maillage.domains.offre.queries.territoires import departements_of, list_departements, settable
from maillage.domains.offre.rules.publics import reperes
from maillage.domains.offre.services.realisations import record_realisations
from maillage.domains.offre.views.publics import SECRET, PublicsScreen, percent, points, pratique_url
from maillage.foundations.kernel.errors import Refused
from maillage.foundations.kernel.screens import ActScreen, Column, DetailScreen, ListScreen
from maillage.foundations.kernel.secret import get_effectif_min
from maillage.foundations.kernel.templatetags.ui import NARROW_SPACE, decimal
from maillage.references.structures.queries.effectifs import draw_mixite, list_metiers
from maillage.references.structures.queries.effectifs import list_annees as list_annees_mixite
from maillage.references.territoires.enums import Niveau

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.db.models import QuerySet

    from maillage.domains.offre.models import RealisationPublic
    from maillage.domains.offre.queries.ecarts import EcartSiae, PublicDeSiae
    from maillage.references.structures.models import Siae
    from maillage.references.structures.queries.effectifs import Metier


def _secret(value: object, known: object) -> object:
    """Return a figure as a table shows it: unknown stays so, withheld is said."""
    return None if known is None else SECRET if value is None else value


def _ecart(row: EcartSiae) -> str | None:
    if row.ecart is None:
        return None
    text = f"{decimal(row.ecart, 1)}{NARROW_SPACE}pt"
    return text if row.part is not None else f"au moins {text}" if row.ecart else SECRET


def _manquants(row: EcartSiae) -> str | None:
    if row.manquants is None:
        return None
    return str(row.manquants) if row.part is not None else f"au moins {row.manquants}" if row.manquants else SECRET


class Ecarts(PublicsScreen, ListScreen):
    """The SIAE of one's land, the furthest from the objective first, beside what others did."""

    permission = Permission.VIEW_ECARTS
    title = "SIAE et objectifs"
    template_name = "offre/ecarts.html"
    columns = (
        Column("nom", "SIAE", "nom", sort="nom", link=lambda row: reverse("structures:detail", args=[row.pk])),
        Column("type", "Type", "type", sort="type"),
        Column("departement", "Département", "departement", sort="departement"),
        Column("total", "Salariés connus", "total", sort="total", numeric=True),
        Column("effectif", "Du public", lambda row: _secret(row.effectif, row.realise), sort="effectif", numeric=True),
        Column("part", "Part", lambda row: _secret(percent(row.part), row.realise), sort="part", numeric=True),
        Column("cible", "Objectif", lambda row: percent(row.cible), sort="cible", numeric=True),
        Column("ecart", "Écart", _ecart, sort="ecart", numeric=True),
        Column("manquants", "Salariés qui manquent", _manquants, sort="manquants", numeric=True),
        Column("situation", "Situation", "libelle_situation", sort="situation"),
    )
    default_sort = "-ecart"
    export_name = "siae-objectifs"
    noun = ("SIAE", "SIAE")
    empty_title = "Aucune SIAE ne répond à ces critères"
    empty_text = "Élargissez les filtres, ou faites inscrire le territoire de compétence de votre organisation."

    @cached_property
    def departements(self) -> dict[str, str]:
        return departements_of(self.actor)

    @cached_property
    def annees(self) -> list[int]:
        return list_annees()

    @cached_property
    def form(self) -> EcartsFilter:
        return EcartsFilter(self.request.GET, annees=self.annees, departements=self.departements)

    @property
    def public_choisi(self) -> PublicPrioritaire:
        return PublicPrioritaire(self.form.values.get("public", PublicPrioritaire.FEMMES))

    @property
    def annee(self) -> int:
        latest = self.annees[0] if self.annees else timezone.localdate().year
        return int(self.form.values.get("annee", latest))

    def get_intro(self) -> str:
        label = str(self.public_choisi.label)
        return f"{label[:1].upper()}{label[1:]} en {self.annee}, les SIAE les plus éloignées d’abord."

    def get_queryset(self) -> Sequence[EcartSiae]:
        asked = self.form.values.get("departement")
        land = {code: nom for code, nom in self.departements.items() if asked in {None, code}}
        return list_ecarts(self.public_choisi, self.annee, land)

    def get_context(self) -> dict[str, Any]:
        kind = self.form.values.get("type", "")
        pratiques = list_pratiques(public=self.public_choisi, type_siae=kind)[:4]
        rows: Sequence[EcartSiae] = self.rows  # type: ignore[assignment]
        return {
            **super().get_context(),
            "loin": sum(row.situation == Situation.LOIN for row in rows),
            "atteint": sum(row.situation == Situation.ATTEINT for row in rows),
            "inconnu": sum(row.realise is None for row in rows),
            "pratiques": [(pratique, pratique_url(pratique)) for pratique in pratiques],
            "public": self.public_choisi.label,
            "public_code": self.public_choisi.value,
            "repere": reperes()[self.public_choisi],
            "secret": get_effectif_min(),
            "fixer": self.get_set_url(),
        }

    def get_set_url(self) -> str:
        """Return where to set the objective that is looked at, on one's own territory; "" for who sets none."""
        places = [place for place, _ in settable(self.actor)]
        wanted = f"{Niveau.DEPARTEMENT}:{self.form.values.get('departement', '')}"
        asked = {"public": self.public_choisi.value, "type_siae": self.form.values.get("type", "")}
        asked["territoire"] = wanted if wanted in places else places[0] if places else ""
        return f"{reverse('offre:objectif_fixer')}?{urlencode(asked)}" if places else ""


class Mixite(PublicsScreen, ListScreen):
    """Women and men by trade."""

    permission = Permission.VIEW_PUBLICS
    title = "Mixité par métier"
    template_name = "offre/mixite.html"
    columns = (
        Column("metier", "Métiers", lambda row: f"{row.libelle[:1].upper()}{row.libelle[1:]}", sort="libelle"),
        Column("femmes", "Femmes", lambda row: _secret(row.femmes, 1), sort="femmes", numeric=True),
        Column("hommes", "Hommes", lambda row: _secret(row.hommes, 1), sort="hommes", numeric=True),
        Column("part", "Part des femmes", lambda row: _secret(percent(row.part), 1), sort="part", numeric=True),
    )
    default_sort = "part"
    export_name = "mixite-metiers"
    noun = ("ligne", "lignes")
    empty_title = "Aucun effectif par métier n’est connu"
    empty_text = "Les effectifs de femmes et d’hommes par secteur viennent d’un import de la rubrique « Imports »."

    @cached_property
    def annees(self) -> list[int]:
        return list_annees_mixite()

    @cached_property
    def departements(self) -> dict[str, str]:
        return list_departements()

    @cached_property
    def form(self) -> MixiteFilter:
        return MixiteFilter(self.request.GET, annees=self.annees, departements=self.departements)

    @property
    def annee(self) -> int | None:
        asked: int | None = self.form.values.get("annee")
        return asked or (self.annees[0] if self.annees else None)

    @property
    def territoire(self) -> str:
        return self.departements.get(self.form.values.get("departement", ""), "Toute la région")

    def get_intro(self) -> str:
        what = "Où les femmes et les hommes en insertion travaillent ensemble, et où ils ne se croisent pas."
        return f"{self.territoire}, {self.annee}. {what}" if self.annee else what

    @cached_property
    def metiers(self) -> list[Metier]:
        return list_metiers(self.annee, self.form.values.get("departement", "")) if self.annee else []

    def get_queryset(self) -> Sequence[Metier]:
        return self.metiers

    def get_context(self) -> dict[str, Any]:
        drawing = draw_mixite(self.metiers, self.territoire, self.annee) if self.annee and self.metiers else None
        pratiques = list_pratiques(public=PublicPrioritaire.FEMMES)[:3]
        return {
            **super().get_context(),
            "drawing": drawing,
            "pratiques": [(pratique, pratique_url(pratique)) for pratique in pratiques],
            "repere": reperes()["femmes"],
            "secret": get_effectif_min(),
        }


class MesSiae(PublicsScreen, ListScreen):
    """The SIAE of one's organisation: whose publics to look at, whose to type."""

    permission = Permission.RECORD_REALISATIONS
    title = "Les publics de mes SIAE"
    intro = "Choisissez une SIAE pour voir ses publics en face des objectifs, et saisir l’année."
    columns = (
        Column("nom", "SIAE", "nom", sort="nom", link=lambda row: reverse("offre:ma_siae", args=[row.pk])),
        Column("type", "Type", "get_type_siae_display", sort="type_siae"),
        Column(
            "saisir",
            "Suite",
            lambda row: "Saisir une année",
            link=lambda row: reverse("offre:realisations", args=[row.pk]),
        ),
    )
    default_sort = "nom"
    export_name = "mes-siae"
    noun = ("SIAE", "SIAE")
    empty_title = "Votre organisation ne porte aucune SIAE connue"
    empty_text = "Un import de la liste des SIAE crée les SIAE des organisations."

    def get_queryset(self) -> QuerySet[Siae]:
        return list_mes_siae(self.actor)


class OfMaSiae(PublicsScreen):
    """A screen about a SIAE of one's own organisation."""

    permission = Permission.RECORD_REALISATIONS
    portee = "les SIAE de son organisation"

    @cached_property
    def siae(self) -> Siae:
        """The SIAE of the address, among one's own."""
        found = list_mes_siae(self.actor).filter(pk=self.kwargs["pk"]).first()
        if found is None:
            raise Http404("Cette SIAE n’existe pas, ou n’est pas de votre organisation.")
        return found

    def get_breadcrumb(self) -> list[tuple[str, str]]:
        return [("Les publics de mes SIAE", reverse("offre:mes_siae"))]


class MaSiae(OfMaSiae, DetailScreen):
    """One's own figures in full, what is asked, how the others stand without their names."""

    template_name = "offre/ma_siae.html"
    object: list[PublicDeSiae]

    @cached_property
    def annee(self) -> int:
        """The year of the address, else the latest known."""
        annees = list_annees()
        asked = self.request.GET.get("annee", "")
        return int(asked) if asked.isdecimal() and int(asked) in annees else (annees or [timezone.localdate().year])[0]

    def get_object(self) -> list[PublicDeSiae]:
        return describe_siae(self.siae, self.annee)

    def get_title(self) -> str:
        return f"Les publics de {self.siae.nom}"

    def get_intro(self) -> str:
        kind = str(self.siae.get_type_siae_display())
        return f"{kind[:1].upper()}{kind[1:]}, année {self.annee}. Vos chiffres ne sont montrés en entier qu’à vous."

    def get_context(self) -> dict[str, Any]:
        furthest = min(
            (row for row in self.object if row.ecart is not None), key=lambda row: row.ecart or 0, default=None
        )
        public = furthest.public if furthest and (furthest.ecart or 0) < 0 else ""
        pratiques = list_pratiques(public=public, type_siae=self.siae.type_siae)[:4] if public else []
        return {
            **super().get_context(),
            "siae": self.siae,
            "annees": [(annee, annee == self.annee) for annee in list_annees()],
            "rows": [_own(row) for row in self.object],
            "loin": furthest.libelle if furthest and public else "",
            "pratiques": [(pratique, pratique_url(pratique)) for pratique in pratiques],
        }


def _own(row: PublicDeSiae) -> tuple[str | None, ...]:
    spread = row.quartiles
    return (
        f"{row.libelle[:1].upper()}{row.libelle[1:]}",
        None if row.effectif is None else f"{row.effectif} sur {row.total}",
        percent(row.part),
        points(None if row.part is None or row.precedente is None else row.part - row.precedente),
        f"{percent(row.cible)} ({row.origine})" if row.cible is not None else "aucun",
        points(row.ecart) if row.cible is not None else "—",
        f"{spread.bas} · {spread.median} · {spread.haut} %" if spread else "trop peu de SIAE",
    )


class Realisations(OfMaSiae, ActScreen):
    """Type whom one's SIAE employed in a year."""

    template_name = "offre/saisir.html"
    form_class = RealisationsForm
    success_message = "Les publics de l’année sont enregistrés."

    @cached_property
    def choix(self) -> AnneeForm:
        """The year that comes back with its figures, else that of the address, else the last one that is over."""
        latest = timezone.localdate().year
        asked = self.request.POST.get("annee") or self.request.GET.get("annee") or latest - 1
        return AnneeForm({"annee": asked}, latest=latest)

    @property
    def annee(self) -> int:
        """The year whose figures are typed."""
        return int(self.choix.values.get("annee", timezone.localdate().year - 1))

    @cached_property
    def known(self) -> dict[str, RealisationPublic]:
        """What is known of the year, by public."""
        return {row.public: row for row in self.siae.realisations_publics.filter(annee=self.annee)}

    def get_title(self) -> str:
        return f"Saisir les publics de {self.annee}"

    def get_intro(self) -> str:
        return f"{self.siae.nom}. Des nombres seulement\u202f: aucun nom n’est demandé ni gardé."

    def get_context(self) -> dict[str, Any]:
        return {"choix": self.choix, "annee": self.annee, "connus": len(self.known)}

    def get_breadcrumb(self) -> list[tuple[str, str]]:
        return [*super().get_breadcrumb(), (self.siae.nom, reverse("offre:ma_siae", args=[self.siae.pk]))]

    def get_form_kwargs(self) -> dict[str, Any]:
        initial = {"annee": self.annee, **{public: row.effectif for public, row in self.known.items()}}
        if self.known:
            initial["salaries"] = max(row.total for row in self.known.values())
        return {"initial": initial}

    def perform(self, form: RealisationsForm) -> str:
        done = record_realisations(
            lignes=[form.get_ligne(self.siae.pk)],
            source="déclaration de la SIAE",
            actor=self.actor,
            on=timezone.localdate(),
        )
        if done.refusals:
            raise Refused(*done.refusals[0])
        return f"{reverse('offre:ma_siae', args=[self.siae.pk])}?annee={form.cleaned_data['annee']}"
