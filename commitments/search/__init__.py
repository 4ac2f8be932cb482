"""Search: how words are folded, what is indexed, what a query is read as.

modelsearch keeps the index and finds words in it (SQLite FTS5 or PostgreSQL).
Neither engine stems two languages, and each ranks in its own way, so both are
done here, once, and hold alike on either: `folding` makes one token of every form
of a word, `wording` says which tokens a commitment is found by and how much
each weighs, `reading` reads a query (and puts misspellings right), and
`finding` asks the index and ranks what it finds.
"""
