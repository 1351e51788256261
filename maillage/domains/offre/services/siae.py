"""What an active convention changes in the supply, through the one way in of `structures`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from maillage.domains.offre.enums import NOUVELLES
from maillage.foundations.kernel.errors import Refusal, Refused
from maillage.references.structures.models import Implantation, Siae, ZoneIntervention
from maillage.references.structures.rules import FicheSiae
from maillage.references.structures.services.siae import register_siae

if TYPE_CHECKING:
    from datetime import date

    from maillage.domains.offre.models import Convention, Dossier


def apply_convention(dossier: Dossier, convention: Convention, *, on: date) -> Siae:
    """Create or extend the SIAE of a dossier; return it.

    The supply is written by the platform itself, in the name of the convention: whoever activates it is in the journal
    of the dossier. Figures are those of the year in which the convention begins, in the département of the dossier: the
    map counts them from that year on (`describe_annee`).
    """
    fiche = _new(dossier) if dossier.demande in NOUVELLES else _existing(dossier)
    figures = {"annee": convention.debut.year, "postes": convention.postes, "etp_conventionnes": convention.etp}
    known = {name: getattr(fiche, name) for name in FicheSiae.__dataclass_fields__}
    enregistrement = register_siae(
        fiche=FicheSiae(**{**known, **figures}), actor=None, on=on, source=f"convention {convention.numero}"
    )
    if enregistrement.siae is None:
        raise Refused(Refusal("siae_refusee", "La SIAE n’a pas pu être enregistrée."))
    return enregistrement.siae


def _new(dossier: Dossier) -> FicheSiae:
    return FicheSiae(
        siret=dossier.organisation.siret,
        type_siae=dossier.type_siae,
        nom=dossier.nom,
        denomination=dossier.organisation.denomination,
        commune_code=dossier.commune.code,
        secteurs=tuple((secteur.code, None) for secteur in dossier.secteurs.all()),
        zones=tuple((zone.niveau, zone.code) for zone in dossier.zones.all()),
    )


def _existing(dossier: Dossier) -> FicheSiae:
    """Return the SIAE as it is, with the lands and sectors that the dossier adds: no request takes one away."""
    siae = dossier.siae
    if siae is None:
        raise Refused(Refusal("siae_manquante", "Le dossier ne dit pas quelle SIAE il concerne."))
    site = Implantation.objects.select_related("commune").filter(siae=siae, principale=True).first()
    zones = ZoneIntervention.objects.filter(siae=siae).values_list("territoire__niveau", "territoire__code")
    added = [(zone.niveau, zone.code) for zone in dossier.zones.all()]
    known = dict(siae.activites.values_list("secteur__code", "part_heures"))
    secteurs = {**{secteur.code: None for secteur in dossier.secteurs.all()}, **known}
    return FicheSiae(
        siret=siae.organisation.siret,
        type_siae=siae.type_siae,
        nom=siae.nom,
        commune_code=site.commune.code if site else dossier.commune.code,
        departement=dossier.departement,
        secteurs=tuple(secteurs.items()),
        zones=tuple(dict.fromkeys([*zones, *added])),
    )
