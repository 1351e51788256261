"""The ways out with their stay: who left which SIAE, after how long and how many hours, and whether it counts.

A stay of a person in a SIAE goes from the first contract after the former way out to this one. One definition for
every screen and figure: `with_sejour` adds it to ways out, whatever their number, in the query that reads them.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from django.db.models import (
    BooleanField,
    Case,
    CharField,
    DateField,
    DecimalField,
    F,
    Func,
    IntegerField,
    Max,
    Min,
    OuterRef,
    Q,
    Subquery,
    Sum,
    Value,
    When,
)
from django.db.models.functions import Coalesce

from maillage.domains.parcours.enums.sorties import CategorieSortie, Decompte
from maillage.domains.parcours.models import Contrat, EtatMensuel, Sortie
from maillage.domains.parcours.permissions import Permission
from maillage.domains.parcours.queries.social import social_of
from maillage.domains.parcours.rules.sorties import MOIS_JOURS, SeuilSortie, motifs_of, parametres
from maillage.foundations.kernel.parameters import get_parametre
from maillage.foundations.kernel.permissions import granted
from maillage.references.personnes.queries.visibilite import visible_to
from maillage.references.structures.enums import TypeSiae

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.db.models import QuerySet

    from maillage.references.accounts.models import User

JADIS, JOUR = date(1900, 1, 1), timedelta(days=1)


def seuils_sortie(on: date) -> Mapping[str, SeuilSortie]:
    """Return what a stay must reach for its end to count on a day, by kind of SIAE."""
    found = {}
    for kind in TypeSiae:
        sejour, heures = parametres(kind)
        months = float(get_parametre(f"parcours.{sejour}", on=on).value) if sejour else 0.0
        found[str(kind)] = SeuilSortie(months * MOIS_JOURS, get_parametre(f"parcours.{heures}", on=on).value)
    return found


def with_sejour(rows: QuerySet[Sortie], on: date) -> QuerySet[Any]:
    """Add to ways out: `le` (the day after the last), `debut`, `jours`, `heures`, `categorie` and `decompte`.

    `on` is the day whose rules hold. Hours are null when no month of the stay is known.
    """
    pair = Q(personne=OuterRef("contrat__personne"), siae=OuterRef("contrat__siae"))
    before = (
        Sortie.objects.filter(
            contrat__personne=OuterRef("contrat__personne"),
            contrat__siae=OuterRef("contrat__siae"),
            contrat__fin__lt=OuterRef("contrat__fin"),
        )
        .order_by()
        .values("contrat__siae")
        .annotate(fin=Max("contrat__fin"))
    )
    stay = Contrat.objects.filter(pair, debut__gte=OuterRef("apres"), debut__lte=OuterRef("contrat__debut"))
    hours = EtatMensuel.objects.filter(
        contrat__personne=OuterRef("contrat__personne"),
        contrat__siae=OuterRef("contrat__siae"),
        contrat__debut__gte=OuterRef("debut"),
        contrat__debut__lte=OuterRef("contrat__debut"),
    )
    return rows.annotate(
        le=F("contrat__fin"),
        apres=Coalesce(Subquery(before.values("fin")), Value(JADIS), output_field=DateField()),
        debut=Subquery(stay.order_by().values("siae").annotate(premier=Min("debut")).values("premier")),
        jours=Func(
            F("contrat__fin"), F("debut"), template="(%(expressions)s)", arg_joiner=" - ", output_field=IntegerField()
        ),
        heures=Subquery(
            hours.order_by().values("contrat__siae").annotate(somme=Sum("heures")).values("somme"),
            output_field=DecimalField(max_digits=9, decimal_places=2),
        ),
        categorie=_categorie(on),
        decompte=_decompte(on),
    )


def _categorie(on: date) -> Case:
    whens = [When(motif__in=motifs_of(each, on=on), then=Value(each.value)) for each in CategorieSortie]
    return Case(*whens, output_field=CharField())


def _decompte(on: date) -> Case:
    """The rule `rules.sorties.decompte`, said to the database."""
    whens = [When(motif__in=motifs_of(CategorieSortie.NEUTRALISEE, on=on), then=Value(Decompte.NEUTRALISEE.value))]
    seuils = seuils_sortie(on)
    whens += [
        When(contrat__siae__type_siae=kind, jours__lte=int(seuil.jours), then=Value(Decompte.COURTE.value))
        for kind, seuil in seuils.items()
        if seuil.jours
    ]
    whens.append(When(heures__isnull=True, then=Value(Decompte.HEURES_INCONNUES.value)))
    whens += [
        When(contrat__siae__type_siae=kind, heures__lt=seuil.heures, then=Value(Decompte.PEU_HEURES.value))
        for kind, seuil in seuils.items()
    ]
    return Case(*whens, default=Value(Decompte.COMPTEE.value), output_field=CharField())


def list_sorties(user: User, on: date) -> QuerySet[Any]:
    """Return the ways out of the persons whose file is open to an account, with their stay: of one's own SIAE for who
    acts for one, of every SIAE for who follows the persons. One query, whatever the rows.

    `brsa`: received the RSA at their entry; null when unknown, or not to be known by this account.
    """
    if not granted(user, Permission.VIEW) or user.membre is None:
        return Sortie.objects.none()
    rows = Sortie.objects.filter(contrat__personne__in=visible_to(user).values("pk"))
    if granted(user, Permission.HIRE):
        rows = rows.filter(contrat__siae__organisation=user.membre.organisation_id)
    open_ = Q(contrat__personne__in=social_of(user).values("pk"))
    known = Case(
        When(open_, contrat__personne__situation__rsa__startswith="OUI", then=Value(True)),
        When(open_, contrat__personne__situation__rsa="NON", then=Value(False)),
        output_field=BooleanField(null=True),
    )
    found: QuerySet[Any] = (
        with_sejour(rows, on)
        .annotate(brsa=known)
        .select_related("contrat__personne", "contrat__siae", "contrat__rome")
        .defer("contrat__personne__nir", "contrat__personne__nir_empreinte")
    )
    return found
