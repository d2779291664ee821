"""Papers: documents that outlive a chat, as Markdown and as accessible PDF."""
