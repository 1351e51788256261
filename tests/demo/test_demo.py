"""The fictional region: its figures, computed by the platform, are the strategy's."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from decimal import Decimal

import numpy as np
import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db.models import F, Sum
from django.utils import timezone

from maillage.demo.region import get_region
from maillage.domains.diagnostics.models import Besoin, Bloc, DiagnosticPartage, NoteBesoin
from maillage.domains.diagnostics.queries.partage import contested, list_sections
from maillage.domains.diagnostics.queries.partage_attentes import list_attentes as list_avis
from maillage.domains.diagnostics.queries.publics import list_publics
from maillage.foundations.kernel.models import Acte
from maillage.interfaces.imports.models import Lot
from maillage.references.accounts.enums import ProfilMembre
from maillage.references.accounts.models import AncienNom, Competence, Membre, Organisation, User
from maillage.references.accounts.queries.membres import list_comptes_demo
from maillage.references.accounts.rules import check_siret, types_organisation
from maillage.references.personnes.models import DemandeDroit, Ouverture
from maillage.references.personnes.queries.attentes import list_attentes
from maillage.references.personnes.rules import TYPES_PAR_ROLE
from maillage.references.structures.models import (
    Activite,
    EffectifAnnuel,
    Implantation,
    Siae,
    ZoneIntervention,
)
from maillage.references.structures.queries.annees import get_annee_reference
from maillage.references.structures.queries.offre import get_offre
from maillage.references.territoires.enums import Maille
from maillage.references.territoires.models import PassageCog
from maillage.references.territoires.queries.geographie import get_geographie
from maillage.references.territoires.queries.localisation import Localisateur

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("region_demo")]


def test_whoever_follows_persons_finds_something_to_do() -> None:
    """Two requests per organisation that follows persons, an urgent one and a later one."""
    homes = {profil: list_attentes(User.objects.get(email=f"{profil}@maillage.example")) for profil in TYPES_PAR_ROLE}
    assert [profil for profil, attentes in homes.items() if not list(attentes)] == []
    assert DemandeDroit.objects.count() == 2 * 4  # four organisations for five roles: direction and CIP share theirs
    assert Ouverture.objects.get().exploitant.email == settings.MAILLAGE_DEMO_COMPTE[0]


def test_each_departement_has_a_published_diagnostic_and_one_that_is_discussed() -> None:
    states = Counter(DiagnosticPartage.objects.values_list("niveau", "etat"))
    assert states == {("departement", "publie"): 8, ("departement", "concertation"): 8, ("ept", "brouillon"): 1}
    now = DiagnosticPartage.objects.get(code="95", etat="concertation")
    sections = list_sections(now)
    assert [each.code for each in contested(sections)] == ["sous_dotes"]
    assert [each.code for each in sections if each.a_relire] == ["besoins_qualitatifs"]
    assert {each.code: each.blocs.count() for each in sections if each.blocs.count()} == {
        "territoire": 1,
        "publics": 1,
        "offre": 4,
        "sous_dotes": 3,
        "opportunites": 2,
        "publics_prioritaires": 1,
        "besoins_qualitatifs": 1,
        "enjeux": 1,
    }
    for profil in ("departement_pilotage", "emploi_direction", "reseau"):
        user = User.objects.get(email=f"{profil}@maillage.example")
        assert [each.label for each in list_avis(user) if "Votre avis" in each.label] != []


def test_a_published_diagnostic_cites_what_was_known_when_it_was_frozen() -> None:
    """The year that it tells was over, so is that of its figures; the COG and the populations were in force."""
    for diagnostic in DiagnosticPartage.objects.filter(etat="publie"):
        blocs = Bloc.objects.filter(section__diagnostic=diagnostic)
        frozen = {timezone.localdate(bloc.fige_le) for bloc in blocs}
        assert len(frozen) == 1
        (day,) = frozen
        assert diagnostic.annee_fin < day.year
        assert diagnostic.valide_le is not None
        assert day < diagnostic.valide_le < timezone.localdate()
        told = " ".join([*(source for bloc in blocs for source in bloc.sources), *(str(b.tableau) for b in blocs)])
        assert (
            max(int(year) for year in re.findall(r"(?:de|géographique|légales|Enquête de) (20\d\d)\b", told))
            <= day.year
        )
        supply = {source for bloc in blocs for source in bloc.sources if "chiffres de" in source}
        assert supply == {f"Offre\u202f: répertoire des SIAE de la plateforme, chiffres de {diagnostic.annee_fin}"} | {
            f"répertoire des SIAE de la plateforme, chiffres de {diagnostic.annee_fin}"
        }


def test_the_region_has_400_siae_27_500_employees_and_8_033_etp() -> None:
    offre = get_offre("11")

    assert offre.annee == get_annee_reference() == 2025
    assert (np.unique(offre.siae_pk).size, offre.salaries.sum()) == (400, 27_500)
    assert offre.etp.sum() == pytest.approx(8033, abs=1e-6)
    assert EffectifAnnuel.objects.filter(annee=2025).aggregate(etp=Sum("etp_realises")) == {"etp": Decimal("8033.00")}


def test_departements_have_the_published_shares_of_the_employees() -> None:
    rows = EffectifAnnuel.objects.filter(annee=2025).values_list("departement__code").annotate(Sum("salaries"))
    shares = {code: salaries / 275 for code, salaries in rows}

    assert {code: round(shares[code], 9) for code in ("75", "77", "94", "95")} == {"75": 23, "77": 14, "94": 7, "95": 9}
    others = [shares[code] for code in ("78", "91", "92", "93")]
    assert sum(others) == pytest.approx(47)
    assert [share for share in others if not 9 < share < 14] == []


def test_the_supply_of_the_map_gives_the_same_shares() -> None:
    """Figures shared between the sites of a SIAE stay in their département."""
    geographie, offre = get_geographie("11", mailles=[Maille.DEPARTEMENT]), get_offre("11")
    departement = dict(zip(geographie.codes.tolist(), geographie.departements.tolist(), strict=True))
    salaries: Counter[str] = Counter()
    for code, value in zip(offre.unite_code.tolist(), offre.salaries.tolist(), strict=True):
        salaries[departement[code]] += value

    assert round(salaries["75"], 6) == 6325
    assert round(salaries["94"], 6) == 1925


def test_associations_intermediaires_hold_about_half_of_the_employees_and_ei_have_24_etp() -> None:
    rows = EffectifAnnuel.objects.filter(annee=2025).values_list("siae__type_siae")
    salaries = dict(rows.annotate(Sum("salaries")))
    etp = dict(rows.annotate(Sum("etp_realises")))

    assert round(salaries["AI"] / 275) == 48
    assert etp["EI"] / Siae.objects.filter(type_siae="EI").count() == 24
    assert Counter(Siae.objects.values_list("type_siae", flat=True)) == {
        "ACI": 146,
        "EI": 142,
        "AI": 68,
        "ETTI": 36,
        "EITI": 8,
    }


def test_activities_have_the_published_shares_of_the_hours() -> None:
    etp = dict(EffectifAnnuel.objects.filter(annee=2025).values_list("siae").annotate(Sum("etp_realises")))
    hours: defaultdict[str, Decimal] = defaultdict(Decimal)
    for siae, groupe, part in Activite.objects.values_list("siae", "secteur__groupe__code", "part_heures"):
        hours[groupe] += etp[siae] * part
    shares = {groupe: round(total / 8033, 1) for groupe, total in hours.items()}
    published = ["btp", "proprete", "espaces-verts-agriculture", "services-personne", "collecte-tri-recyclage"]

    assert [shares.pop(groupe) for groupe in published] == [23, 17, 12, 10, 10]
    assert sum(shares.values()) == 28


def test_the_hours_of_each_siae_add_up() -> None:
    totals = Activite.objects.values("siae").annotate(total=Sum("part_heures")).values_list("total", flat=True)

    assert Counter(totals) == {Decimal(100): 400}


def test_no_siae_works_more_than_its_people_can() -> None:
    assert not EffectifAnnuel.objects.filter(salaries__lt=F("etp_realises")).exists()
    assert not EffectifAnnuel.objects.filter(etp_conventionnes__lt=F("etp_realises")).exists()


def test_figures_cover_several_years_and_newer_siae_have_no_earlier_ones() -> None:
    rows = EffectifAnnuel.objects.values("annee").annotate(siae=Sum(1)).order_by("annee")
    counts = [EffectifAnnuel.objects.filter(annee=row["annee"]).values("siae").distinct().count() for row in rows]

    assert [row["annee"] for row in rows] == [2022, 2023, 2024, 2025]
    assert counts == sorted(counts)
    assert (counts[0] < 400, counts[-1]) == (True, 400)


def test_every_point_lies_in_its_commune() -> None:
    sites = list(Implantation.objects.select_related("commune"))
    found = Localisateur.for_region("11").locate_all([s.longitude for s in sites], [s.latitude for s in sites])

    assert [place.code for place in found] == [site.commune.code for site in sites]
    assert {place.hors_contour for place in found} == {False}


def test_every_siae_has_a_right_but_impossible_siret_a_name_of_its_own_and_a_zone() -> None:
    sirets = list(Siae.objects.values_list("organisation__siret", flat=True))

    assert [siret for siret in sirets if check_siret(siret) != siret or not siret.startswith("0000")] == []
    assert Siae.objects.values("nom").distinct().count() == 400
    assert ZoneIntervention.objects.values("siae").distinct().count() == 400
    assert Implantation.objects.filter(principale=False).count() > 20


def test_some_territories_are_under_served_on_purpose() -> None:
    geographie, offre = get_geographie("11", mailles=[Maille.INTERCOMMUNALITE]), get_offre("11")
    partition = geographie.partitions[Maille.INTERCOMMUNALITE]
    etp: Counter[str] = Counter()
    for code, value in zip(offre.unite_code, offre.etp, strict=True):
        etp[str(partition.codes[partition.index[np.searchsorted(geographie.codes, code)]])] += float(value)
    population: Counter[str] = Counter()
    for position, people in zip(partition.index, geographie.population, strict=True):
        population[str(partition.codes[position])] += float(people)
    slowed = get_region().freins

    assert sum(etp[code] for code in slowed) / sum(population[code] for code in slowed) < 0.3 * 8033 / sum(
        population.values()
    )


def test_needs_are_estimates_with_the_published_shares() -> None:
    rows = Besoin.objects.filter(annee=2025, territoire__niveau="departement").values_list("public__code")
    totals = {code: int(total) for code, total in rows.annotate(Sum("valeur"))}

    published = {code: totals[code] for code in ("defm_abc", "deld_2ans", "brsa")}
    assert published == {"defm_abc": 960_000, "deld_2ans": 230_400, "brsa": 115_200}
    communes = Besoin.objects.filter(territoire__niveau="commune")
    assert set(communes.values_list("estime", "annee").distinct()) == {(True, 2023), (True, 2024), (True, 2025)}
    assert {source.startswith("Région fictive") for source in Besoin.objects.values_list("source", flat=True)} == {True}


def test_the_communes_add_up_to_their_departement_but_for_the_secret_of_the_smallest() -> None:
    rows = Besoin.objects.exclude(territoire__niveau="qpv").values_list(
        "public__code", "annee", "territoire__departement", "territoire__niveau", "valeur"
    )
    totals: Counter[tuple[str, int, str]] = Counter()
    sums: Counter[tuple[str, int, str]] = Counter()
    hidden: Counter[tuple[str, int, str]] = Counter()
    for public, annee, departement, niveau, valeur in rows:
        key = (public, annee, departement)
        if niveau == "departement":
            totals[key] += int(valeur)
        elif valeur is None:
            hidden[key] += 1
        else:
            sums[key] += int(valeur)
    below = {key: totals[key] - total for key, total in sums.items()}

    assert {hidden[key] <= rest <= 4 * hidden[key] for key, rest in below.items()} == {True}
    assert sum(hidden.values()) > 0
    assert {public for public, _, _ in totals} - {public for public, _, _ in sums} >= {"rqth", "refugies", "campements"}


def test_no_part_of_a_public_exceeds_it_anywhere() -> None:
    known: dict[str, dict[tuple[str, str, int], int]] = {}
    rows = Besoin.objects.exclude(valeur=None).values_list(
        "public__code", "territoire__niveau", "territoire__code", "annee", "valeur"
    )
    for public, *place, valeur in rows:
        known.setdefault(public, {})[tuple(place)] = int(valeur)  # type: ignore[index]
    faults = [
        (code, place)
        for code, public in list_publics().items()
        for place, valeur in known.get(code, {}).items()
        if valeur > known.get(public.dans, {}).get(place, valeur)
    ]
    assert faults == []


def test_several_partners_observe_needs_on_their_land() -> None:
    notes = NoteBesoin.objects.all()

    assert {note.organisation.denomination for note in notes} >= {
        "Conseil départemental du Val-d’Oise",
        "Conseil départemental de la Seine-Saint-Denis",
        "Conseil départemental de Seine-et-Marne",
    }
    assert {note.close_le is None for note in notes} == {True, False}


def test_an_import_shows_its_rejects() -> None:
    lot = Lot.objects.get()

    assert (lot.lus, lot.inchanges, lot.rejetes) == (20, 12, 8)
    assert Counter(lot.rejets.values_list("code", flat=True)).keys() >= {
        "siret_cle",
        "siret_format",
        "pas_une_siae",
        "coordonnees_interverties",
    }


def test_every_kind_of_organisation_is_there_and_each_one_answers_for_a_known_territory() -> None:
    codes = {code for types in Organisation.objects.values_list("types", flat=True) for code in types}
    sirets = list(Organisation.objects.values_list("siret", flat=True))

    assert codes == set(types_organisation())
    assert [siret for siret in sirets if check_siret(siret) != siret or not siret.startswith("0000")] == []
    assert [each.types for each in Organisation.objects.filter(competences__isnull=True)] == [["entreprise"]] * 2
    assert Organisation.objects.filter(types__contains=["ddets"]).count() == 8
    assert AncienNom.objects.get(organisation__denomination="DDETS du Val-d’Oise").nom == (
        "Unité départementale du Val-d’Oise de la Direccte"
    )


def test_there_is_one_account_per_role_and_each_organisation_of_theirs_offers_it() -> None:
    comptes = list_comptes_demo()
    chantier = Organisation.objects.get(membres__user__email="siae_direction@maillage.example")

    assert sorted(each.profil for each in comptes) == sorted(ProfilMembre)
    assert [each for each in comptes if each.profil not in each.organisation.roles_offerts] == []
    assert {each.user.check_password(settings.MAILLAGE_DEMO_COMPTE[1]) for each in comptes} == {True}
    assert Counter(chantier.membres.values_list("profil", flat=True)) == {
        "siae_direction": 1,
        "siae_accompagnement": 2,
        "siae_encadrement": 1,
    }
    assert chantier.siae.get().implantations.get(principale=True).commune.departement == "95"


def test_running_again_changes_nothing(region_demo: str) -> None:
    def state() -> list[object]:
        supply = (Siae, Implantation, EffectifAnnuel, Activite, ZoneIntervention, Besoin, Lot, Acte, PassageCog)
        models = (*supply, User, Organisation, AncienNom, Competence, Membre)
        return [sorted(model.objects.values_list("pk", flat=True)) for model in models]

    before = state()
    call_command("demo", stdout=None)

    assert state() == before


def test_the_operator_is_told(region_demo: str) -> None:
    email, password = settings.MAILLAGE_DEMO_COMPTE

    exploitant = User.objects.get(is_staff=True)
    assert (exploitant.email, exploitant.check_password(password)) == (email, True)
    assert re.search(rf"{re.escape(email)}.*{re.escape(password)}", region_demo)


def test_a_production_server_refuses_the_fictional_region(settings: object) -> None:
    settings.PRODUCTION = True  # type: ignore[attr-defined]

    with pytest.raises(CommandError, match="production"):
        call_command("demo")
