"""PostgreSQL for whoever has no server: a database backend that brings its own."""
