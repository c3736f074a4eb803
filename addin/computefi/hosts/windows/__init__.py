"""Excel on Windows: files with macros, settings, installation, and the doctor that looks at them."""
