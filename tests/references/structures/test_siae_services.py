"""Registering SIAE: once, twice, by the thousand."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from decimal import Decimal
from types import SimpleNamespace

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from maillage.foundations.kernel import audit, events
from maillage.foundations.kernel.errors import Refused
from maillage.foundations.kernel.models import Acte
from maillage.references.accounts.models import Organisation
from maillage.references.structures.models import EffectifAnnuel, Implantation, Siae
from maillage.references.structures.rules import FicheImplantation, FicheSiae
from maillage.references.structures.services.siae import Enregistrement, OffreModifiee, register_batch, register_siae
from tests.factories.accounts import UserFactory, siret
from tests.factories.structures import SecteurFactory

ON = date(2026, 11, 23)
Register = Callable[..., list[Enregistrement]]


def test_a_fiche_becomes_an_organisation_a_siae_a_site_and_its_figures(
    lieux: SimpleNamespace, fiche: FicheSiae, register: Register
) -> None:
    [enregistrement] = register(fiche)

    siae = Siae.objects.get()
    assert enregistrement == Enregistrement(siae, "cree")
    assert (siae.nom, siae.type_siae, siae.source) == ("Atelier du Tilleul", "ACI", "essai")
    organisation = siae.organisation
    assert (organisation.siret, organisation.denomination, organisation.naf) == (
        fiche.siret,
        "Association du Tilleul",
        "8899B",
    )
    [site] = siae.implantations.all()
    assert (site.principale, site.commune, site.adresse, site.longitude, site.latitude) == (
        True,
        lieux.saint_denis,
        "1 rue du Tilleul",
        2.3575,
        48.9356,
    )
    [effectif] = siae.effectifs.all()
    assert (effectif.annee, effectif.departement, effectif.salaries, effectif.etp_realises) == (
        2025,
        lieux.seine_saint_denis,
        40,
        Decimal("18.50"),
    )
    assert (effectif.postes, effectif.etp_conventionnes) == (None, None)


def test_the_same_fiche_again_changes_nothing_and_leaves_no_trace(
    lieux: SimpleNamespace, fiche: FicheSiae, register: Register
) -> None:
    register(fiche)
    [site] = Implantation.objects.all()
    before = (Acte.objects.count(), site.events.count())

    [again] = register(replace(fiche, siret=f" {fiche.siret[:9]} {fiche.siret[9:]}", naf="88.99B"))

    assert again.change == "inchange"
    assert (Acte.objects.count(), site.events.count()) == before


def test_a_change_is_journaled_with_its_values(lieux: SimpleNamespace, fiche: FicheSiae, register: Register) -> None:
    register(fiche)
    [changed] = register(replace(fiche, nom="Atelier du Chêne", salaries=42))

    assert changed.change == "modifie"
    siae = Siae.objects.get()
    update, create = audit.history(siae)
    assert (create.acte, update.acte) == ("siae.create", "siae.update")
    assert update.details == {
        "source": "essai",
        "date": "2026-11-23",
        "changements": [
            {
                "table": "siae",
                "row": "ACI",
                "field": "nom",
                "before": "Atelier du Tilleul",
                "after": "Atelier du Chêne",
            },
            {"table": "effectifannuel", "row": "2025 · 93", "field": "salaries", "before": "40", "after": "42"},
        ],
    }
    assert [event.nom for event in siae.events.order_by("pgh_id")] == ["Atelier du Tilleul", "Atelier du Chêne"]


def test_what_a_fiche_does_not_say_stays(lieux: SimpleNamespace, fiche: FicheSiae, register: Register) -> None:
    SecteurFactory(code="peinture")
    register(replace(fiche, secteurs=(("peinture", Decimal(60)),)))

    [again] = register(FicheSiae(fiche.siret, "ACI", fiche.nom, commune_code="93066", secteurs=(("peinture", None),)))

    assert again.change == "inchange"
    siae = Siae.objects.get()
    assert siae.activites.get().part_heures == Decimal("60.00")
    assert siae.effectifs.get().salaries == 40


def test_a_new_commune_without_a_point_forgets_the_former_point(
    lieux: SimpleNamespace, fiche: FicheSiae, register: Register
) -> None:
    register(fiche)
    register(replace(fiche, commune_code="93048", longitude=None, latitude=None))

    site = Implantation.objects.get()
    assert (site.commune, site.longitude, site.latitude) == (lieux.montreuil, None, None)


def test_sectors_zones_and_secondary_sites_are_replaced(
    lieux: SimpleNamespace, fiche: FicheSiae, register: Register
) -> None:
    for code in ("peinture", "menage", "velo"):
        SecteurFactory(code=code)
    register(
        replace(
            fiche,
            secteurs=(("peinture", Decimal(60)), ("menage", Decimal(40))),
            zones=(("departement", "93"), ("ept", "200057867")),
            secondaires=(FicheImplantation("93048", adresse="2 rue du Chêne"),),
        )
    )
    register(
        replace(
            fiche,
            secteurs=(("velo", None), ("menage", Decimal(50))),
            zones=(("departement", "93"), ("departement", "75")),
            secondaires=(FicheImplantation("75112", adresse="3 rue du Hêtre"),),
        )
    )

    siae = Siae.objects.get()
    assert {a.secteur.code: a.part_heures for a in siae.activites.all()} == {"velo": None, "menage": Decimal(50)}
    assert {z.territoire.code for z in siae.zones.all()} == {"93", "75"}
    assert [(s.principale, s.adresse) for s in siae.implantations.order_by("pk")] == [
        (True, "1 rue du Tilleul"),
        (False, "3 rue du Hêtre"),
    ]


def test_two_siae_of_one_organisation_do_not_fight_over_its_facts(
    lieux: SimpleNamespace, fiche: FicheSiae, register: Register
) -> None:
    aci = replace(fiche, naf="")
    ei = replace(fiche, type_siae="EI", denomination="ASSOC. DU TILLEUL", naf="8130Z")

    first = register(aci, ei)
    again = register(ei, aci)

    assert [e.change for e in first] == ["cree", "cree"]
    assert [e.change for e in again] == ["inchange", "inchange"]
    organisation = Organisation.objects.get()
    assert (organisation.denomination, organisation.naf) == ("Association du Tilleul", "8130Z")


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"siret": "123"}, "siret_format"),
        ({"type_siae": "GEIQ"}, "pas_une_siae"),
        ({"commune_code": "75056"}, "commune_inconnue"),
        ({"departement": "2C"}, "departement_inconnu"),
        ({"secteurs": (("magie", None),)}, "secteur_inconnu"),
        ({"zones": (("ept", "0"),)}, "zone_inconnue"),
        ({"secondaires": (FicheImplantation("00000"),)}, "commune_inconnue"),
    ],
)
def test_a_refused_fiche_writes_nothing(
    lieux: SimpleNamespace, fiche: FicheSiae, changes: dict[str, object], code: str
) -> None:
    with pytest.raises(Refused) as refused:
        register_siae(fiche=replace(fiche, **changes), actor=None, on=ON, source="essai")

    assert [reason.code for reason in refused.value.refusals] == [code]
    assert (Organisation.objects.count(), Acte.objects.count()) == (0, 0)


def test_a_refused_fiche_does_not_stop_the_others(lieux: SimpleNamespace, fiche: FicheSiae, register: Register) -> None:
    results = register(replace(fiche, type_siae="EA"), fiche)

    assert [(e.change, [r.code for r in e.refusals]) for e in results] == [("refuse", ["pas_une_siae"]), ("cree", [])]


def test_only_the_operator_may_register(lieux: SimpleNamespace, fiche: FicheSiae) -> None:
    with pytest.raises(Refused):
        register_siae(fiche=fiche, actor=UserFactory(), on=ON, source="essai")
    operator = UserFactory(is_staff=True)
    register_siae(fiche=fiche, actor=operator, on=ON, source="essai")

    assert Acte.objects.get().auteur == operator


def test_a_batch_is_the_same_as_one_fiche_after_the_other(
    lieux: SimpleNamespace, fiche: FicheSiae, register: Register
) -> None:
    """The year's rows of a source come one by one: the second completes what the first created."""
    fiches = [
        replace(fiche, annee=2024, salaries=30, etp_realises=None),
        replace(fiche, departement="75", salaries=5),
        replace(fiche, nom="Atelier du Chêne"),
        replace(fiche, nom="Atelier du Chêne"),
    ]

    assert [e.change for e in register(*fiches)] == ["cree", "modifie", "modifie", "inchange"]
    assert sorted(EffectifAnnuel.objects.values_list("annee", "departement__code", "salaries")) == [
        (2024, "93", 30),
        (2025, "75", 5),
        (2025, "93", 40),
    ]
    assert Siae.objects.get().nom == "Atelier du Chêne"
    assert Acte.objects.count() == 1


def test_the_number_of_queries_does_not_depend_on_the_number_of_fiches(
    lieux: SimpleNamespace, fiche: FicheSiae, register: Register
) -> None:
    def count(*fiches: FicheSiae) -> int:
        with CaptureQueriesContext(connection) as captured:
            register(*fiches)
        return len(captured)

    register(replace(fiche, siret=siret(1)))
    created = [count(replace(fiche, siret=siret(2))), count(*[replace(fiche, siret=siret(n)) for n in range(3, 9)])]
    changed = [
        count(replace(fiche, siret=siret(2), nom="Autre", salaries=1)),
        count(*[replace(fiche, siret=siret(n), nom="Autre", salaries=n) for n in range(3, 9)]),
    ]

    assert created[0] == created[1]
    assert changed[0] == changed[1]


@pytest.mark.django_db(transaction=True)
def test_other_rooms_hear_of_a_change_once_it_is_written(
    lieux: SimpleNamespace, fiche: FicheSiae, register: Register
) -> None:
    heard: list[OffreModifiee] = []
    events.subscribe(OffreModifiee, heard.append)
    try:
        [enregistrement] = register(fiche)
        register(fiche)
    finally:
        events._SUBSCRIBERS[OffreModifiee].remove(heard.append)

    assert enregistrement.siae is not None
    assert heard == [OffreModifiee((enregistrement.siae.pk,))]


def test_nothing_is_asked_of_an_empty_batch(lieux: SimpleNamespace) -> None:
    assert register_batch(fiches=[], actor=None, on=ON, source="essai") == []
