"""Letters, notices, certificates and receipts: what they say, and how they become PDF.

Knows the records of the domain and typst. Knows no Flask and no engine: a handler that decides asks for a letter, a page that
shows one asks for its content. Texts are in `words.toml`, in both languages; the PDF is Chinese, which is what counts.
"""
