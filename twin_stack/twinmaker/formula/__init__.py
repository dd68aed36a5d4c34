"""The formula language of IoT SiteWise: one grammar and one syntax tree.

Source: IoT SiteWise user guide, "Use formula expressions" with its pages on literals, operators, constants
and functions. What the guide leaves open is marked [U]. Formatted strings (``f'...'``) are not supported.
"""
