"""Makes machine.glb; as a script, it is not uploaded."""
