"""What the API answers about analyses. Pandas and others make these modules slow to import.

The modules with the routes import them when a request needs them, so that the start page need not
wait for them.
"""
