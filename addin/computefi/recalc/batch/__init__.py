"""Many workbooks, in processes of their own."""
