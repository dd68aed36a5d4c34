"""A language server for definition files: ``twin lsp``."""
