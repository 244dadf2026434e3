"""HTTP routes, one small module a resource."""
