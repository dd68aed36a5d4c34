"""Makes machine.glb; stays at home."""
