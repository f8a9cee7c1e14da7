"""The pages: views, static files, languages."""
