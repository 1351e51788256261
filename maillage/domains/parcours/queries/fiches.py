"""Which fiches salarié a SIAE owes to the ASP, what each lacks, and what each says."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.db.models import Q

from maillage.domains.parcours.enums.asp import EtatFiche
from maillage.domains.parcours.models import Contrat, EnvoiFiches, FicheSalarie, Situation
from maillage.domains.parcours.rules.fiches import birth_place, plain_capitals, shorten, split_address
from maillage.references.personnes.enums import TypeRelation
from maillage.references.personnes.models import Relation
from maillage.references.personnes.queries.visibilite import visible_to
from maillage.references.territoires.enums import Niveau
from maillage.references.territoires.models import Territoire

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date

    from django.db.models import QuerySet

    from maillage.domains.parcours.models import TitreParcours
    from maillage.references.accounts.models import User
    from maillage.references.personnes.models import Personne
    from maillage.references.structures.models import Siae

# What the ASP asks of the situation, by field: what is unknown here is to be asked of the person, it is never « no ».
FLAGS = {
    "sans_ressource": ("salarieSansRessource", "sans ressource"),
    "inscrit_ft": ("inscritPoleEmploi", "inscription à France Travail"),
    "rqth": ("salarieRQTH", "RQTH"),
    "oeth": ("salarieOETH", "OETH"),
    "ass": ("salarieBenefASS", "ASS"),
    "aah": ("salarieBenefAAH", "AAH"),
    "ase": ("salarieSortantASE", "aide sociale à l’enfance"),
    "parent_isole": ("salarieParentIsole", "parent isolé"),
    "sans_logement": ("salarieHebergement", "hébergement"),
    "refugiee": ("salarieRefugie", "réfugié"),
    "justice": ("salarieSortantDetention", "détention"),
    "francais": ("salarieLangueFrancaise", "langue française"),
    "mobilite": ("salarieMobilite", "mobilité"),
}
# Who oriented the person, by the relation that says so: codes of the ASP, « 07 » is a spontaneous application.
ORIENTEURS = (
    (TypeRelation.CONSEIL_EMPLOI, "03"),
    (TypeRelation.REFERENT_RSA, "05"),
    (TypeRelation.PRESCRIPTION, "06"),
)
SPONTANEE = "07"


@dataclass(frozen=True, slots=True)
class Attendue:
    """A fiche that a SIAE owes: whose, for which right, what it lacks before it can go, and its last answer."""

    personne: Personne
    siae: Siae
    titre: TitreParcours
    fiche: FicheSalarie | None
    manques: tuple[str, ...]
    contenu: Mapping[str, Any]

    @property
    def prete(self) -> bool:
        """True when it can be sent: it lacks nothing, and is not waiting for an answer nor accepted."""
        return not self.manques and (self.fiche is None or self.fiche.etat == EtatFiche.REJETEE)

    @property
    def situation(self) -> str:
        """Where it stands, in French."""
        if self.fiche is not None:
            told = self.fiche.get_etat_display()
            return f"{told} ({self.fiche.code})" if self.fiche.code else told
        return "à compléter" if self.manques else "prête"


def list_attendues(user: User, *, on: date) -> list[Attendue]:
    """Return the fiches of the persons employed today by the organisation of who asks, by name.

    One per SIAE and right with a number; a constant number of queries.
    """
    if user.membre is None:
        return []
    contrats = (
        Contrat.objects.filter(
            Q(fin__isnull=True) | Q(fin__gt=on),
            siae__organisation=user.membre.organisation_id,
            debut__lte=on,
            titre__numero__isnull=False,
            personne__in=visible_to(user),
        )
        .select_related("personne", "siae__organisation", "titre")
        .order_by("personne__nom", "personne__prenom", "pk")
    )
    return _attendues({(each.siae_id, each.titre_id): each for each in contrats}.values())


def list_lignes(envoi: EnvoiFiches, user: User) -> list[Attendue]:
    """Return the fiches of a file, in their order, as their persons are known today: those still open to who asks."""
    fiches: dict[tuple[int, int | None], int] = {
        (each.siae_id, each.titre_id): each.ligne for each in envoi.fiches.all()
    }
    contrats = (
        Contrat.objects.filter(
            titre__in=[titre for _, titre in fiches],
            siae__in=[siae for siae, _ in fiches],
            personne__in=visible_to(user),
        )
        .select_related("personne", "siae__organisation", "titre")
        .order_by("pk")
    )
    wanted = {(c.siae_id, c.titre_id): c for c in contrats if (c.siae_id, c.titre_id) in fiches}
    return _attendues([wanted[place] for place in sorted(wanted, key=lambda place: fiches[place])])


def list_envois(user: User) -> QuerySet[EnvoiFiches]:
    """Return the files of the organisation of who asks, newest first."""
    organisation = user.membre.organisation_id if user.membre else None
    return EnvoiFiches.objects.filter(organisation=organisation).order_by("-cree_le")


def _attendues(contrats: Iterable[Contrat]) -> list[Attendue]:
    rows = list(contrats)
    persons = {each.personne_id for each in rows}
    situations = {each.personne_id: each for each in Situation.objects.filter(personne__in=persons)}
    fiches: dict[tuple[int, int | None], FicheSalarie] = {
        (each.siae_id, each.titre_id): each
        for each in FicheSalarie.objects.filter(titre__in={each.titre_id for each in rows}).select_related("envoi")
    }
    postaux = dict(
        Territoire.objects.filter(niveau=Niveau.COMMUNE, code__in={each.personne.commune for each in rows})
        .order_by("millesime")
        .values_list("code", "codes_postaux")
    )
    relations: dict[int, set[str]] = {}
    for personne, kind in Relation.objects.filter(personne__in=persons).values_list("personne_id", "type"):
        relations.setdefault(personne, set()).add(kind)
    found = []
    for contrat in rows:
        assert contrat.titre is not None  # only contracts under a right are given
        manques: list[str] = []
        contenu = {
            "typeMouvement": "C",
            "siret": contrat.siae.organisation.siret,
            "mesure": f"{contrat.siae.type_siae}_DC",
            "personnePhysique": _person(contrat.personne, contrat.titre, manques),
            "adresse": _address(contrat.personne, postaux.get(contrat.personne.commune, []), manques),
            "situationSalarie": _situation(
                situations.get(contrat.personne_id), relations.get(contrat.personne_id, set()), manques
            ),
            "codeTraitement": None,
            "libelleTraitement": None,
        }
        fiche = fiches.get((contrat.siae_id, contrat.titre_id))
        found.append(Attendue(contrat.personne, contrat.siae, contrat.titre, fiche, tuple(manques), contenu))
    return found


def _person(personne: Personne, titre: TitreParcours, manques: list[str]) -> dict[str, Any]:
    if not personne.nir:
        manques.append("NIR")
    if personne.date_naissance is None:
        manques.append("date de naissance")
    if not personne.sexe:
        manques.append("sexe")
    place = birth_place(personne.nir) if personne.nir else {}
    return {
        "passIae": titre.numero,
        "sufPassIae": None,
        "idItou": personne.public_id.hex[:30],
        "civilite": {"F": "MME", "H": "M"}.get(personne.sexe),
        "nomUsage": plain_capitals(personne.nom),
        "nomNaissance": None,
        "prenom": shorten(personne.prenom),
        "dateNaissance": _day(personne.date_naissance),
        **place,
        "passDateDeb": _day(titre.debut),
        "passDateFin": _day(titre.fin - timedelta(days=1)),
        "salarieNIR": personne.nir,
    }


def _address(personne: Personne, postaux: list[str], manques: list[str]) -> dict[str, Any]:
    voie = split_address(personne.adresse)
    if voie is None:
        manques.append("adresse (numéro, type et nom de la voie)")
    if not personne.commune:
        manques.append("commune")
    # A commune may have several: the address says which, else the first one.
    postal = next((code for code in postaux if code in personne.adresse), postaux[0] if postaux else None)
    return {
        "adrTelephone": None,
        "adrMail": None,
        "adrNumeroVoie": voie.numero if voie else None,
        "codeextensionvoie": voie.extension if voie else None,
        "codetypevoie": voie.type if voie else None,
        "adrLibelleVoie": voie.libelle if voie else None,
        "adrCpltDistribution": None,
        "codeinseecom": personne.commune or None,
        "codepostalcedex": postal,
    }


def _situation(situation: Situation | None, relations: set[str], manques: list[str]) -> dict[str, Any]:
    if situation is None:
        manques.append("situation")
        return {}
    flags = {}
    for name, (field, label) in FLAGS.items():
        flags[field] = getattr(situation, name)
        if flags[field] is None:
            manques.append(label)
    for name, label in (
        ("niveau_formation", "niveau de formation"),
        ("rsa", "RSA"),
        ("duree_chomage", "durée sans emploi"),
    ):
        if getattr(situation, name) in ("", None):
            manques.append(label)
    since = f"{situation.duree_chomage:02d}" if situation.duree_chomage else None
    return {
        "orienteur": next((code for kind, code in ORIENTEURS if kind in relations), SPONTANEE),
        "niveauFormation": situation.niveau_formation,
        "salarieEnEmploi": False,
        "salarieTypeEmployeur": None,
        "salarieSansEmploiDepuis": since,
        **flags,
        "inscritPoleEmploiDepuis": since if situation.inscrit_ft else None,
        "numeroIDE": None,
        "salarieAideSociale": bool(situation.ass or situation.aah or situation.rsa.startswith("OUI")),
        "salarieBenefRSA": situation.rsa,
        "salarieBenefRSADepuis": None,
        "salarieBenefASSDepuis": None,
        "salarieBenefAAHDepuis": None,
        "salarieBenefATA": False,
        "salarieBenefATADepuis": None,
    }


def _day(day: date | None) -> str | None:
    return None if day is None else f"{day:%d/%m/%Y}"
