"""Wire fields, authentication, errors, proxies, OpenAPI, health, pages."""
