"""The rows that a batch of fiches touches: read at once, changed fiche after fiche, written at once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db.models import Q

from maillage.foundations.kernel.errors import Refusal
from maillage.references.accounts.models import Organisation
from maillage.references.structures.models import (
    Activite,
    EffectifAnnuel,
    Implantation,
    Secteur,
    Siae,
    ZoneIntervention,
)
from maillage.references.structures.rules import FIGURES
from maillage.references.structures.services.rows import Rows
from maillage.references.territoires.enums import Niveau
from maillage.references.territoires.models import Territoire

if TYPE_CHECKING:
    from collections.abc import Sequence

    from maillage.references.structures.rules import FicheImplantation, FicheSiae
    from maillage.references.structures.services.rows import Change


# The kind of an organisation that carries a SIAE (`accounts/facts/types_organisation.toml`).
PORTEUSE = "siae"


class Lot:
    """What is known, before and during the batch, of the organisations, SIAE and places that its fiches name.

    An organisation may carry several SIAE whose fiches disagree on it: its own facts (denomination, NAF…) are those of
    the first one registered, the others only fill its blanks. So a file registered twice changes nothing.
    """

    def __init__(self, fiches: Sequence[FicheSiae], source: str) -> None:
        """Read what the fiches name; the organisations' rows are locked until the end of the transaction."""
        self.territoires = _get_territoires(fiches)
        self.secteurs = Secteur.objects.in_bulk(
            {code for fiche in fiches for code, _ in fiche.secteurs}, field_name="code"
        )
        self.organisations = Rows(Organisation)
        self.siae = Rows(Siae, source=source)
        self.principales = Rows(Implantation, principale=True)
        self.secondaires = Rows(Implantation, principale=False)
        self.effectifs = Rows(EffectifAnnuel, source=source)
        self.activites = Rows(Activite)
        self.zones = Rows(ZoneIntervention)
        self._load_siae({fiche.siret for fiche in fiches}, {fiche.annee for fiche in fiches if fiche.annee})

    def _load_siae(self, sirets: set[str], annees: set[int]) -> None:
        organisations = Organisation.objects.select_for_update().filter(siret__in=sirets).order_by("siret")
        self.organisations.add((row.siret, "", row) for row in organisations)
        siae = Siae.objects.filter(organisation__siret__in=sirets).select_related("organisation").order_by("pk")
        self.siae.add((row.organisation.siret, row.type_siae, row) for row in siae)
        owners = {row.pk: (row.organisation.siret, row.type_siae) for row in siae}
        known: Any = Q(siae__in=owners)
        for site in Implantation.objects.filter(known).select_related("commune"):
            owner, key = owners[site.siae_id], (site.commune.code, site.adresse)
            self.principales.add([(owner, "", site)]) if site.principale else self.secondaires.add([(owner, key, site)])
        self.effectifs.add(
            (owners[row.siae_id], (row.annee, row.departement.code), row)
            for row in EffectifAnnuel.objects.filter(known, annee__in=annees).select_related("departement")
        )
        self.activites.add(
            (owners[row.siae_id], row.secteur.code, row)
            for row in Activite.objects.filter(known).select_related("secteur")
        )
        self.zones.add(
            (owners[row.siae_id], (row.territoire.niveau, row.territoire.code), row)
            for row in ZoneIntervention.objects.filter(known).select_related("territoire")
        )

    def check(self, fiche: FicheSiae) -> list[Refusal]:
        """Refuse what names a territory or a sector that the base does not hold."""
        refusals = [
            Refusal("commune_inconnue", f"La commune {code} n’est pas dans le référentiel.", "commune_code")
            for code in (fiche.commune_code, *(site.commune_code for site in fiche.secondaires))
            if (Niveau.COMMUNE, code) not in self.territoires
        ]
        if not refusals and (Niveau.DEPARTEMENT, self._departement(fiche)) not in self.territoires:
            message = f"Le département « {self._departement(fiche)} » de l’effectif n’est pas dans le référentiel."
            refusals.append(Refusal("departement_inconnu", message, "departement"))
        refusals += [
            Refusal("secteur_inconnu", f"Le secteur « {code} » n’est pas dans la nomenclature.", "secteurs")
            for code, _ in fiche.secteurs
            if code not in self.secteurs
        ]
        refusals += [
            Refusal("zone_inconnue", f"La zone d’intervention {niveau} {code} n’est pas dans le référentiel.", "zones")
            for niveau, code in fiche.zones
            if (niveau, code) not in self.territoires
        ]
        return refusals

    def apply(self, fiche: FicheSiae) -> tuple[Siae, list[Change]]:
        """Write the fiche into the rows in memory; return its SIAE and what changed, nothing when nothing did."""
        owner = (fiche.siret, fiche.type_siae)
        first = next(iter(self.siae.rows[fiche.siret]), fiche.type_siae)
        known = self.organisations.rows[fiche.siret]
        changes = self.organisations.put(
            fiche.siret,
            "",
            {
                "denomination": fiche.denomination or ("" if known else fiche.nom),
                "forme_juridique": fiche.forme_juridique,
                "naf": fiche.naf,
                "site_web": fiche.site_web,
            },
            blanks_only=first != fiche.type_siae,
            siret=fiche.siret,
            types=[PORTEUSE],
        )
        organisation = known[""]
        if PORTEUSE not in organisation.types:  # known so far for something else: a CCAS that opens a chantier
            changes += self.organisations.put(fiche.siret, "", {"types": [*organisation.types, PORTEUSE]})
        changes += self.siae.put(
            fiche.siret, fiche.type_siae, {"nom": fiche.nom}, organisation=organisation, type_siae=fiche.type_siae
        )
        siae = self.siae.rows[fiche.siret][fiche.type_siae]
        changes += self._apply_sites(owner, siae, fiche)
        changes += self._apply_effectif(owner, siae, fiche)
        if fiche.secteurs:
            parts = {code: {"secteur": self.secteurs[code], "part_heures": part} for code, part in fiche.secteurs}
            changes += self.activites.replace(owner, parts, siae=siae)
        if fiche.zones:
            zones = {zone: {"territoire": self.territoires[zone]} for zone in fiche.zones}
            changes += self.zones.replace(owner, zones, siae=siae)
        return siae, changes

    def _apply_sites(self, owner: tuple[str, str], siae: Siae, fiche: FicheSiae) -> list[Change]:
        known = self.principales.rows[owner].get("")
        if known and known.commune.code != fiche.commune_code:  # the point known for the former commune is void
            known.longitude = known.latitude = None
            self.principales.fields |= {"longitude", "latitude"}
        changes = self.principales.put(owner, "", self._get_site(fiche), siae=siae)
        if fiche.secondaires:
            sites = {(site.commune_code, site.adresse): self._get_site(site) for site in fiche.secondaires}
            changes += self.secondaires.replace(owner, sites, siae=siae)
        return changes

    def _apply_effectif(self, owner: tuple[str, str], siae: Siae, fiche: FicheSiae) -> list[Change]:
        figures = {name: getattr(fiche, name) for name in FIGURES}
        if fiche.annee is None or all(value is None for value in figures.values()):
            return []
        departement = self.territoires[Niveau.DEPARTEMENT, self._departement(fiche)]
        key = (fiche.annee, departement.code)
        return self.effectifs.put(owner, key, figures, siae=siae, annee=fiche.annee, departement=departement)

    def _departement(self, fiche: FicheSiae) -> str:
        return fiche.departement or self.territoires[Niveau.COMMUNE, fiche.commune_code].departement

    def _get_site(self, site: FicheSiae | FicheImplantation) -> dict[str, Any]:
        return {
            "commune": self.territoires[Niveau.COMMUNE, site.commune_code],
            "adresse": site.adresse,
            "code_postal": site.code_postal,
            "ville": site.ville,
            "longitude": site.longitude,
            "latitude": site.latitude,
        }

    def flush(self) -> None:
        """Write everything, owners before what they own."""
        for rows in (
            self.organisations,
            self.siae,
            self.principales,
            self.secondaires,
            self.effectifs,
            self.activites,
            self.zones,
        ):
            rows.flush()


def _get_territoires(fiches: Sequence[FicheSiae]) -> dict[tuple[str, str], Territoire]:
    """Return the territories that the fiches name, in their latest vintage, and all the départements."""
    codes: dict[str, set[str]] = {Niveau.COMMUNE: set()}
    for fiche in fiches:
        codes[Niveau.COMMUNE] |= {fiche.commune_code, *(site.commune_code for site in fiche.secondaires)}
        for niveau, code in fiche.zones:
            codes.setdefault(niveau, set()).add(code)
    named = Q(niveau=Niveau.DEPARTEMENT)
    for niveau, wanted in codes.items():
        named |= Q(niveau=niveau, code__in=wanted)
    rows = Territoire.objects.filter(named).order_by("millesime")
    return {(row.niveau, row.code): row for row in rows}
