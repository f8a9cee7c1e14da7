"""The web application, `ecgfuse serve`: recordings in a browser, and the same by a REST API."""
