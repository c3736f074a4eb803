"""Excel anywhere through Office.js, served by the bank."""
