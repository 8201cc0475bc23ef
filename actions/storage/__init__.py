"""Memory: the SQL database and the files of `data/`."""
