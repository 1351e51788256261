from django.urls.resolvers import URLPattern

app_name = "territoires"
urlpatterns: list[URLPattern] = []
