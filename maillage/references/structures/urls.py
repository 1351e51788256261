from django.urls.resolvers import URLPattern

app_name = "structures"
urlpatterns: list[URLPattern] = []
