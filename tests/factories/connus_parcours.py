"""A person known everywhere in the pathways and the companies: one row for each model that declares personal data."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from maillage.domains.parcours.models import Contrat, FicheSalarie, SalarieAsp, TitreParcours
from tests.factories.entreprises import (
    ActionFactory,
    BilanFactory,
    CandidatFactory,
    ContactFactory,
    EmbaucheFactory,
    ImmersionFactory,
    PresentationFactory,
    SignatureFactory,
)
from tests.factories.flux import EnvoiFichesFactory
from tests.factories.parcours import (
    ConsentementFactory,
    ContratFactory,
    EtatMensuelFactory,
    ProlongationFactory,
    SituationFactory,
    SortieFactory,
    SuspensionFactory,
)
from tests.factories.parcours_accompagnement import (
    AccompagnementFactory,
    ActionParcoursFactory,
    ConstatFactory,
    DocumentParcoursFactory,
    EntretienFactory,
    EvaluationFactory,
    InscriptionFactory,
    ObjectifParcoursFactory,
)
from tests.factories.parcours_accords import CasFactory, DecisionFactory, InteretFactory, PresentationSuiteFactory
from tests.factories.parcours_competences import (
    AttestationFactory,
    CompetenceFactory,
    FicheLiaisonFactory,
    PreuveFactory,
    ProfilFactory,
)
from tests.factories.parcours_contrats import MiseADispositionFactory
from tests.factories.parcours_cooperation import PartieFactory
from tests.factories.parcours_orientation import CandidatureFactory, CommentaireFactory
from tests.factories.parcours_sorties import EnqueteFactory
from tests.factories.parcours_titre import (
    AgrementFactory,
    AvisCtaFactory,
    CritereFactory,
    DemandeFactory,
    DiagnosticFactory,
    ExtensionFactory,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.factories.connus import Connus


def by_another(connus: Connus) -> None:
    """A plant above, or the triggers, wrote the row."""


def droit(connus: Connus) -> None:
    """A person was found eligible, had an agrément suspended, extended, prolonged, and was heard by a CTA."""
    agrement = AgrementFactory(personne=connus.personne, debut=date(2020, 3, 17))
    diagnostic = DiagnosticFactory(personne=connus.personne, titre=agrement, debut=date(2020, 3, 16))
    CritereFactory(diagnostic=diagnostic, piece_le=date(2020, 2, 21))
    ExtensionFactory(titre=agrement, debut=date(2020, 9, 23))
    DemandeFactory(
        titre=agrement,
        bilan="bilan-plante",
        reponse="reponse-plantee",
        demandee_le=date(2021, 4, 12),
        echeance=date(2021, 5, 12),
    )
    AvisCtaFactory(titre=agrement, texte="avis-plante", rendu_le=date(2021, 4, 12))
    SuspensionFactory(titre=agrement, debut=date(2020, 6, 1), fin=date(2020, 6, 21))
    ProlongationFactory(titre=agrement, accordee_le=date(2021, 2, 9))


def emploi(connus: Connus) -> None:
    """A SIAE employed them, for somebody, then asked for news."""
    contrat = ContratFactory(
        personne=connus.personne, debut=date(2020, 3, 18), fin_prevue=date(2020, 9, 18), fin=date(2020, 9, 18)
    )
    EtatMensuelFactory(contrat=contrat, mois=date(2020, 4, 1))
    MiseADispositionFactory(contrat=contrat, denomination="utilisateur-plante")
    sortie = SortieFactory(contrat=contrat, saisie_le=date(2020, 9, 19))
    EnqueteFactory(sortie=sortie, echeance=date(2020, 12, 18), expire_le=date(2021, 2, 1))
    EmbaucheFactory(sortie=sortie, enregistree_le=date(2020, 9, 21))


def accompagnement(connus: Connus) -> None:
    """A CIP supported them."""
    support = AccompagnementFactory(relation=connus.personne.relations.earliest("pk"), referent_social="social-plante")
    ConstatFactory(accompagnement=support, texte="frein-plante")
    ObjectifParcoursFactory(accompagnement=support, libelle="objectif-plante")
    ActionParcoursFactory(accompagnement=support, libelle="action-plantee")
    EntretienFactory(accompagnement=support, note="note-plantee")
    DocumentParcoursFactory(accompagnement=support, libelle="document-plante")
    EvaluationFactory(accompagnement=support, bilan="evaluation-plantee")
    InscriptionFactory(personne=connus.personne)


def accords(connus: Connus) -> None:
    """A CTA heard of them, who was asked something; SIAE were shown their profile, and one was interested."""
    days = {"debut": date(2020, 10, 1), "fin": date(2021, 1, 8)}
    cas = CasFactory(
        personne=connus.personne,
        auteur=connus.membre,
        consentement__debut=days["debut"],
        consentement__fin=days["fin"],
        question="question-plantee",
        propose_le=date(2020, 10, 9),
        etat="traite",
        seance_le=date(2020, 11, 10),
        clos_le=date(2020, 11, 10),
        avis="avis-de-cta-plante",
    )
    DecisionFactory(cas=cas, quoi="quoi-plante", avant_le=date(2020, 12, 10), faite_le=date(2020, 12, 9))
    shown = PresentationSuiteFactory(
        personne=connus.personne,
        consentement__debut=days["debut"],
        consentement__fin=days["fin"],
        projet="projet-plante",
        presente_le=date(2020, 10, 12),
    )
    InteretFactory(presentation=shown, exprime_le=date(2020, 10, 23))


def candidature(connus: Connus) -> None:
    """They were presented to a SIAE, whose members spoke of it."""
    presented = CandidatureFactory(personne=connus.personne, message="message-plante")
    CommentaireFactory(candidature=presented, texte="commentaire-plante")


def competences(connus: Connus) -> None:
    """They were seen at work, took a paper away, were passed on to France Travail, and shared a link."""
    known = CompetenceFactory(personne=connus.personne, intitule="competence-plantee")
    PreuveFactory(competence=known, libelle="preuve-plantee")
    contrat = Contrat.objects.get(personne=connus.personne, debut=date(2020, 3, 18))
    AttestationFactory(contrat=contrat, signataire=connus.membre, delivree_le=date(2020, 9, 22))
    FicheLiaisonFactory(contrat=contrat, contenu={"projet": "projet-plante", "freins": None})
    ProfilFactory(consentement__personne=connus.personne, accroche="accroche-plantee")


def asp(connus: Connus) -> None:
    """The ASP numbers them, and a fiche speaks of them."""
    SalarieAsp.objects.create(personne=connus.personne, identifiant=PPH)
    contrat = Contrat.objects.get(personne=connus.personne, debut=date(2020, 3, 18))
    titre = TitreParcours.objects.get(personne=connus.personne)
    envoi = EnvoiFichesFactory(auteur=connus.compte)
    FicheSalarie.objects.create(titre=titre, siae=contrat.siae, envoi=envoi, ligne=1, libelle="fiche-plantee")


def convention(connus: Connus) -> None:
    """They signed a convention in the name of their organisation."""
    membre = connus.membre
    PartieFactory(organisation=membre.organisation, signee_le=date(2020, 11, 5), signataire=membre)


def immersion(connus: Connus) -> None:
    """They tried a trade, and a company was told of them without their name."""
    tried = ImmersionFactory(personne=connus.personne, tuteur_nom="tuteur-plante")
    SignatureFactory(immersion=tried, nom="signataire-plante")
    done = BilanFactory(immersion__personne=connus.personne, appreciation="appreciation-plantee")
    assert done.immersion.personne_id == connus.personne.pk
    PresentationFactory(personne=connus.personne, atouts="atouts-plantes")
    CandidatFactory(personne=connus.personne, propose_le=date(2020, 11, 3))
    ActionFactory(membre=connus.membre, resultat="mediation-plantee")
    ContactFactory()


PPH = "7771234"

PLANTS: dict[str, tuple[Callable[[Connus], Any], str]] = {
    "parcours.PartieConvention": (convention, "2020-11-05"),
    "parcours.PartieConventionEvent": (by_another, "2020-11-05"),
    "parcours.Diagnostic": (droit, "2020-03-16"),
    "parcours.DiagnosticEvent": (by_another, "2020-03-16"),
    "parcours.CritereRetenu": (by_another, "2020-02-21"),
    "parcours.Extension": (by_another, "2020-09-23"),
    "parcours.ExtensionEvent": (by_another, "2020-09-23"),
    "parcours.DemandeProlongation": (by_another, "bilan-plante"),
    "parcours.DemandeProlongationEvent": (by_another, "bilan-plante"),
    "parcours.AvisCta": (by_another, "avis-plante"),
    "parcours.AvisCtaEvent": (by_another, "avis-plante"),
    "parcours.TitreParcours": (by_another, "2020-03-17"),
    "parcours.TitreParcoursEvent": (by_another, "2020-03-17"),
    "parcours.Suspension": (by_another, "2020-06-21"),
    "parcours.SuspensionEvent": (by_another, "2020-06-21"),
    "parcours.Prolongation": (by_another, "2021-02-09"),
    "parcours.ProlongationEvent": (by_another, "2021-02-09"),
    "parcours.Contrat": (emploi, "2020-09-18"),
    "parcours.ContratEvent": (by_another, "2020-09-18"),
    "parcours.EtatMensuel": (by_another, "2020-04-01"),
    "parcours.EtatMensuelEvent": (by_another, "2020-04-01"),
    "parcours.MiseADisposition": (by_another, "utilisateur-plante"),
    "parcours.MiseADispositionEvent": (by_another, "utilisateur-plante"),
    "parcours.Sortie": (by_another, "2020-09-19"),
    "parcours.SortieEvent": (by_another, "2020-09-19"),
    "parcours.Enquete": (by_another, "2020-12-18"),
    "parcours.EnqueteEvent": (by_another, "2020-12-18"),
    "parcours.Situation": (lambda c: SituationFactory(personne=c.personne, source="source-plantee"), "source-plantee"),
    "parcours.SituationEvent": (by_another, "source-plantee"),
    "parcours.Consentement": (
        lambda c: ConsentementFactory(personne=c.personne, debut=date(2020, 10, 8), fin=date(2021, 1, 8)),
        "2020-10-08",
    ),
    "parcours.ConsentementEvent": (by_another, "2020-10-08"),
    "parcours.CasCta": (accords, "question-plantee"),
    "parcours.CasCtaEvent": (by_another, "question-plantee"),
    "parcours.DecisionCta": (by_another, "quoi-plante"),
    "parcours.DecisionCtaEvent": (by_another, "quoi-plante"),
    "parcours.PresentationSuite": (by_another, "projet-plante"),
    "parcours.PresentationSuiteEvent": (by_another, "projet-plante"),
    "parcours.InteretSuite": (by_another, "2020-10-23"),
    "parcours.InteretSuiteEvent": (by_another, "2020-10-23"),
    "parcours.Accompagnement": (accompagnement, "social-plante"),
    "parcours.ConstatFrein": (by_another, "frein-plante"),
    "parcours.ObjectifParcours": (by_another, "objectif-plante"),
    "parcours.ActionParcours": (by_another, "action-plantee"),
    "parcours.Entretien": (by_another, "note-plantee"),
    "parcours.DocumentParcours": (by_another, "document-plante"),
    "parcours.Evaluation": (by_another, "evaluation-plantee"),
    "parcours.Inscription": (by_another, "inscrit"),
    "parcours.InscriptionEvent": (by_another, "inscrit"),
    "parcours.Candidature": (candidature, "message-plante"),
    "parcours.CandidatureEvent": (by_another, "message-plante"),
    "parcours.CommentaireCandidature": (by_another, "commentaire-plante"),
    "parcours.SalarieAsp": (asp, PPH),
    "parcours.FicheSalarie": (by_another, "fiche-plantee"),
    "parcours.Competence": (competences, "competence-plantee"),
    "parcours.CompetenceEvent": (by_another, "competence-plantee"),
    "parcours.PreuveCompetence": (by_another, "preuve-plantee"),
    "parcours.AttestationCompetences": (by_another, "2020-09-22"),
    "parcours.FicheLiaison": (by_another, "projet-plante"),
    "parcours.ProfilPartage": (by_another, "accroche-plantee"),
    "parcours.EnvoiFiches": (by_another, "RIAE_FS"),
    "entreprises.Immersion": (immersion, "tuteur-plante"),
    "entreprises.ImmersionEvent": (by_another, "tuteur-plante"),
    "entreprises.Signature": (by_another, "signataire-plante"),
    "entreprises.SignatureEvent": (by_another, "signataire-plante"),
    "entreprises.BilanImmersion": (by_another, "appreciation-plantee"),
    "entreprises.BilanImmersionEvent": (by_another, "appreciation-plantee"),
    "entreprises.PresentationProfil": (by_another, "atouts-plantes"),
    "entreprises.PresentationProfilEvent": (by_another, "atouts-plantes"),
    "entreprises.CandidatPoec": (by_another, "2020-11-03"),
    "entreprises.CandidatPoecEvent": (by_another, "2020-11-03"),
    "entreprises.EmbaucheSuivie": (by_another, "2020-09-21"),
    "entreprises.EmbaucheSuivieEvent": (by_another, "2020-09-21"),
    "entreprises.ActionMediation": (by_another, "mediation-plantee"),
    "entreprises.ActionMediationEvent": (by_another, "mediation-plantee"),
    # The contact of a company is nobody whom the platform follows: it goes with the partnership.
    "entreprises.Contact": (by_another, ""),
    "entreprises.ContactEvent": (by_another, ""),
}
