app_name = "offre"
urlpatterns: list[object] = []
