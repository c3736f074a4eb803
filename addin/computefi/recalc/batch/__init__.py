"""Many workbooks, in processes of their own.

deals/a.xlsx, deals/b.xlsx into out   →   out/a.xlsx, out/b.xlsx, and an Answer on each: done, failed, timeout, died
"""
