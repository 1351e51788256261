from django.apps import AppConfig

from maillage.domains.parcours.permissions import Permission
from maillage.foundations.kernel.notification_kinds import TypeNotification
from maillage.foundations.kernel.ui.menu import Entry


class ParcoursConfig(AppConfig):
    name = "maillage.domains.parcours"
    label = "parcours"
    verbose_name = "parcours d’insertion"
    invariants = ("maillage.domains.parcours.queries.invariants.INVARIANTS",)
    menu = (
        Entry(
            "Parcours",
            order=28,
            children=(
                Entry("PASS et agréments", "parcours:titres", permission=Permission.VIEW),
                Entry("Demandes de prolongation", "parcours:demandes", permission=Permission.VIEW),
                Entry("PASS qui finissent", "parcours:titres_chiffres", permission=Permission.FIGURES),
                Entry("Contrats", "parcours:contrats", permission=Permission.HIRE),
                Entry("Contrats sans suite", "parcours:contrats_sans_suite", permission=Permission.HIRE),
                Entry("Heures et ETP", "parcours:heures", permission=Permission.HIRE),
                Entry("Sorties", "parcours:sorties", permission=Permission.VIEW),
                Entry("Nouvelles après la sortie", "parcours:enquetes", permission=Permission.FOLLOW_UP),
                Entry("Sorties en chiffres", "parcours:sorties_chiffres", permission=Permission.FIGURES),
                Entry("Sorties des allocataires du RSA", "parcours:sorties_rsa", permission=Permission.FIGURES),
                Entry("Ce que deviennent les sortants", "parcours:sorties_suivi", permission=Permission.FIGURES),
                Entry("Durée des parcours", "parcours:sorties_durees", permission=Permission.FIGURES),
            ),
        ),
    )
    actes = {
        "parcours.titre_ouvrir": "ouverture d’un titre de parcours",
        "parcours.titre_suspendre": "suspension du titre de parcours",
        "parcours.suspension_lever": "levée d’une suspension",
        "parcours.titre_prolonger": "prolongation du titre de parcours",
        "parcours.agrement_etendre": "extension d’un agrément",
        "parcours.titre_annuler": "annulation d’un titre de parcours",
        "parcours.avis_cta": "avis d’un comité technique d’animation",
        "parcours.situation": "mise à jour de la situation",
        "parcours.diagnostiquer": "diagnostic d’éligibilité",
        "parcours.demander_prolongation": "demande de prolongation",
        "parcours.prolongation_accorder": "prolongation accordée",
        "parcours.prolongation_refuser": "prolongation refusée",
        "parcours.prolongation_retirer": "demande de prolongation retirée",
        "parcours.embaucher": "embauche",
        "parcours.renouveler": "renouvellement d’un contrat",
        "parcours.avenant": "avenant à un contrat",
        "parcours.sortir": "sortie d’une SIAE",
        "parcours.corriger_sortie": "correction du motif d’une sortie",
        "parcours.retirer_contrat": "retrait d’un contrat",
        "parcours.heures": "saisie des heures d’un mois",
        "parcours.nouvelles": "nouvelles données après une sortie",
        "parcours.nouvelles_refuser": "refus de donner des nouvelles",
    }
    ecrans = {
        "parcours:titres": "liste des titres de parcours, ou son export",
        "parcours:demandes": "liste des demandes de prolongation, ou son export",
        "parcours:demande": "demande de prolongation",
        "parcours:demande_accorder": "accord d’une prolongation",
        "parcours:demande_refuser": "refus d’une prolongation",
        "parcours:demande_retirer": "retrait d’une demande de prolongation",
        "parcours:eligibilite": "situation et éligibilité",
        "parcours:titre": "titre de parcours",
        "parcours:titre_attestation": "attestation d’un titre de parcours",
        "parcours:titre_suspendre": "suspension d’un titre",
        "parcours:suspension_lever": "levée d’une suspension",
        "parcours:titre_prolonger": "motifs de prolongation d’un titre",
        "parcours:titre_prolonger_pour": "prolongation d’un titre",
        "parcours:agrement_etendre": "extension d’un agrément",
        "parcours:titre_annuler": "annulation d’un titre",
        "parcours:avis_cta": "avis d’un CTA",
        "parcours:contrats": "liste des contrats, ou son export",
        "parcours:contrats_sans_suite": "liste des contrats sans suite, ou son export",
        "parcours:heures_mois": "heures d’un mois",
        "parcours:embaucher": "embauche",
        "parcours:contrat": "contrat",
        "parcours:contrat_renouveler": "renouvellement d’un contrat",
        "parcours:contrat_modifier": "avenant à un contrat",
        "parcours:contrat_terminer": "fin d’un contrat",
        "parcours:contrat_retirer": "retrait d’un contrat",
        "parcours:sorties": "liste des sorties, ou son export",
        "parcours:enquetes": "liste des nouvelles à prendre, ou son export",
        "parcours:enquete_saisir": "nouvelles d’une personne sortie",
    }
    attentes = (
        "maillage.domains.parcours.queries.attentes_titres.list_attentes",
        "maillage.domains.parcours.queries.attentes_contrats.list_attentes",
        "maillage.domains.parcours.queries.volet_sorties.list_attentes",
    )
    volets_personne = (
        "maillage.domains.parcours.queries.volet_titre.titre",
        "maillage.domains.parcours.queries.volets_contrats.contrats",
        "maillage.domains.parcours.queries.volet_sorties.sorties",
    )
    notifications = (
        TypeNotification(
            "parcours.prolongation_demandee",
            "Une SIAE demande une prolongation à votre organisation",
            "immediat",
            Permission.GRANT,
        ),
        TypeNotification(
            "parcours.prolongation_repondue",
            "Un prescripteur a répondu à une demande de prolongation",
            "immediat",
            Permission.HIRE,
        ),
    )
