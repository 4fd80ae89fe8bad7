"""Knowledge graph: load, check, reason over and query the Turtle files of the repository.

Nothing that imports the store is imported here, for a query worker must leave the network before it does.
"""

from kg.errors import ServandaError
from kg.settings import Settings

__all__ = ["ServandaError", "Settings", "__version__"]

__version__ = "0.2.0"
