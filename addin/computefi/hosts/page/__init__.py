"""The functions and the comparison of deals as a static page: Python in the browser, no server."""
