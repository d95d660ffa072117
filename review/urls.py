from django.urls import include, path

urlpatterns = [
    path("api/v1/", include("review.api.urls")),
    path("accounts/", include("allauth.urls")),
    path("", include("review.web.urls")),
]
