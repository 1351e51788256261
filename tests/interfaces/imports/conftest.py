"""A few communes, files made on the spot, and the way to import them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date

import pytest
import shapely

from maillage.domains.parcours.models import SalarieAsp, StructureAsp
from maillage.foundations.compute.geodesy import to_lambert93
from maillage.interfaces.imports.models import Lot
from maillage.interfaces.imports.services.lots import submit_lot
from maillage.interfaces.imports.services.passes import apply_lot, check_lot, start_lot
from maillage.references.accounts.models import User
from maillage.references.territoires.enums import Maille, Niveau
from maillage.references.territoires.models import Territoire
from tests.factories.accounts import UserFactory, siret
from tests.factories.economie import BassinFactory, FapFactory, RomeFactory
from tests.factories.parcours import ContratFactory
from tests.factories.personnes import PersonneFactory
from tests.factories.structures import SecteurFactory, SiaeFactory
from tests.factories.territoires import AppartenanceFactory, ContourFactory, PassageCogFactory, TerritoireFactory

ON = date(2026, 11, 23)
HEADER = "siret;kind;name;post_code;city;lon;lat"
SAINT_DENIS = "93200;Saint-Denis;2.3582;48.9362"


# Code, name, département, postal codes, and the point (WGS 84) at the centre of its square of four kilometres.
COMMUNES = (
    ("93066", "Saint-Denis", "93", ["93200", "93210"], (2.3582, 48.9362)),
    ("93001", "Aubervilliers", "93", ["93300"], (2.3840, 48.9140)),
    ("75101", "Paris 1er Arrondissement", "75", ["75001"], (2.3364, 48.8626)),
    ("75112", "Paris 12e Arrondissement", "75", ["75012"], (2.3999, 48.8449)),
    ("77288", "Melun", "77", ["77000"], (2.6596, 48.5399)),
    ("77487", "Vaux-le-Pénil", "77", ["77000"], (2.6920, 48.5260)),
)


@pytest.fixture
def territoires(db: None) -> None:
    """A few communes of Île-de-France, square, with a city of two arrondissements and a vanished commune."""
    unites = {}
    for code, nom, departement, codes_postaux, point in COMMUNES:
        unites[code] = TerritoireFactory(code=code, nom=nom, departement=departement, codes_postaux=codes_postaux)
        [x], [y] = to_lambert93([point[0]], [point[1]])
        square = shapely.box(x - 1200, y - 1200, x + 1200, y + 1200)
        ContourFactory(territoire=unites[code], geometrie=shapely.to_wkb(square))
    for departement in ("75", "77", "93"):
        TerritoireFactory(niveau=Niveau.DEPARTEMENT, code=departement, nom=departement, departement=departement)
    TerritoireFactory(niveau=Niveau.REGION, code="11", nom="Île-de-France", departement="")
    paris = TerritoireFactory(niveau=Niveau.VILLE, code="75056", nom="Paris", departement="75")
    for code in ("75101", "75112"):
        AppartenanceFactory(unite=unites[code], ensemble=paris, maille=Maille.VILLE)
    PassageCogFactory(ancien_code="93059", code="93066")


@pytest.fixture
def quartiers(territoires: None) -> None:
    """A comité local pour l’emploi of two of these communes, and a QPV."""
    clpe = TerritoireFactory(niveau=Niveau.CLPE, code="CLPE93001", nom="Plaine Commune", departement="93")
    for unite in Territoire.objects.unites().filter(code__in=("93066", "93001")):
        AppartenanceFactory(unite=unite, ensemble=clpe, maille=Maille.CLPE)
    TerritoireFactory(niveau=Niveau.QPV, code="QN09301M", nom="Quartier du Moulin", departement="93", millesime=2024)


@pytest.fixture
def exploitant(db: None) -> User:
    """Somebody who may import."""
    user: User = UserFactory(exploitant=True, email="exploitante@maillage.example")
    return user


def siae_file(*lines: str, header: str = HEADER) -> bytes:
    """Return a CSV of SIAE with this header."""
    return "\n".join([header, *lines, ""]).encode()


def siae_line(number: int, kind: str = "ACI", place: str = SAINT_DENIS) -> str:
    """Return a right line, of the SIAE of this number."""
    return f"{siret(number)};{kind};Chantier {number};{place}"


@pytest.fixture
def nommes(quartiers: None) -> None:
    """What the samples of the sources name, which other sources bring: a bassin, trades, sectors, a SIAE."""
    BassinFactory(code="1147")
    for code in ("K2204", "K2202", "G1602"):
        RomeFactory(code=code)
    for code in ("T4X60", "B0X31"):
        FapFactory(code=code)
    for code in ("espaces-verts", "maraichage"):
        SecteurFactory(code=code)
    siae = SiaeFactory(organisation__siret="00009001900019", type_siae="ACI")
    StructureAsp.objects.create(identifiant="4051", organisation=siae.organisation)
    personnes = [PersonneFactory(date_naissance=None) for _ in range(2)]
    for number, personne in enumerate(personnes, start=710001):
        SalarieAsp.objects.create(identifiant=str(number), personne=personne)
    ContratFactory(personne=personnes[0], siae=siae, reference="880001")


Import = Callable[..., Lot]


@pytest.fixture
def check(db: None) -> Import:
    """Return a function that submits a file and runs it dry."""

    def run(contenu: bytes, source: str = "siae", **options: object) -> Lot:
        lot = submit_lot(source=source, nom="liste.csv", contenu=contenu, actor=None, on=ON, **options)  # type: ignore[arg-type]
        return check_lot(lot=lot, actor=None, on=ON)

    return run


@pytest.fixture
def imported(check: Import) -> Import:
    """Return a function that imports a file to its end."""

    def run(contenu: bytes, source: str = "siae", **options: object) -> Lot:
        lot = start_lot(lot=check(contenu, source, **options), actor=None)
        return apply_lot(lot=lot, actor=None, on=ON)

    return run


def counts(lot: Lot) -> Sequence[int]:
    """Return (lines read, created, modified, unchanged, rejected)."""
    return lot.lus, lot.crees, lot.modifies, lot.inchanges, lot.rejetes


def rejects(lot: Lot) -> list[tuple[int, str, str]]:
    """Return (line, code, message) of every rejected line, with ordinary spaces."""
    return [(rejet.ligne, rejet.code, plain(rejet.message)) for rejet in lot.rejets.order_by("ligne")]


def warnings(lot: Lot) -> list[tuple[int, str, str]]:
    """Return (line, code, message) of every warning, with ordinary spaces."""
    odd = lot.avertissements.order_by("ligne", "pk")
    return [(avertissement.ligne, avertissement.code, plain(avertissement.message)) for avertissement in odd]


def plain(message: str) -> str:
    """Return a message with ordinary spaces: the typography of each room is not what is tested here."""
    return message.replace("\u00a0", " ").replace("\u202f", " ")
