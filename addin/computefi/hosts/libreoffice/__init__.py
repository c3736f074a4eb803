"""LibreOffice Calc: the extension and the component inside it."""
