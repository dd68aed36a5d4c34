"""Everything that an upgrade of ministack can break."""
