"""The launch checklist as a document: one model, rendered as Markdown, HTML and JSON, in Korean and English."""
