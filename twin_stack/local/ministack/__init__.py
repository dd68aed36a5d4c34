"""Everything that touches ministack, which is pinned: most of what is touched is private by name.

``tests/local/ministack/test_ministack_contract.py`` names every private piece with the form it is used in.
Nothing of ministack is patched on the disk. Each module holds one idea:

- ``settings``: the environment that ministack reads when it is imported.
- ``adapter``: imports ministack once, puts the other modules in place, and serves requests.
- ``cloudformation``: handlers for resource types, and the state of stacks.
- ``stack_polling``: the CDK CLI is answered when a stack has settled.
- ``change_set_values``: descriptions of change sets warn that they have no values of properties.
- ``content_types``: the protocols of services, without their whole models.
- ``saved_state``: snapshots of all services, written to a folder.
- ``lambda_functions``: invocations, and the environment of a function's process.
- ``dynamodb_streams`` and ``stream_mappings``: functions that follow a DynamoDB stream.
- ``dynamodb_expressions`` and ``key_conditions``: expressions are parsed once, not once a row.
- ``topic_rules`` and ``sitewise_rule_action``: topic rules that write to SiteWise, and the function
  ``floor``.
- ``metric_alarms``: alarms on expressions, which are kept and never raised.
"""
