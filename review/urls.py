from django.urls import include, path

urlpatterns = [
    path("api/v1/", include("review.api.urls")),
    path("accounts/", include("allauth.urls")),
    path("", include("review.web.urls")),
]
handler404 = "review.web.answers.not_found"
handler500 = "review.web.answers.server_error"
