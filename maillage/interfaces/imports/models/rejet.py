"""The lines of a batch that somebody must look at."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from maillage.foundations.kernel.personal import Personnel
from maillage.interfaces.imports.enums import EtatRejet
from maillage.interfaces.imports.models.lot import BASE, CONSERVATION, FINALITE, LECTEURS, LIGNE, Lot


class Rejet(models.Model):
    """A line refused: kept with its content and its reasons until somebody corrects or abandons it.

    Invariant: one per line of a batch; a line dealt with has its date, a line to correct has none. A line that a
    corrected file took up in vain is `repris`: it is to be corrected in `suite`, and nowhere else.
    `motifs` holds `{"code", "message", "colonne"}`; `code` is the first one's, to count and filter by.
    """

    lot = models.ForeignKey(Lot, models.CASCADE, related_name="rejets", verbose_name="lot")
    ligne = models.PositiveIntegerField("ligne du fichier")
    valeurs = models.JSONField("valeurs de la ligne")
    motifs = models.JSONField("motifs")
    code = models.CharField("motif principal", max_length=60)

    etat = models.CharField("état", max_length=20, choices=EtatRejet, default=EtatRejet.A_CORRIGER)
    corrections = models.JSONField("valeurs corrigées", default=dict)
    suite = models.ForeignKey(
        Lot, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name="lot où la ligne a été reprise"
    )
    traite_le = models.DateTimeField("traité le", null=True, blank=True)

    personnel = Personnel(
        qui="",
        par={"valeurs__contains": "email"},
        finalite=FINALITE,
        base=BASE,
        conservation=CONSERVATION,
        lecteurs=LECTEURS,
        champs={"valeurs": LIGNE, "motifs": LIGNE, "corrections": LIGNE},
    )

    class Meta:
        verbose_name = "rejet"
        verbose_name_plural = "rejets"
        indexes = [models.Index(fields=["lot", "code"], name="rejet_motif")]
        constraints = [
            models.UniqueConstraint(
                fields=["lot", "ligne"],
                name="rejet_unique",
                violation_error_message="Cette ligne du lot est déjà rejetée.",
            ),
            models.CheckConstraint(
                condition=Q(etat=EtatRejet.A_CORRIGER, traite_le__isnull=True)
                | Q(etat__in=[EtatRejet.REJOUE, EtatRejet.REPRIS, EtatRejet.ABANDONNE], traite_le__isnull=False),
                name="rejet_traite_date",
                violation_error_message="Une ligne traitée porte la date de son traitement.",
            ),
        ]

    def __str__(self) -> str:
        return f"ligne {self.ligne} du lot n° {self.lot_id}"

    @property
    def message(self) -> str:
        """Every reason, in one sentence after the other."""
        return " ".join(motif["message"] for motif in self.motifs)

    @property
    def situation(self) -> str:
        """Where the line stands, and in which batch it is to be corrected when it is not in this one."""
        if self.etat == EtatRejet.REPRIS and self.suite:
            return f"reprise dans le {str(self.suite).lower()}, encore à corriger"
        return self.get_etat_display()

    def cells(self) -> dict[str, str]:
        """Return the line's values by expected column, corrections included."""
        places: dict[str, int] = self.lot.colonnes
        known = {code: self.valeurs[place] for code, place in places.items() if place < len(self.valeurs)}
        return {**known, **self.corrections}


class Avertissement(models.Model):
    """Something odd about a line that was imported all the same."""

    lot = models.ForeignKey(Lot, models.CASCADE, related_name="avertissements", verbose_name="lot")
    ligne = models.PositiveIntegerField("ligne du fichier")
    code = models.CharField("motif", max_length=60)
    message = models.TextField("message")
    colonne = models.CharField("colonne", max_length=60, blank=True)

    personnel = Personnel(
        qui="",
        finalite=FINALITE,
        base=BASE,
        conservation=CONSERVATION,
        lecteurs=LECTEURS,
        champs={"message": LIGNE},
    )

    class Meta:
        verbose_name = "avertissement"
        verbose_name_plural = "avertissements"
        indexes = [models.Index(fields=["lot", "code"], name="avertissement_motif")]

    def __str__(self) -> str:
        return f"ligne {self.ligne} du lot n° {self.lot_id} : {self.message}"
