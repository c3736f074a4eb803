"""What an engine is known to get wrong, found in a workbook before anybody relies on it."""
