"""A person in insertion, and the relations that open their file."""

from __future__ import annotations

import pghistory
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.contrib.postgres.functions import RandomUUID
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models import F, Func, Q, Value
from django.db.models.functions import Concat

from maillage.foundations.kernel.encryption import EncryptedTextField
from maillage.foundations.kernel.personal import Champ, Personnel, Sort
from maillage.references.accounts.models import Membre, Organisation
from maillage.references.personnes.enums import Sexe, TypeRelation

BASE = "mission d’intérêt public (RGPD, art. 6, 1, e ; code du travail, art. L. 5132-1 et suivants)"
LECTEURS = (
    "les organisations qui suivent la personne, et {personnes.delai_apres_relation_jours} après la fin de leur "
    "relation (le référent RSA, tant qu’il l’est)\u202f; l’État du département où elle vit, tant qu’elle est "
    "suivie\u202f; le délégué à la protection des données de chaque organisation qui la suit ou l’a suivie\u202f; un "
    "exploitant, pour un motif écrit et {personnes.ouverture_heures} au plus"
)
BASE_NIR = (
    "loi n° 78-17 du 6 janvier 1978, art. 30, et décret n° 2019-341 du 19 avril 2019 "
    "(à confirmer par les responsables du traitement)"
)


# The history says that a line changed and when, never what the names were: it outlives them.
# It is written once per statement: the tables of the ASP bring persons by thousands.
@pghistory.track(
    fields=["id", "public_id", "sexe", "commune", "departement", "anonymisee_le"],
    model_name="PersonneEvent",
    level=pghistory.Statement,
)
class Personne(models.Model):
    """A person in insertion. Their names are in clear so that their référent finds them; the NIR never is.

    Invariants: a NIR belongs to one person (its fingerprint is unique) ; an anonymised person keeps neither name, NIR,
    contact nor day of birth ; a file merged into another (`fusionnee_dans`) is anonymised, its address leads there. The
    commune is kept by its code, which outlives the vintages of the COG.
    """

    public_id = models.UUIDField("identifiant public", db_default=RandomUUID(), unique=True, editable=False)

    # Identity
    nom = models.CharField("nom", max_length=80, blank=True)
    prenom = models.CharField("prénom", max_length=80, blank=True)
    nom_recherche = models.GeneratedField(
        verbose_name="nom de recherche",
        expression=Func(Concat("nom", Value(" "), "prenom"), function="f_recherche"),
        output_field=models.TextField(),
        db_persist=True,
    )
    sexe = models.CharField("sexe", max_length=1, choices=Sexe, blank=True)
    date_naissance = models.DateField("date de naissance", null=True, blank=True)
    nir = EncryptedTextField("numéro de sécurité sociale (NIR)", null=True, blank=True)
    nir_empreinte = models.CharField("empreinte du NIR", max_length=64, null=True, blank=True, unique=True)

    # Contact
    email = models.EmailField("adresse électronique", blank=True)
    telephone = models.CharField("téléphone", max_length=20, blank=True)
    adresse = models.CharField("adresse", max_length=300, blank=True)
    commune = models.CharField("code de la commune", max_length=5, blank=True)
    departement = models.CharField("département", max_length=3, blank=True)

    # Life of the file
    creee_le = models.DateTimeField("créée le", auto_now_add=True)
    opposition_le = models.DateTimeField("opposition le", null=True, blank=True)
    avis_le = models.DateTimeField("effacement annoncé le", null=True, blank=True)
    anonymisee_le = models.DateTimeField("anonymisée le", null=True, blank=True)
    fusionnee_dans = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="absorbees", verbose_name="fusionnée dans"
    )

    personnel = Personnel(
        qui="soi",
        finalite="suivre le parcours d’insertion d’une personne",
        base=BASE,
        conservation="personnes.conservation_mois",
        lecteurs=LECTEURS,
        champs={
            "nom": Champ("identité"),
            "nom_recherche": Champ("identité", Sort.GARDE),  # follows the names by itself
            "prenom": Champ("identité"),
            "sexe": Champ("identité", Sort.GARDE),
            "date_naissance": Champ("identité", Sort.MOIS),
            "nir": Champ("identifiant national", base=BASE_NIR),
            "nir_empreinte": Champ("identifiant national", base=BASE_NIR),
            "email": Champ("contact"),
            "telephone": Champ("contact"),
            "adresse": Champ("contact"),
            "commune": Champ("lieu de vie", Sort.GARDE),
            "departement": Champ("lieu de vie", Sort.GARDE),
            "creee_le": Champ("vie du dossier", Sort.MOIS),
            "opposition_le": Champ("vie du dossier", Sort.GARDE),
            "avis_le": Champ("vie du dossier", Sort.GARDE),
            "anonymisee_le": Champ("vie du dossier", Sort.GARDE),
        },
    )

    class Meta:
        verbose_name = "personne"
        verbose_name_plural = "personnes"
        constraints = [
            models.CheckConstraint(
                condition=Q(nir__isnull=True, nir_empreinte__isnull=True)
                | Q(nir__isnull=False, nir_empreinte__isnull=False),
                name="personne_nir_et_empreinte",
                violation_error_message="Le NIR et son empreinte vont ensemble.",
            ),
            models.CheckConstraint(
                condition=Q(anonymisee_le__isnull=True)
                | Q(nom="", prenom="", nir__isnull=True, email="", telephone="", adresse=""),
                name="personne_anonymisee_sans_nom",
                violation_error_message="Une personne anonymisée ne garde ni nom, ni NIR, ni contact.",
            ),
            models.CheckConstraint(
                condition=Q(anonymisee_le__isnull=False) | (~Q(nom="") & ~Q(prenom="")),
                name="personne_a_un_nom",
                violation_error_message="Une personne a un nom et un prénom.",
            ),
            models.CheckConstraint(
                condition=Q(fusionnee_dans__isnull=True)
                | (Q(anonymisee_le__isnull=False) & ~Q(fusionnee_dans=F("pk"))),
                name="personne_fusionnee_sans_nom",
                violation_error_message="Un dossier fusionné dans un autre ne garde rien de la personne.",
            ),
            models.CheckConstraint(
                condition=Q(sexe__in=["F", "H", ""]),
                name="personne_sexe",
                violation_error_message="Cette valeur n’existe pas.",
            ),
            models.CheckConstraint(
                condition=Q(commune="") | Q(commune__regex=r"^[0-9AB]{5}$"),
                name="personne_commune_format",
                violation_error_message="Un code de commune compte cinq caractères.",
            ),
        ]
        indexes = [
            GinIndex(OpClass(F("nom_recherche"), name="gin_trgm_ops"), name="personne_recherche"),
            models.Index(fields=["departement"], name="personne_departement"),
            models.Index(fields=["date_naissance"], name="personne_naissance"),
        ]

    def __str__(self) -> str:
        return f"{self.prenom} {self.nom}".strip() or "personne anonymisée"


@pghistory.track(level=pghistory.Statement)
class Relation(models.Model):
    """An organisation follows a person during `[debut, fin)`; it opens the file to that organisation while it lasts.

    `referent` is the member in charge; a référent RSA sees only the persons of whom they are the référent. Invariant:
    one relation of a kind at a time between an organisation and a person.
    """

    public_id = models.UUIDField("identifiant public", db_default=RandomUUID(), unique=True, editable=False)
    personne = models.ForeignKey(Personne, models.PROTECT, related_name="relations", verbose_name="personne")
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, related_name="relations", verbose_name="organisation"
    )
    type = models.CharField("type de relation", max_length=20, choices=TypeRelation)
    referent = models.ForeignKey(
        Membre, models.PROTECT, null=True, blank=True, related_name="relations", verbose_name="référent"
    )
    debut = models.DateField("depuis le")
    fin = models.DateField("avant le", null=True, blank=True)

    personnel = Personnel(
        qui="personne",
        aussi={"referent__user": ("type", "debut", "fin")},
        finalite="savoir qui suit une personne, et donc qui peut voir son dossier",
        base=BASE,
        conservation="personnes.conservation_mois",
        lecteurs=LECTEURS,
        champs={
            "type": Champ("parcours", Sort.GARDE),
            "debut": Champ("parcours", Sort.MOIS),
            "fin": Champ("parcours", Sort.MOIS),
        },
    )

    class Meta:
        verbose_name = "relation"
        verbose_name_plural = "relations"
        constraints = [
            models.CheckConstraint(
                condition=Q(fin__isnull=True) | Q(fin__gte=F("debut")),
                name="relation_periode",
                violation_error_message="La fin suit le début.",
            ),
            models.CheckConstraint(
                condition=Q(type__in=TypeRelation.values),
                name="relation_type",
                violation_error_message="Ce type de relation n’existe pas.",
            ),
            ExclusionConstraint(
                name="relation_une_fois_a_la_fois",
                expressions=[
                    ("personne", RangeOperators.EQUAL),
                    ("organisation", RangeOperators.EQUAL),
                    ("type", RangeOperators.EQUAL),
                    (
                        Func(F("debut"), F("fin"), function="daterange", output_field=DateRangeField()),
                        RangeOperators.OVERLAPS,
                    ),
                ],
                violation_error_message="Cette organisation suit déjà la personne à ce titre.",
            ),
        ]
        indexes = [models.Index(fields=["organisation", "fin"], name="relation_organisation")]

    def __str__(self) -> str:
        return f"{self.get_type_display()} · {self.organisation}"
