"""Workshops of France Travail for the employees of SIAE: seats that the database counts, a waiting list, presence."""

from __future__ import annotations

import pghistory
import pgtrigger
from django.contrib.postgres.functions import RandomUUID
from django.db import models
from django.db.models import F, Q

from maillage.domains.parcours.enums.ateliers import EtatAtelier, EtatInscription, ThemeAtelier
from maillage.foundations.kernel.personal import Champ, Personnel, Sort
from maillage.references.accounts.models import Organisation
from maillage.references.personnes.models import Personne
from maillage.references.personnes.models.personne import BASE

# Those who take a seat.
ASSIS = (EtatInscription.INSCRIT, EtatInscription.PRESENT, EtatInscription.ABSENT)


@pghistory.track()
class Atelier(models.Model):
    """A workshop: `debut` and `fin` are its hours, `places` the people it takes.

    Invariant: no fewer seats than the people who hold one.
    """

    public_id = models.UUIDField("identifiant public", db_default=RandomUUID(), unique=True, editable=False)
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, related_name="ateliers", verbose_name="organisation qui l’anime"
    )
    titre = models.CharField("titre", max_length=120)
    theme = models.CharField("thème", max_length=12, choices=ThemeAtelier)
    contenu = models.CharField("contenu", max_length=1000, blank=True)
    lieu = models.CharField("lieu", max_length=200)
    departement = models.CharField("département", max_length=3, blank=True)
    debut = models.DateTimeField("début")
    fin = models.DateTimeField("fin")
    places = models.PositiveSmallIntegerField("places")
    etat = models.CharField("état", max_length=10, choices=EtatAtelier, default=EtatAtelier.OUVERT)

    class Meta:
        verbose_name = "atelier"
        verbose_name_plural = "ateliers"
        constraints = [
            models.CheckConstraint(
                condition=Q(fin__gt=F("debut")),
                name="atelier_horaires",
                violation_error_message="L’atelier finit après avoir commencé.",
            ),
            models.CheckConstraint(
                condition=Q(places__range=(1, 200)),
                name="atelier_places",
                violation_error_message="Un atelier compte de 1 à 200 places.",
            ),
            models.CheckConstraint(
                condition=Q(etat__in=EtatAtelier.values) & Q(theme__in=ThemeAtelier.values),
                name="atelier_valeurs",
                violation_error_message="Ce thème ou cet état n’existe pas.",
            ),
        ]
        indexes = [models.Index(fields=["debut"], name="atelier_debut")]
        triggers = [
            pgtrigger.Trigger(
                name="places_tenues",
                when=pgtrigger.Before,
                operation=pgtrigger.Update,
                func="""
                    if NEW.places < (
                        select count(*) from parcours_inscription
                        where atelier_id = NEW.id and etat in ('inscrit', 'present', 'absent')
                    ) then
                        raise exception using message = 'Il y a déjà plus d’inscrits que de places.',
                            errcode = 'check_violation';
                    end if;
                    return NEW;
                """,
            ),
        ]

    def __str__(self) -> str:
        return self.titre


@pghistory.track()
class Inscription(models.Model):
    """A SIAE sends one of its employees to a workshop: a seat, or a rank in the waiting list (the order of `pk`).

    Invariants: the seats held never exceed those of the workshop, whoever writes at once; a person once a workshop.
    """

    public_id = models.UUIDField("identifiant public", db_default=RandomUUID(), unique=True, editable=False)
    atelier = models.ForeignKey(Atelier, models.PROTECT, related_name="inscriptions", verbose_name="atelier")
    personne = models.ForeignKey(Personne, models.PROTECT, related_name="inscriptions", verbose_name="personne")
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, related_name="inscriptions", verbose_name="SIAE qui inscrit"
    )
    etat = models.CharField("état", max_length=10, choices=EtatInscription)
    demandee_le = models.DateTimeField("demandée le", auto_now_add=True)

    personnel = Personnel(
        qui="personne",
        finalite="tenir la place d’une personne à un atelier, et savoir si elle y est venue",
        base=BASE,
        conservation="personnes.conservation_mois",
        lecteurs="la SIAE qui inscrit\u202f; qui anime l’atelier, sans le nom si le dossier ne lui est pas ouvert",
        champs={"etat": Champ("parcours", Sort.GARDE), "demandee_le": Champ("parcours", Sort.MOIS)},
    )

    class Meta:
        verbose_name = "inscription à un atelier"
        verbose_name_plural = "inscriptions à un atelier"
        constraints = [
            models.UniqueConstraint(
                fields=["atelier", "personne"],
                condition=~Q(etat=EtatInscription.RETIRE),
                name="inscription_une_fois",
                violation_error_message="Cette personne est déjà inscrite à cet atelier.",
            ),
            models.CheckConstraint(
                condition=Q(etat__in=EtatInscription.values),
                name="inscription_etat",
                violation_error_message="Cet état n’existe pas.",
            ),
        ]
        triggers = [
            pgtrigger.ReadOnly(name="atelier_fixe", fields=["atelier", "personne"]),
            pgtrigger.Trigger(
                name="places_comptees",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.Update,
                declare=[("offertes", "integer"), ("tenues", "integer")],
                func="""
                    if NEW.etat not in ('inscrit', 'present', 'absent') then
                        return NEW;
                    end if;
                    -- Whoever takes a seat at once waits here for the other.
                    select places into offertes from parcours_atelier where id = NEW.atelier_id for update;
                    select count(*) into tenues from parcours_inscription
                        where atelier_id = NEW.atelier_id and id is distinct from NEW.id
                          and etat in ('inscrit', 'present', 'absent');
                    if tenues < offertes then
                        return NEW;
                    end if;
                    raise exception using message = 'Cet atelier est complet.', errcode = 'check_violation';
                """,
            ),
        ]

    def __str__(self) -> str:
        return f"inscription {self.pk}"
