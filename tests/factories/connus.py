"""A person and an account known everywhere: one row planted in each model that declares personal data."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from django.contrib.contenttypes.models import ContentType
from django.utils import timezone
from pghistory.models import Context

from maillage.domains.diagnostics.models import Commentaire, Revision
from maillage.foundations.kernel import audit, readings
from maillage.foundations.kernel.encryption import fingerprint
from maillage.foundations.kernel.jobs import enqueue
from maillage.foundations.kernel.mail import send_text
from maillage.foundations.kernel.models import JournalTransition, Notification, PreferenceNotification, Tache
from maillage.references.accounts.models import (
    CodeSecours,
    IdentiteProConnect,
    Invitation,
    Membre,
    SecondFacteur,
    Session,
    User,
)
from maillage.references.personnes.models import DemandeDroit, Personne
from maillage.references.personnes.queries.personnes import list_personnes
from maillage.references.personnes.services.ouvertures import open_file
from maillage.references.personnes.services.personnes import read_nir
from tests.factories.accounts import MembreFactory, UserFactory
from tests.factories.connus_parcours import PLANTS as PLANTS_PARCOURS
from tests.factories.imports import (
    AvertissementFactory,
    CorrespondanceFactory,
    FichierFactory,
    LotFactory,
    RejetFactory,
)
from tests.factories.partage import DiagnosticFactory
from tests.factories.personnes import PersonneFactory, RelationFactory

if TYPE_CHECKING:
    from collections.abc import Callable

LONG_AGO = datetime(2020, 3, 17, 10, 30, tzinfo=UTC)
NIR = "280059512345678"
# Everything that must be found in the exports, then nowhere.
SECRETS = (
    "Zubrowska",
    "Anastazja",
    NIR,
    "zubrowska@exemple.invalid",
    "0199005678",
    "rue des Introuvables",
    "motif-plante",
    "demande-plantee",
    "reponse-plantee",
    "bilan-plante",
    "avis-plante",
    "frein-plante",
    "note-plantee",
    "message-plante",
    "commentaire-plante",
    "tuteur-plante",
    "signataire-plante",
    "atouts-plantes",
    "competence-plantee",
    "preuve-plantee",
    "projet-plante",
    "accroche-plantee",
    "Kowalczyk",
    "Bronislawa",
    "kowalczyk@exemple.invalid",
    "navigateur-plante",
    "sub-plante",
    "notification-plantee",
    "trace-plantee",
)


@dataclass
class Connus:
    """Whom the rows name."""

    personne: Personne
    compte: User
    membre: Membre


def personne(connus: Connus) -> None:
    Personne.objects.filter(pk=connus.personne.pk).update(creee_le=LONG_AGO)


def relation(connus: Connus) -> None:
    RelationFactory(
        personne=connus.personne,
        organisation=connus.membre.organisation,
        referent=connus.membre,
        debut=date(2020, 3, 17),
        fin=date(2020, 9, 23),
    )
    RelationFactory(
        personne=connus.personne,
        organisation=connus.membre.organisation,
        referent=connus.membre,
        debut=date(2020, 9, 25),
        fin=date(2021, 4, 12),
    )


def ouverture(connus: Connus) -> None:
    """An operator opens the file by the act itself, and reads it as the screens do."""
    operator, on = UserFactory(exploitant=True), timezone.localdate()
    motif = "motif-plante : la fiche de Zubrowska ne s’enregistre plus"
    open_file(identifiant=connus.personne.email, motif=motif, heures=1, actor=operator, on=on)
    seen = list_personnes(operator)
    assert [each.pk for each in seen] == [connus.personne.pk]
    readings.record(seen, reader=operator, screen="personnes:detail", reason=lambda each: each.motif_lecture)  # type: ignore[attr-defined]


def demande(connus: Connus) -> None:
    DemandeDroit.objects.create(
        personne=connus.personne,
        droit="rectification",
        texte="demande-plantee",
        etat="accordee",
        reponse="reponse-plantee",
        recue_le=date(2020, 4, 14),
        echeance=date(2020, 5, 14),
        repondue_le=date(2020, 4, 20),
    )


def lecture(connus: Connus) -> None:
    """The account reads the NIR while the organisation follows the person."""
    last = connus.personne.relations.filter(debut=date(2020, 9, 25))
    last.update(fin=None)
    read_nir(personne=connus.personne, motif="droits", actor=connus.compte)
    last.update(fin=date(2021, 4, 12))


def compte(connus: Connus) -> None:
    User.objects.filter(pk=connus.compte.pk).update(cree_le=LONG_AGO, last_login=LONG_AGO)


def session(connus: Connus) -> None:
    Session.objects.create(
        session_key="cle-de-session",
        session_data="x",
        expire_date=datetime(2099, 1, 1, tzinfo=UTC),
        public_id=uuid4(),
        user=connus.compte,
        navigateur="navigateur-plante",
        adresse="192.0.2.71",
        ouverte_le=LONG_AGO,
    )


def invitation(connus: Connus) -> None:
    Invitation.objects.create(
        organisation=connus.membre.organisation,
        email=connus.compte.email.upper(),
        prenom="Bronislawa",
        nom="Kowalczyk",
        profil="siae_direction",
        auteur=UserFactory(),
        expire_le=datetime(2099, 1, 1, tzinfo=UTC),
    )


def context(connus: Connus) -> None:
    Context.objects.create(id=uuid4(), metadata={"user": connus.compte.pk, "url": "/trace-plantee/"})


def job(connus: Connus) -> None:
    enqueue(send_text, to=connus.compte.email, subject="courriel-plante", text="Un lien qui ouvre un compte")


def transition(connus: Connus) -> None:
    JournalTransition.objects.create(
        objet_type=ContentType.objects.get_for_model(Personne),
        objet_id=connus.personne.pk,
        acte="essai",
        de="a",
        vers="b",
        auteur=connus.compte,
    )


def notification(connus: Connus) -> None:
    Notification.objects.create(
        destinataire=connus.compte, type="essai", texte="notification-plantee", url=f"/p/{connus.personne.public_id}/"
    )


def _section(connus: Connus) -> dict[str, Any]:
    section = DiagnosticFactory().sections.get(code="offre")
    return {"section": section, "auteur": connus.compte, "organisation": connus.membre.organisation}


def revision(connus: Connus) -> None:
    Revision.objects.create(**_section(connus), numero=1, depuis=0, retenue=True, texte="version-plantee")


def commentaire(connus: Connus) -> None:
    Commentaire.objects.create(**_section(connus), texte="remarque-plantee")


def by_trigger(connus: Connus) -> None:
    """The triggers wrote the history of the rows planted."""


# One row for each model that declares personal data; what is looked for in the person's export or the account's.
PLANTS: dict[str, tuple[Callable[[Connus], Any], str]] = {
    "personnes.Personne": (personne, "Zubrowska"),
    "personnes.PersonneEvent": (by_trigger, "ligne écrite le"),
    "personnes.Relation": (relation, "2020-09-23"),
    "personnes.RelationEvent": (by_trigger, "2020-09-23"),
    "personnes.Ouverture": (ouverture, "motif-plante"),
    "personnes.DemandeDroit": (demande, "demande-plantee"),
    "accounts.User": (compte, "Kowalczyk"),
    "accounts.Session": (session, "navigateur-plante"),
    "accounts.SecondFacteur": (lambda c: SecondFacteur.objects.create(user=c.compte, secret="SECRET"), "dernier pas"),
    "accounts.CodeSecours": (lambda c: CodeSecours.objects.create(user=c.compte, empreinte="e" * 64), "utilisé le"),
    "accounts.IdentiteProConnect": (
        lambda c: IdentiteProConnect.objects.create(user=c.compte, emetteur="https://fi.invalid", sub="sub-plante"),
        "sub-plante",
    ),
    "accounts.Membre": (lambda c: None, "siae_accompagnement"),
    "accounts.MembreEvent": (by_trigger, "siae_accompagnement"),
    "accounts.Invitation": (invitation, "Bronislawa"),
    "kernel.Acte": (lambda c: audit.record("essai.acte", c.personne, actor=c.compte), "essai.acte"),
    "kernel.Lecture": (lecture, "personnes:nir"),
    "kernel.JournalTransition": (transition, "essai"),
    "kernel.Notification": (notification, "notification-plantee"),
    "kernel.PreferenceNotification": (
        lambda c: PreferenceNotification.objects.create(destinataire=c.compte, type="essai", canal="quotidien"),
        "une fois par jour",
    ),
    "kernel.Tache": (lambda c: Tache.objects.create(libelle="tache-plantee", auteur=c.compte), "tache-plantee"),
    "pghistory.Context": (context, "trace-plantee"),
    "procrastinate.ProcrastinateJob": (job, "courriel-plante"),
    "diagnostics.Revision": (revision, "version-plantee"),
    "diagnostics.Commentaire": (commentaire, "remarque-plantee"),
    **PLANTS_PARCOURS,
    "imports.Lot": (lambda c: LotFactory(auteur=c.compte, nom_fichier="lot-plante.csv"), "lot-plante.csv"),
    "imports.Correspondance": (
        lambda c: CorrespondanceFactory(auteur=c.compte, source="source-plantee"),
        "source-plantee",
    ),
    "imports.Rejet": (lambda c: RejetFactory(valeurs=["1", c.compte.email, "Kowalczyk"]), "Kowalczyk"),
    # A file and a warning name nobody by themselves: their time ends them (imports/services/retention.py).
    "imports.Fichier": (lambda c: FichierFactory(contenu=b"Kowalczyk;siret\n"), ""),
    "imports.Avertissement": (lambda c: AvertissementFactory(message="Kowalczyk a deux adresses"), ""),
}


def plant_everywhere() -> Connus:
    """Return the two people, known by every model."""
    person = PersonneFactory(
        nom="Zubrowska",
        prenom="Anastazja",
        sexe="F",
        date_naissance=date(1980, 5, 17),
        nir=NIR,
        nir_empreinte=fingerprint(NIR, "nir"),
        email="zubrowska@exemple.invalid",
        telephone="0199005678",
        adresse="3 rue des Introuvables",
    )
    account = UserFactory(email="kowalczyk@exemple.invalid", nom="Kowalczyk", prenom="Bronislawa")
    membre = MembreFactory(user=account, profil="siae_accompagnement", debut=LONG_AGO)
    found = Connus(person, account, membre)
    for plant, _ in PLANTS.values():
        plant(found)
    return found


def sought(text: str) -> list[str]:
    """Return the planted words that a text holds, files in hexadecimal included."""
    lower = text.casefold()
    return [word for word in SECRETS if word.casefold() in lower or word.encode().hex() in lower]
