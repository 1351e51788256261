"""Accessible PDF: a Typst template of a room, its data, one PDF/UA-1 file.

    to_pdf(Path(__file__).parents[1] / "documents/diagnostic.typ", {"carte": drawing, "tableau": sheet}, on=day)

A template stands beside its room and takes the building blocks of the house from `document.typ`:

    #import "/foundations/kernel/documents/document.typ": *
    #let data = inputs()
    #show: report.with(title: data.titre, subtitle: data.sous_titre, author: data.auteur, day: data.jour)
    = Où est l’offre
    #drawing(data.carte)
    #sheet(data.tableau)

Data are values, never markup: whatever a text holds comes out literally. Besides what JSON knows, they may hold a
drawing (`MapDrawing`, `BarChart`), a `Sheet`, a `Parametre`, a Decimal or a date: each arrives ready to be shown.
"""

from maillage.foundations.kernel.documents.pdf import to_pdf, to_png

__all__ = ["to_pdf", "to_png"]
