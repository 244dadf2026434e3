"""One module a format; `registry` names them all, `catalogue` describes the lists themselves."""
