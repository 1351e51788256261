"""What a person agrees to: write it down, print it, take it back."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

from django.http import Http404
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property

from maillage.domains.parcours.forms.consentements import AccordForm
from maillage.domains.parcours.queries.accord_document import describe_accord
from maillage.domains.parcours.queries.consentements import JOUR, consents_of, default_end
from maillage.domains.parcours.rules.consentements import Explication, explications
from maillage.domains.parcours.services.consentements import give_consent
from maillage.domains.parcours.services.retraits import withdraw_consent
from maillage.foundations.kernel.documents import to_pdf
from maillage.foundations.kernel.errors import Refusal, Refused
from maillage.foundations.kernel.screens.export import Export, ExportScreen
from maillage.foundations.kernel.templatetags.ui import jour
from maillage.references.personnes.permissions import Permission
from maillage.references.personnes.queries.visibilite import followed_by
from maillage.references.personnes.views.base import OfPersonne, PersonneAct

if TYPE_CHECKING:
    from datetime import date

    from maillage.domains.parcours.models import Consentement

ACCORD = Path(__file__).parents[1] / "documents/accord.typ"


class OfAccord(OfPersonne):
    """A screen about one use of the data of a person whom one's organisation follows."""

    permission: ClassVar[str | None] = Permission.FOLLOW
    portee = "les personnes que son organisation suit"

    @cached_property
    def explication(self) -> Explication:
        """What the use is, in plain words; a use that does not exist, or of a person not followed, is not found."""
        found = explications().get(self.kwargs["objet"])
        if found is None or not followed_by(self.actor).filter(pk=self.personne.pk).exists():
            raise Http404("Cet accord n’existe pas, ou se recueille par ceux qui suivent la personne.")
        return found

    @property
    def today(self) -> date:
        return timezone.localdate()


class Consentir(OfAccord, PersonneAct):
    """Write that the person agrees, after having read the words to them."""

    template_name = "parcours/consentements/consentir.html"
    form_class = AccordForm
    submit_label = "Enregistrer l’accord"
    success_message = "L’accord est enregistré. La personne peut le retirer à tout moment."

    def check(self) -> None:
        assert self.explication  # not found otherwise

    def get_title(self) -> str:
        return f"Accord\u202f: {self.explication.titre[:1].lower()}{self.explication.titre[1:]}"

    def get_intro(self) -> str:
        return f"À lire avec {self.personne}, à la première personne. Son refus ne change rien à son parcours."

    def get_form_kwargs(self) -> dict[str, Any]:
        return {"fin": default_end(self.kwargs["objet"], self.today, self.today)}

    def get_context(self) -> dict[str, Any]:
        formulaire = reverse("parcours:consentement_formulaire", args=[self.personne.public_id, self.kwargs["objet"]])
        return {**super().get_context(), "explication": self.explication, "formulaire": formulaire}

    def perform(self, form: AccordForm) -> str:
        give_consent(
            personne=self.personne,
            objet=self.kwargs["objet"],
            debut=form.cleaned_data["debut"],
            fin=form.fin,
            actor=self.actor,
            on=self.today,
        )
        return f"{self.sheet_url}#consentements"


class Formulaire(OfAccord, ExportScreen):
    """The form that the person reads, signs and keeps."""

    title = "Formulaire d’accord"

    def build(self) -> Export:
        assert self.explication
        objet = self.kwargs["objet"]
        content = to_pdf(ACCORD, describe_accord(self.personne, objet, self.actor, self.today), on=self.today)
        return Export(f"accord-{objet}.pdf", "application/pdf", content)


class Retirer(PersonneAct):
    """Take an agreement back, on the word of the person."""

    portee = "les accords des personnes que son organisation suit"
    title = "Retirer l’accord"
    submit_label = "Retirer l’accord"
    success_message = "L’accord est retiré. Ce qu’il permettait a cessé."

    @cached_property
    def consentement(self) -> Consentement:
        """The agreement of the address, one of the person."""
        found = consents_of(self.personne).filter(public_id=self.kwargs["consentement"]).first()
        if found is None or not followed_by(self.actor).filter(pk=self.personne.pk).exists():
            raise Http404("Cet accord n’existe pas, ou n’est pas celui d’une personne que vous suivez.")
        return found

    def get_intro(self) -> str:
        given = self.consentement
        told = explications()[given.objet]
        return (
            f"{told.titre}. Accord donné devant {given.organisation} le {jour(given.debut)}, jusqu’au "
            f"{jour(given.fin - JOUR)}. Une fois retiré\u202f: {told.retrait[:1].lower()}{told.retrait[1:]}"
        )

    def check(self) -> None:
        if self.consentement.fin <= timezone.localdate():
            raise Refused(Refusal("deja_fini", "Cet accord ne vaut déjà plus."))

    def perform(self, form: Any) -> str:
        withdraw_consent(consentement=self.consentement, actor=self.actor, on=timezone.localdate())
        return f"{self.sheet_url}#consentements"
