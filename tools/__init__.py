"""For those who carry the work on: what regenerates, checks and scaffolds."""

from computefi import REGISTRY
from tools import index

# What the modules declare now, whatever is committed.
REGISTRY.expect({name: f"computefi.models.{model}" for name, model in index.modules().items()})
