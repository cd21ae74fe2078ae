"""A plugin of pytest (see pyproject.toml): each of its processes starts over a second of CPU time sooner.

nbval imports nbformat, which imports jsonschema, which imports rfc3987_syntax where there is one; and that
compiles 39 grammars while it is imported, only to check the formats `iri` and `iri-reference`. No schema of a
notebook has those, so rfc3987_syntax counts as not installed. (In conftest.py it would be too late: that is
read after nbval.)
"""

import sys

sys.modules["rfc3987_syntax"] = None  # an import of it now raises ModuleNotFoundError
