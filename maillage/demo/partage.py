"""The shared diagnostics of the fictional region: by département, one published, and the next one, discussed.

A year is told once it is over. The campaign of a year publishes, in spring, the diagnostic of two years before, then
discusses that of the year before. The first is written as it would stand today, with the dates of that winter: all its
figures were known by then. The second goes through the services, as its authors would do it.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.db import transaction

from maillage.demo.region import get_region
from maillage.demo.siae import make_siret
from maillage.domains.diagnostics.enums import EtatDiagnostic, RoleCoAuteur, SensPosition
from maillage.domains.diagnostics.models import Bloc, DiagnosticPartage, Position, Revision, Section
from maillage.domains.diagnostics.queries.partage_blocs import compute_annee
from maillage.domains.diagnostics.services.partage import (
    ask_validation,
    begin_next,
    invite_co_auteur,
    move_diagnostic,
    open_diagnostic,
)
from maillage.domains.diagnostics.services.partage_textes import (
    comment,
    settle_comment,
    take_position,
    write_section,
)
from maillage.foundations.kernel.templatetags.ui import nombre
from maillage.references.accounts.models import Organisation, User
from maillage.references.accounts.queries.membres import DOMAINE_DEMO
from maillage.references.territoires.enums import Niveau
from maillage.references.territoires.models import Territoire

if TYPE_CHECKING:
    from collections.abc import Mapping

    from maillage.domains.diagnostics.queries.couverture import Couverture

HERE = Path(__file__).parent
# The first number of each model of `organisations.toml`: the rank of the département is added.
NUMEROS = {"etat": 5100, "conseil": 5110, "travail": 5120, "reseau": 5180}
INTER_RESEAU = 5010
# The section left to be read again, so that the page shows what that is; the one nobody discusses yet.
A_RELIRE = "besoins_qualitatifs"
EPT = "200057867"
PRINTEMPS = (5, 1)  # month and day: from then on, the diagnostic of the campaign is published


@dataclass(frozen=True, slots=True)
class Departement:
    """A département of the fictional region, and its four partners, with the account that acts for each, if any."""

    code: str
    de: str
    partenaires: Mapping[str, Organisation]
    comptes: Mapping[int, User]

    def author(self, who: str) -> dict[str, Any]:
        """Return who acts, as the services ask for it."""
        organisation = self.partenaires[who]
        return {"actor": self.comptes.get(organisation.pk), "organisation": organisation}


@cache
def read_texts() -> dict[str, Any]:
    """Return what the partners wrote."""
    return tomllib.loads((HERE / "partage.toml").read_text("utf-8"))


def load_partages(on: date) -> int:
    """Write the diagnostics that are not there yet; return how many there are."""
    known = DiagnosticPartage.objects.filter(niveau=Niveau.DEPARTEMENT).values_list("code", flat=True)
    waited = [each for each in _departements() if each.code not in known]
    campagne = on.year if (on.month, on.day) >= PRINTEMPS else on.year - 1
    couvertures = {year: compute_annee(get_region().code, year) for year in (campagne - 2, campagne - 1) if waited}
    for departement in waited:
        with transaction.atomic():
            territoire = Territoire.objects.en_vigueur().get(niveau=Niveau.DEPARTEMENT, code=departement.code)
            last = _publish_last(departement, territoire, campagne, couvertures[campagne - 2])
            new = begin_next(diagnostic=last, **departement.author("etat"), couverture=couvertures[campagne - 1])
            _discuss(departement, new, on)
    _draft_ept(campagne - 1)
    return DiagnosticPartage.objects.count()


def _departements() -> list[Departement]:
    facts = tomllib.loads((HERE / "organisations.toml").read_text("utf-8"))["departement"]
    by_siret = {each.siret: each for each in Organisation.objects.all()}
    accounts = User.objects.filter(email__endswith=DOMAINE_DEMO).order_by("email")
    contributors = {
        membre.organisation_id: membre.user
        for membre in (user.membre for user in accounts)
        if membre and membre.profil in {"etat_departement", "departement_pilotage", "emploi_direction", "reseau"}
    }
    return [
        Departement(
            row["code"],
            row["de"],
            {who: by_siret[make_siret(numero + rank)] for who, numero in NUMEROS.items()},
            contributors,
        )
        for rank, row in enumerate(facts)
    ]


def _publish_last(
    departement: Departement, territoire: Territoire, campagne: int, couverture: Couverture
) -> DiagnosticPartage:
    """Return the diagnostic of two years before a campaign: written in its winter, validated in spring, published."""
    written, agreed = datetime(campagne, 2, 12, 9, 30, tzinfo=UTC), datetime(campagne, 4, 3, 14, tzinfo=UTC)
    diagnostic = open_diagnostic(
        territoire=territoire,
        annee_debut=campagne - 2,
        annee_fin=campagne - 2,
        **departement.author("etat"),
        couverture=couverture,
    )
    _invite(departement, diagnostic)
    Bloc.objects.filter(section__diagnostic=diagnostic).update(fige_le=written)
    figures = _figures(diagnostic)
    for row in read_texts()["texte"]:
        organisation = departement.partenaires[row["auteur"]]
        section = diagnostic.sections.get(code=row["section"])
        signed = {"organisation": organisation, "organisation_nom": str(organisation)}
        section.texte, section.version = row["avant"].strip().format(de=departement.de, **figures), 1
        Revision.objects.create(
            section=section, numero=1, depuis=0, texte=section.texte, retenue=True, date=written, **signed
        )
        section.save(update_fields=["texte", "version"])
    for section in diagnostic.sections.all():
        Position.objects.bulk_create(_agree(section, each, agreed) for each in departement.partenaires.values())
    diagnostic.co_auteurs.exclude(role=RoleCoAuteur.CONSULTE).update(valide_le=agreed)
    DiagnosticPartage.objects.filter(pk=diagnostic.pk).update(
        cree_le=written,
        modifie_le=written,
        etat=EtatDiagnostic.PUBLIE,
        valide_le=agreed.date(),
        publie_le=agreed.date() + timedelta(days=7),
    )
    diagnostic.refresh_from_db()
    return diagnostic


def _agree(section: Section, organisation: Organisation, at: datetime) -> Position:
    return Position(
        section=section,
        organisation=organisation,
        organisation_nom=str(organisation),
        sens=SensPosition.ACCORD,
        version=section.version,
        date=at,
    )


def _invite(departement: Departement, diagnostic: DiagnosticPartage) -> None:
    pilot = departement.author("etat")
    for who in ("conseil", "travail", "reseau"):
        invite_co_auteur(
            diagnostic=diagnostic, invitee=departement.partenaires[who], role=RoleCoAuteur.CO_AUTEUR, **pilot
        )
    inter = Organisation.objects.get(siret=make_siret(INTER_RESEAU))
    invite_co_auteur(diagnostic=diagnostic, invitee=inter, role=RoleCoAuteur.CONSULTE, **pilot)


def _figures(diagnostic: DiagnosticPartage) -> dict[str, str]:
    """Return the figures that the texts tell: those that are frozen beside them."""
    bloc = Bloc.objects.get(section__diagnostic=diagnostic, code="siae_par_type")
    rows = {row[0]: row[1] for row in bloc.tableau["rows"]}
    return {
        "territoire": diagnostic.territoire,
        "siae": nombre(rows["Ensemble"]),
        "etp": nombre(rows["ETP"]),
    }


def _discuss(departement: Departement, diagnostic: DiagnosticPartage, on: date) -> None:
    """Write the texts of the year discussed, open the consultation, say what the partners think."""
    figures, texts = _figures(diagnostic), read_texts()
    for row in texts["texte"]:
        if row["section"] != A_RELIRE:
            section = diagnostic.sections.get(code=row["section"])
            whole = f"{row['avant'].strip()}\n\n{row['ajout'].strip()}".format(de=departement.de, **figures)
            write_section(section=section, texte=whole, depuis=section.version, **departement.author(row["auteur"]))
    move_diagnostic(diagnostic=diagnostic, act="ouvrir", **departement.author("etat"), on=on)
    sections = {section.code: section for section in diagnostic.sections.all()}
    for row in texts["position"]:
        author = departement.author(row["auteur"])
        take_position(section=sections[row["section"]], sens=row["sens"], texte=row["texte"], **author)
    for row in texts["remarque"]:
        section = sections[row["section"]]
        remark = comment(section=section, texte=row["texte"], **departement.author(row["auteur"]))
        if "repond" in row:
            comment(section=section, texte=row["reponse"], parent=remark, **departement.author(row["repond"]))
        if "resolu" in row:
            settle_comment(commentaire=remark, resolu=True, **departement.author(row["resolu"]))
    ask_validation(diagnostic=diagnostic, avant=on + timedelta(days=21), **departement.author("etat"), on=on)


def _draft_ept(annee: int) -> None:
    """Let an EPT begin its own: a draft, with a first text."""
    territoire = Territoire.objects.en_vigueur().filter(niveau=Niveau.EPT, code=EPT).first()
    organisation = Organisation.objects.filter(competences__niveau=Niveau.EPT, competences__code=EPT).first()
    known = DiagnosticPartage.objects.filter(niveau=Niveau.EPT, code=EPT)
    if territoire is None or organisation is None or known.exists():
        return
    author: dict[str, Any] = {"actor": None, "organisation": organisation}
    diagnostic = open_diagnostic(territoire=territoire, annee_debut=annee, annee_fin=annee, **author)
    row = read_texts()["texte"][0]
    section = diagnostic.sections.get(code=row["section"])
    texte = row["avant"].strip().format(de=f"de {territoire.nom}", territoire=territoire.nom, siae="", etp="")
    write_section(section=section, texte=texte, depuis=0, **author)
