"""The custom resource that makes the entities of a workspace those of a definition, at any number."""
