/* Draws the description of the API. The key typed into "Authorize" stays in this page and is gone when it closes. */
const place = document.getElementById("docs");
SwaggerUIBundle({
  url: place.dataset.schema,
  domNode: place,
  deepLinking: true,
  persistAuthorization: false,
  validatorUrl: null,
  defaultModelsExpandDepth: 0,
  requestInterceptor: (request) => {
    const key = request.headers.Authorization;
    if (key && !key.startsWith("Token ")) request.headers.Authorization = `Token ${key}`;
    request.credentials = "omit";
    return request;
  },
});
