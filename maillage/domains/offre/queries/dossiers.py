"""The dossiers that one may read: where each stands, whose turn it is, by when; one dossier with all its page shows."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from django.contrib.contenttypes.models import ContentType
from django.db.models import Prefetch
from django.utils import timezone

from maillage.domains.offre.enums import Demande, EtatDossier, EtatPiece, Portee, Tour
from maillage.domains.offre.models import AvisPartenaire, DemandePieces, Dossier, PieceDossier
from maillage.domains.offre.queries.demandes import PieceAttendue, list_demandes, list_pieces
from maillage.domains.offre.queries.economie import read_fiche
from maillage.domains.offre.queries.visibilite import visible_dossiers
from maillage.domains.offre.rules.dossiers import PENDANTS, PRETS, WORKFLOWS, portee_avis, tour
from maillage.domains.offre.rules.economie import analyse, exceeds_ordinary
from maillage.domains.offre.rules.horloge import (
    Butoir,
    Horloge,
    Suspension,
    calendar_avenant,
    check_silence,
    next_butoir,
    read_clock,
)
from maillage.foundations.kernel.models import JournalTransition
from maillage.foundations.kernel.parameters import get_parametre
from maillage.foundations.kernel.templatetags.ui import jour
from maillage.references.structures.queries.annees import get_annee_reference

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date, datetime
    from uuid import UUID

    from django.db.models import QuerySet

    from maillage.domains.offre.models import Convention
    from maillage.references.accounts.models import User

SILENCE = "offre.delai_silence_mois"
RENDRE_AVIS = "rendre_avis"
APRES_DECISION = "lisible après la décision"


@dataclass(frozen=True)
class LigneDossier:
    """A dossier as a list shows it. `horloge` is None once decided; `on` is the day it is looked at."""

    dossier: Dossier
    horloge: Horloge | None
    on: date

    @property
    def numero(self) -> str:
        return self.dossier.numero

    @property
    def nom(self) -> str:
        return self.dossier.nom

    @property
    def demande(self) -> str:
        return self.dossier.get_demande_display()

    @property
    def type_siae(self) -> str:
        return self.dossier.type_siae

    @property
    def organisation(self) -> str:
        return str(self.dossier.organisation)

    @property
    def commune(self) -> str:
        return f"{self.dossier.commune.nom} ({self.dossier.departement})"

    @property
    def etat(self) -> str:
        return self.dossier.get_etat_display()

    @property
    def etp(self) -> object:
        return self.dossier.etp

    @property
    def tour(self) -> Tour:
        """Whose turn it is; partners who have all answered give it back."""
        if self.dossier.etat == EtatDossier.AVIS and not self.waiting:
            return Tour.INSTRUCTEUR
        return tour(self.dossier.etat)

    @cached_property
    def waiting(self) -> list[AvisPartenaire]:
        """The opinions asked and not given, the nearest deadline first."""
        rows = [avis for avis in self.dossier.avis.all() if avis.rendu_le is None]
        return sorted(rows, key=lambda avis: avis.echeance)

    @cached_property
    def demande_pieces(self) -> DemandePieces | None:
        """The request of pieces without answer."""
        return next((each for each in self.dossier.demandes_pieces.all() if each.recue is None), None)

    @property
    def butoir(self) -> Butoir | None:
        """The next day of the calendar of avenants."""
        if self.dossier.demande != Demande.AVENANT or self.dossier.etat not in PENDANTS:
            return None
        maintien, reversement = (
            int(get_parametre(f"offre.avenant_{name}_mois", on=self.on).value) for name in ("maintien", "reversement")
        )
        butoirs = calendar_avenant(self.dossier.annee, mois_maintien=maintien, mois_reversement=reversement)
        return next_butoir(butoirs, on=self.on)

    @property
    def echeance(self) -> date | None:
        """The day by which whoever has the turn should act: the nearest of those that bind them."""
        days = [self.horloge.echeance] if self.horloge and not self.horloge.suspendue else []
        if self.demande_pieces and self.dossier.etat == EtatDossier.PIECES:
            days.append(self.demande_pieces.limite)
        if self.waiting and self.dossier.etat == EtatDossier.AVIS:
            days.append(self.waiting[0].echeance)
        if self.butoir:
            days.append(self.butoir.jour)
        return min(days, default=None)

    @property
    def seance_tardive(self) -> bool:
        """Whether the session it waits for comes after silence has meant refusal."""
        seance = self.dossier.seance_le if self.dossier.etat == EtatDossier.SEANCE else None
        return seance is not None and bool(check_silence(seance, self.horloge, confirme=False))

    @property
    def delai(self) -> str:
        """The clock in words, « — » when none runs."""
        return self.horloge.phrase if self.horloge else "—"

    @property
    def pressant(self) -> bool:
        """Whether few days are left before silence means refusal, or it already does."""
        alerte = int(get_parametre("offre.alerte_silence_jours", on=self.on).value)
        return self.horloge is not None and not self.horloge.suspendue and self.horloge.restants <= alerte


def read_ligne(dossier: Dossier, *, on: date) -> LigneDossier:
    """Return a dossier with its clock; its `demandes_pieces` are read."""
    if dossier.etat not in PENDANTS or dossier.depose_le is None:
        return LigneDossier(dossier, None, on)
    suspensions = tuple(Suspension(each.debut, each.limite, each.recue) for each in dossier.demandes_pieces.all())
    mois = get_delai_silence(dossier, on=on)
    return LigneDossier(dossier, read_clock(dossier.depose_le, suspensions, mois=mois, on=on), on)


def get_delai_silence(dossier: Dossier, *, on: date) -> int:
    """Return how many months of silence mean refusal: as on the day of the deposit, `on` for a draft."""
    return int(get_parametre(SILENCE, on=dossier.depose_le or on).value)


def with_rows(rows: QuerySet[Dossier]) -> QuerySet[Dossier]:
    """Read with dossiers what their lines show, in two more queries."""
    avis = AvisPartenaire.objects.select_related("organisation").order_by("demande_le", "pk")
    return rows.select_related("organisation", "commune", "siae", "appel").prefetch_related(
        Prefetch("demandes_pieces", DemandePieces.objects.order_by("debut")), Prefetch("avis", avis)
    )


def list_dossiers(user: User) -> list[LigneDossier]:
    """Return the dossiers that an account may read, the most pressing first, in three queries."""
    on = timezone.localdate()
    lignes = [read_ligne(dossier, on=on) for dossier in with_rows(visible_dossiers(user)).order_by("-pk")]
    return sorted(lignes, key=lambda ligne: (ligne.echeance is None, ligne.echeance or on, -ligne.dossier.pk))


def list_dossiers_prets(departement: str) -> list[LigneDossier]:
    """Return the dossiers of a département that may be put on the agenda of a commission, the oldest first.

    They are examined, and not yet on one. For the room of governance, which is above this one.
    """
    on = timezone.localdate()
    rows = Dossier.objects.filter(departement=departement, etat__in=PRETS).order_by("depose_le", "pk")
    return [
        read_ligne(dossier, on=on)
        for dossier in with_rows(rows)
        if any(each.act == "inscrire" for each in WORKFLOWS[dossier.demande].available(dossier.etat))
    ]


def get_dossier(user: User, public_id: UUID) -> Dossier | None:
    """Return a dossier that an account may read, with all its page shows; None when there is none."""
    rows = with_rows(visible_dossiers(user)).select_related("convention", "fiche_economique", "siae__organisation")
    return rows.prefetch_related("secteurs", "zones", "pieces").filter(public_id=public_id).first()


@dataclass(frozen=True, slots=True)
class Attendue:
    """A line of the checklist: the piece of the table (None: joined beside it) and what was joined."""

    libelle: str
    attendue: PieceAttendue | None
    piece: PieceDossier | None

    @property
    def manque(self) -> bool:
        """Whether a piece of the list is not there, or was refused."""
        return self.attendue is not None and (self.piece is None or self.piece.etat == EtatPiece.REFUSEE)


def list_attendues(dossier: Dossier) -> list[Attendue]:
    """Return the checklist of a dossier, then what was joined beside it; of a piece refused, the last try."""
    on = dossier.depose_le or timezone.localdate()
    rows: Sequence[PieceDossier] = sorted(dossier.pieces.all(), key=lambda piece: piece.pk)
    last = {piece.code: piece for piece in rows if piece.code}
    found = [
        Attendue(piece.libelle, piece, last.pop(piece.code, None))
        for piece in list_pieces(dossier.demande, dossier.type_siae, on=on)
    ]
    beside = [*last.values(), *(piece for piece in rows if not piece.code)]
    return [*found, *(Attendue(piece.libelle, None, piece) for piece in beside)]


def get_portee(dossier: Dossier, *, on: date) -> Portee:
    """Return how far the commission binds the decision on a dossier."""
    fiche = read_fiche(dossier, on=on)
    beyond = not fiche.plan.vide and exceeds_ordinary(analyse(fiche.plan), fiche.plafonds)
    changed = dossier.etp_actuels is None or dossier.etp != dossier.etp_actuels
    return portee_avis(
        list_demandes()[dossier.demande].avis, postes_changent=changed, part_marchande_derogatoire=beyond
    )


@dataclass(frozen=True, slots=True)
class Etape:
    """One change of state, in words."""

    date: datetime
    vers: str
    acte: str
    pour: str
    motif: str


def list_etapes(dossier: Dossier, *, avis_lisibles: bool = True) -> list[Etape]:
    """Return what made the dossier change of state, the first one first; the commission's words if they may be read."""
    rows = JournalTransition.objects.filter(
        objet_type=ContentType.objects.get_for_model(Dossier), objet_id=dossier.pk
    ).order_by("date", "pk")
    labels = {each.act: each.label for each in WORKFLOWS[dossier.demande]}
    return [
        Etape(
            row.date,
            EtatDossier(row.vers).label,
            labels.get(row.acte, row.acte),
            row.pour_nom,
            row.motif if avis_lisibles or row.acte != RENDRE_AVIS else APRES_DECISION,
        )
        for row in rows
    ]


def describe_annee(convention: Convention) -> str:
    """Say from which year the map and the diagnostic count what a convention grants; empty when they already do.

    They count one year for all the SIAE, that of reference: what is granted for a later one does not mix with it.
    """
    granted, counted = convention.debut.year, get_annee_reference()
    if counted is None or granted <= counted:
        return ""
    return (
        f"La carte et le diagnostic comptent les effectifs de {counted}, ceux que l’on connaît pour le plus de SIAE. "
        f"La SIAE y est placée dès l’activation\u202f; ses ETP de {granted} y comptent si vous choisissez {granted} "
        "comme année de l’offre, et pour tous quand cette année devient celle de référence."
    )


def describe_now(ligne: LigneDossier) -> str:
    """Say where a dossier stands in one sentence: whose turn it is, by when."""
    if ligne.tour == Tour.PERSONNE:
        return f"Dossier {ligne.etat}."
    who = f"Au tour de\u202f: {ligne.tour.value}"
    late = ligne.echeance is not None and ligne.echeance < ligne.on
    by = f", {'attendu depuis' if late else 'avant'} le {jour(ligne.echeance)}" if ligne.echeance else ""
    return f"{who}{by}."
