/* global SwaggerUIBundle */
SwaggerUIBundle({
  url: "openapi.json",
  dom_id: "#swagger-ui",
  deepLinking: true,
  displayRequestDuration: true,
  // The answers may hold rows; nothing goes to a validator elsewhere.
  validatorUrl: null,
});
