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
                Entry("Postes des SIAE", "parcours:postes", permission=Permission.SEARCH),
                Entry("Nos postes", "parcours:mes_postes", permission=Permission.PUBLISH),
                Entry("Candidatures reçues", "parcours:candidatures", permission=Permission.PUBLISH),
                Entry("Orientations", "parcours:orientations", permission=Permission.ORIENTATIONS),
                Entry("Sans solution", "parcours:sans_solution", permission=Permission.ORIENTATIONS),
                Entry("Sans solution, en chiffres", "parcours:sans_solution_chiffres", permission=Permission.FIGURES),
                Entry("Chaînes de prescription", "parcours:chaines", permission=Permission.SEARCH),
                Entry("Fiches salarié", "parcours:fiches", permission=Permission.HIRE),
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
        "parcours.poste_publier": "publication d’un poste",
        "parcours.poste_modifier": "modification d’un poste",
        "parcours.poste_confirmer": "poste confirmé ouvert",
        "parcours.poste_fermer": "fermeture d’un poste",
        "parcours.poste_rouvrir": "réouverture d’un poste",
        "parcours.poste_perimer": "fermeture d’un poste, faute de confirmation",
        "parcours.presenter": "candidature présentée à une SIAE",
        "parcours.candidature_examiner": "candidature mise à l’étude",
        "parcours.candidature_accepter": "candidature acceptée",
        "parcours.candidature_reporter": "candidature mise en attente",
        "parcours.candidature_garder": "candidature mise au vivier",
        "parcours.candidature_refuser": "candidature refusée",
        "parcours.candidature_reprendre": "candidature reprise",
        "parcours.candidature_annuler": "embauche annulée",
        "parcours.candidature_transferer": "candidature transférée à une autre SIAE de la même équipe",
        "parcours.candidature_transmettre": "candidature transmise à une autre SIAE",
        "parcours.candidature_retirer": "candidature retirée",
        "parcours.candidature_perimer": "candidature refusée, faute de réponse",
        "parcours.candidature_devenir_sans_objet": "candidature devenue sans objet",
        "parcours.chaine_fixer": "chaîne de prescription fixée",
        "parcours.fiches_envoyer": "préparation d’un envoi de fiches salarié",
        "parcours.fiches_reponse": "lecture d’une réponse de l’ASP",
        "parcours.consentir": "accord recueilli",
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
        "parcours:postes_personne": "recherche d’un poste pour la personne",
        "parcours:poste_orienter": "liste des personnes à orienter vers un poste",
        "parcours:orienter": "candidature à présenter",
        "parcours:candidatures": "liste des candidatures reçues, ou son export",
        "parcours:orientations": "liste des orientations, ou son export",
        "parcours:candidature": "candidature",
        "parcours:candidature_acte": "acte sur une candidature",
        "parcours:candidature_accepter": "acceptation d’une candidature",
        "parcours:candidature_refuser": "refus d’une candidature",
        "parcours:candidature_transferer": "transfert d’une candidature",
        "parcours:candidature_transmettre": "transmission d’une candidature",
        "parcours:candidature_commenter": "commentaire d’une candidature",
        "parcours:candidature_retirer": "retrait d’une candidature",
        "parcours:sans_solution": "liste des personnes sans solution, ou son export",
        "parcours:fiches": "fiches salarié, ou leur export",
        "parcours:fiches_fichier": "envoi de fiches salarié, avec les numéros de sécurité sociale",
    }
    attentes = (
        "maillage.domains.parcours.queries.attentes_titres.list_attentes",
        "maillage.domains.parcours.queries.attentes_contrats.list_attentes",
        "maillage.domains.parcours.queries.attentes_orientation.list_attentes",
    )
    volets_personne = (
        "maillage.domains.parcours.queries.volet_titre.titre",
        "maillage.domains.parcours.queries.volets_contrats.contrats",
        "maillage.domains.parcours.queries.volets_orientation.candidatures",
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
        TypeNotification(
            "parcours.candidature", "Une candidature arrive à votre SIAE", "quotidien", Permission.PUBLISH
        ),
        TypeNotification(
            "parcours.reponse",
            "Une SIAE répond à une candidature que vous avez présentée",
            "quotidien",
            Permission.ORIENT,
        ),
    )
    fusions = (
        "maillage.domains.parcours.services.fusion.join_situations",
        "maillage.domains.parcours.services.fusion.join_candidatures",
    )
