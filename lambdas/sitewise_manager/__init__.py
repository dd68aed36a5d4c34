"""Custom resources for assets and asset models of AWS IoT SiteWise: what exists is adopted."""
