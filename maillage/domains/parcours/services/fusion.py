"""When two files of one person become one: what both hold is united first."""

from __future__ import annotations

from typing import TYPE_CHECKING

from maillage.domains.parcours.models import Candidature, Competence, Situation
from maillage.domains.parcours.rules.competences import COMPETENCE
from maillage.domains.parcours.rules.competences import VIVANTES as AU_PORTEFEUILLE
from maillage.domains.parcours.rules.orientation import CANDIDATURE, VIVANTES
from maillage.foundations.kernel import audit
from maillage.foundations.kernel.errors import Refusal, Refused

if TYPE_CHECKING:
    from datetime import date

    from maillage.references.accounts.models import User
    from maillage.references.personnes.models import Personne


def join_situations(kept: Personne, gone: Personne, actor: User, on: date) -> None:
    """Unite what the two files say of the situation; raise `Refused` where they say two things."""
    mine = Situation.objects.select_for_update().filter(personne=kept).first()
    theirs = Situation.objects.select_for_update().filter(personne=gone).first()
    if mine is None or theirs is None:
        return
    told: list[str] = []
    for field in Situation._meta.concrete_fields:
        if field.name in {"id", "personne", "source", "maj_le"}:
            continue
        ours, other = getattr(mine, field.name), getattr(theirs, field.name)
        if other in (None, ""):
            continue
        if ours in (None, ""):
            setattr(mine, field.name, other)
        elif ours != other:
            told.append(str(field.verbose_name))
    if told:
        message = f"Les deux dossiers ne disent pas la même situation\u202f: {', '.join(told)}. Corrigez l’un des deux."
        raise Refused(Refusal("situations_contraires", message))
    theirs.delete()
    mine.save()


def join_candidatures(kept: Personne, gone: Personne, actor: User, on: date) -> None:
    """Make without object the living candidature of the other file for what the kept one is already studied for."""
    known = set(Candidature.objects.filter(personne=kept, etat__in=VIVANTES).values_list("siae", "poste"))
    for candidature in Candidature.objects.filter(personne=gone, etat__in=VIVANTES).select_for_update():
        if (candidature.siae_id, candidature.poste_id) in known:
            audit.move(candidature, "fondre", CANDIDATURE, actor=actor)
            candidature.repondue_le = candidature.maj_le = on
            candidature.archivee_le = None
            candidature.save(update_fields=["etat", "repondue_le", "maj_le", "archivee_le"])


def join_competences(kept: Personne, gone: Personne, actor: User, on: date) -> None:
    """Keep, of a competence that both files hold, the surest, then the best known: the other leaves the portfolio."""
    rows = Competence.objects.select_for_update().filter(etat__in=AU_PORTEFEUILLE)
    mine = {(each.bloc, each.intitule): each for each in rows.filter(personne=kept)}
    for other in rows.filter(personne=gone):
        ours = mine.get((other.bloc, other.intitule))
        if ours is None:
            continue
        weaker = min(ours, other, key=lambda each: (AU_PORTEFEUILLE.index(each.etat), each.niveau, each.pk == ours.pk))
        audit.move(weaker, "retirer", COMPETENCE, actor=actor)
        weaker.save(update_fields=["etat"])
