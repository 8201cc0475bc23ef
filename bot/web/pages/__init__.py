"""One module per page; each handler takes a `Visit` and answers with a response."""
