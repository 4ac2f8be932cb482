"""Search among proposals: by the folding, synonyms and ranking of `commitments.search`.

`proposals.wording` says what a proposal is found by, `proposals.catalogue` keeps those that
are public in memory for one edition, `indexing` keeps the index right, and `likeness`
finds what is like a text.
"""

from proposals.search.likeness import Similar, similar

__all__ = ["Similar", "similar"]
