"""Excel on a Mac, on the web and on Windows through xlwings Lite, which runs Python inside Excel itself."""
