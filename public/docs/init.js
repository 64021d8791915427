// Shows /openapi.json in Swagger UI. Of a file of its own: the page's policy allows no script within it.
SwaggerUIBundle({
  url: '/openapi.json',
  dom_id: '#ui',
  deepLinking: true,
  docExpansion: 'list',
  defaultModelsExpandDepth: 0,
  displayRequestDuration: true,
  // Else it would send the address of this page to another host.
  validatorUrl: null,
})
