"""The database of the web application: tables, connections and migrations."""
