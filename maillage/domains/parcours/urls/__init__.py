"""The addresses of the room, one file per subject."""

app_name = "parcours"
urlpatterns: list[object] = []
