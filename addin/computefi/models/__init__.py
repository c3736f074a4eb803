"""The credit ideas, one file each; every public function is a sheet function.

These modules do without `from __future__ import annotations`: the declarations read the annotations, and evaluating
them from strings took half of the package's import time.
"""
