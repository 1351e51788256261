from django.apps import AppConfig

from maillage.domains.entreprises.permissions import Permission
from maillage.foundations.kernel.notification_kinds import TypeNotification
from maillage.foundations.kernel.ui.menu import Entry


class EntreprisesConfig(AppConfig):
    name = "maillage.domains.entreprises"
    label = "entreprises"
    verbose_name = "liens avec les entreprises"
    menu = (
        Entry(
            "Entreprises",
            order=29,
            children=(
                Entry("Immersions", "entreprises:immersions", permission=Permission.VIEW_IMMERSIONS),
                Entry("Immersions en chiffres", "entreprises:chiffres", permission=Permission.FIGURES),
                Entry("Formations avant embauche (POEC)", "entreprises:poec", permission=Permission.VIEW_POEC),
                Entry("Entreprises partenaires", "entreprises:partenariats", permission=Permission.MEDIATE),
                Entry("Annuaire des entreprises", "entreprises:annuaire", permission=Permission.MEDIATE),
                Entry("Profils présentés", "entreprises:profils_presentes", permission=Permission.PROPOSE),
                Entry("Profils reçus", "entreprises:profils", permission=Permission.RECEIVE),
                Entry("Marché du travail local", "entreprises:marche", permission=Permission.VIEW_MARCHE),
            ),
        ),
    )
    actes = {
        "entreprises.rediger": "convention d’immersion écrite",
        "entreprises.modifier": "convention d’immersion modifiée",
        "entreprises.signer": "signature d’une immersion",
        "entreprises.relancer": "relance des signataires d’une immersion",
        "entreprises.valider": "validation d’une immersion",
        "entreprises.refuser": "refus d’une immersion",
        "entreprises.annuler": "annulation d’une immersion",
        "entreprises.perimer": "convention d’immersion périmée",
        "entreprises.bilan": "bilan d’une immersion",
        "entreprises.reprendre": "immersion reprise d’un fichier",
        "entreprises.ouvrir_poec": "ouverture d’une session de POEC",
        "entreprises.modifier_poec": "modification d’une session de POEC",
        "entreprises.annuler_poec": "annulation d’une session de POEC",
        "entreprises.proposer_poec": "candidature à une POEC",
        "entreprises.retenir_poec": "candidat retenu à une POEC",
        "entreprises.ecarter_poec": "candidat non retenu à une POEC",
        "entreprises.desister_poec": "candidature à une POEC retirée",
        "entreprises.entrer_poec": "entrée en POEC",
        "entreprises.abandonner_poec": "abandon d’une POEC",
        "entreprises.achever_poec": "POEC achevée",
        "entreprises.embaucher_poec": "embauche après une POEC",
        "entreprises.conclure_poec": "POEC sans embauche",
        "entreprises.suivre": "début d’un partenariat avec une entreprise",
        "entreprises.convention": "convention de partenariat",
        "entreprises.contact": "contact d’une entreprise ajouté",
        "entreprises.retirer_contact": "contact d’une entreprise effacé",
        "entreprises.besoin": "besoin d’une entreprise noté",
        "entreprises.clore_besoin": "besoin d’une entreprise clos",
        "entreprises.action": "action auprès d’une entreprise",
        "entreprises.suite": "suite donnée auprès d’une entreprise",
        "entreprises.embauche": "embauche suivie",
        "entreprises.presenter": "profil présenté sans nom",
        "entreprises.interesser_profil": "intérêt d’une entreprise pour un profil",
        "entreprises.ecarter_profil": "profil sans suite",
        "entreprises.embaucher_profil": "embauche d’un profil présenté",
        "entreprises.retirer_profil": "profil retiré",
    }
    ecrans = {
        "entreprises:immersions": "liste des immersions, ou son export",
        "entreprises:immersion": "immersion",
        "entreprises:immersion_proposer": "proposition d’une immersion",
        "entreprises:immersion_modifier": "modification d’une convention d’immersion",
        "entreprises:immersion_decider": "décision sur une immersion",
        "entreprises:immersion_annuler": "annulation d’une immersion",
        "entreprises:immersion_relancer": "relance des signataires d’une immersion",
        "entreprises:immersion_bilan": "bilan d’une immersion",
        "entreprises:immersion_signer": "signature d’une immersion sur place",
        "entreprises:immersion_pdf": "convention d’immersion (PDF)",
        "entreprises:session": "candidats de sa SIAE à une POEC",
        "entreprises:poec_proposer": "proposition d’une POEC",
        "entreprises:entreprise": "immersions dans une entreprise",
        "entreprises:embauche": "sorties vers l’emploi, pour suivre une embauche",
        "entreprises:profil_presenter": "présentation d’un profil",
        "entreprises:profils_presentes": "liste des profils présentés, ou son export",
    }
    attentes = (
        "maillage.domains.entreprises.queries.attentes.list_attentes",
        "maillage.domains.entreprises.queries.attentes_entreprises.list_attentes",
    )
    volets_personne = (
        "maillage.domains.entreprises.queries.volets.immersions",
        "maillage.domains.entreprises.queries.volets.poec",
        "maillage.domains.entreprises.queries.volets.profils",
    )
    invariants = ("maillage.domains.entreprises.queries.invariants.INVARIANTS",)
    notifications = (
        TypeNotification(
            "entreprises.immersion", "Une immersion que vous suivez avance", "immediat", Permission.PRESCRIBE
        ),
        TypeNotification("entreprises.poec", "Une session de POEC avance", "quotidien", Permission.VIEW_POEC),
        TypeNotification("entreprises.profil", "Un profil sans nom est présenté, ou a une réponse", "quotidien"),
    )

    def ready(self) -> None:
        """Withdraw what a person no longer agrees to show."""
        from maillage.domains.entreprises.services.profils import withdraw_profiles
        from maillage.domains.parcours.services.evenements_consentements import ConsentementRetire
        from maillage.foundations.kernel.events import subscribe

        subscribe(ConsentementRetire, withdraw_profiles)
