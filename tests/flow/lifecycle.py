"""What each kind of change does to data and ids: the table of ``docs/lifecycle.md``, with its tests.

    python -m tests.flow.lifecycle

writes the page.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parents[2]
PAGE: Final = ROOT / "docs" / "lifecycle.md"


@dataclass(frozen=True, slots=True)
class Change:
    """A kind of change.

    Attributes:
        change: What is changed.
        ids: What happens to ids, names and aliases.
        data: What happens to history and files.
        action: What has to be done, beside the deployment.
        tests: The tests that deploy it, by file and name.
    """

    change: str
    ids: str
    data: str
    action: str
    tests: tuple[str, ...]


NOTHING: Final = "nothing"
SITEWISE: Final = "tests/flow/test_sitewise_lifecycle.py::"
RENAMES: Final = "tests/flow/test_renames.py::test_history_alarms_rules_and_scenes_stay_when_every_id_changes"
ATTACH: Final = "tests/flow/test_attach.py::"
UPLOADS: Final = "tests/flow/test_uploads.py::"
NAMES: Final = "tests/flow/test_data_names.py::"
IDENTITY: Final = "tests/flow/test_identity.py::"
ENGINES: Final = "tests/flow/test_engines.py::"
CHAIN: Final = "tests/flow/test_chain.py::"
SECOND: Final = "tests/flow/test_second_deployment.py::"

CHANGES: Final = (
    Change(
        "The first deployment fails, is corrected and runs again",
        "as if it had not failed",
        "table, logs, models, assets and scene files of the failed deployment are removed; they held no data",
        NOTHING,
        (
            f"{SECOND}test_corrected_deployment_succeeds_after_a_first_one_that_failed",
            f"{SITEWISE}test_assets_survive_a_failed_first_deployment_a_removal_and_a_move",
            f"{UPLOADS}test_failed_first_deployment_leaves_no_file",
        ),
    ),
    Change(
        "An update fails, is corrected and runs again",
        "models and assets keep their ids",
        "history stays; scenes and files are those from before the update",
        NOTHING,
        (
            f"{SITEWISE}test_assets_survive_a_failed_first_deployment_a_removal_and_a_move",
            f"{UPLOADS}test_files_are_those_of_the_last_deployment_that_succeeded",
        ),
    ),
    Change(
        "An entity is removed, and the removal is reverted",
        "the entity is created again with its id; its asset is taken over",
        "the asset is retained with its history; rows of the table stay",
        NOTHING,
        (
            f"{SITEWISE}test_assets_survive_a_failed_first_deployment_a_removal_and_a_move",
            f"{IDENTITY}test_moved_construct_changes_nothing_and_reverted_change_of_entities_loses_nothing",
        ),
    ),
    Change(
        "An entity moves to another parent, and back",
        "entity and asset keep their ids",
        "history stays",
        NOTHING,
        (
            f"{SITEWISE}test_assets_survive_a_failed_first_deployment_a_removal_and_a_move",
            f"{IDENTITY}test_moved_construct_changes_nothing_and_reverted_change_of_entities_loses_nothing",
        ),
    ),
    Change(
        "The construct gets another id, or moves deeper in the tree of its stack",
        "all resources keep their logical and physical ids",
        "history stays; no entity is changed",
        NOTHING,
        (f"{IDENTITY}test_moved_construct_changes_nothing_and_reverted_change_of_entities_loses_nothing",),
    ),
    Change(
        "An entity, component, component type or property of a managed SiteWise type is renamed",
        "the asset and the model keep their ids; names and aliases become the new ones",
        "history stays",
        "an entry in `renames`, until every stage has it",
        (f"{SITEWISE}test_what_is_renamed_keeps_its_asset_and_its_history",),
    ),
    Change(
        "An entity, component type or property is renamed whose values are in the table",
        "the entity or type is created under its new id, and the former one is deleted",
        "rows under the former id are read with those under the new one; alarms keep their state",
        "an entry in `renames`, as long as rows under the former id are to be read",
        (RENAMES,),
    ),
    Change(
        "An entity, component or property that a scene binds is renamed",
        "files of scenes are written after the new one exists, and the former one is deleted after that",
        "no binding is without a target",
        "an entry in `renames`",
        ("tests/constructs/test_renames.py::test_scene_files_are_written_after_what_they_bind_was_created",),
    ),
    Change(
        "A connector, ingest or scene is renamed",
        "the former topic rule and scene stay beside the new ones while the entry is there",
        "devices with the former rule in their firmware go on working, links to the former scene work",
        "an entry in `renames`, as long as the former name is in use",
        (RENAMES,),
    ),
    Change(
        "A property of a managed SiteWise type is renamed without an entry, removed, or changes its data "
        "type, kind or window",
        "none changes",
        "the deployment fails before anything changes, and names property and assets with values",
        "an entry in `renames`; a new property beside the former one; or both keys of Removal",
        (f"{SITEWISE}test_change_that_would_delete_history_is_refused_before_anything_changes",),
    ),
    Change(
        "A file of a scene is renamed, and the renaming is reverted",
        "the scene keeps its id",
        "the former file goes when the update is complete, and comes back",
        NOTHING,
        (f"{UPLOADS}test_files_are_those_of_the_last_deployment_that_succeeded",),
    ),
    Change(
        "A file of a scene has the name of an object that a user put into the bucket",
        "the scene keeps its id",
        "the file takes the object's place, and the object comes back when the file leaves the definition; "
        "in a bucket without versions the deployment fails and changes nothing",
        "turn on the versions of the bucket",
        (
            f"{UPLOADS}test_object_of_a_user_is_neither_lost_nor_deleted",
            f"{UPLOADS}test_object_of_a_user_stops_the_deployment_when_it_could_not_be_restored",
        ),
    ),
    Change(
        "The topic of alarms refuses messages, as after it is deleted",
        "none changes",
        "the alarm's state is stored and shown; the message is in the dead-letter queue of the evaluator",
        "correct the topic, and send what the queue contains",
        (f"{CHAIN}test_state_is_stored_although_the_topic_refuses_the_change",),
    ),
    Change(
        "The table is restored to a point in time",
        "the twin reads and writes the restored table",
        "history is that of the restored table; the former table is kept",
        "`existing.telemetryTable` with the ARN, and the stream's ARN if there are alarms",
        (f"{ATTACH}test_restored_table_is_attached_with_its_history_and_alarms",),
    ),
    Change(
        "The workspace gets another id",
        "the workspace is created under its new id; table, bucket, logs, topic rules and the policy for "
        "devices keep their names",
        "history stays, and is read in the new workspace",
        "`dataName` with the former id; without it the deployment fails before anything changes",
        (f"{NAMES}test_twin_keeps_its_history_under_another_workspace_and_another_connector",),
    ),
    Change(
        "A connector is renamed without an entry",
        "its function and log group are created under the new name",
        "history stays; the role may invoke the new function before component types use it",
        NOTHING,
        (f"{NAMES}test_twin_keeps_its_history_under_another_workspace_and_another_connector",),
    ),
    Change(
        "A second stage is deployed to the same account",
        "stack, workspace, table, topic rules and policy have names of their own",
        "each stage stores the messages of its own devices",
        "`workspaceId` in the stage and `${stage}` in topics; the check says so",
        (f"{NAMES}test_stages_of_one_account_take_their_own_messages_and_keep_attached_devices",),
    ),
    Change(
        "The twin is deployed into a workspace that exists, and its stack is destroyed",
        "workspace, bucket and role are those that exist, and stay",
        "the table is retained; the role loses what the stack allowed it",
        "`existing.workspace` with role and `s3Location`",
        (f"{ATTACH}test_twin_lives_in_a_workspace_that_exists_and_outlives_it",),
    ),
    Change(
        "The stack is destroyed while devices are attached to the policy",
        "AWS IoT refuses to delete the policy, and the stack is `DELETE_FAILED`",
        "data is retained as without devices",
        "detach them, see [Removal](deploy.md#removal), and destroy the stack again",
        (f"{NAMES}test_stages_of_one_account_take_their_own_messages_and_keep_attached_devices",),
    ),
    Change(
        "The engine of entities changes, from `cloudformation` to `bulk` or back",
        "entities keep their ids and dates of creation, and are there all the time",
        "history stays",
        "[three deployments](scale.md#change-the-engine) with `handOver`",
        (f"{ENGINES}test_engine_changes_and_back_in_three_deployments_each",),
    ),
    Change(
        "The stack is destroyed, its data is retained, and it is deployed again",
        "table, bucket and logs are again those of the stack",
        "history and files stay",
        "`cdk deploy --import-existing-resources`, as `make deploy`",
        (f"{NAMES}test_destroyed_twin_takes_its_data_back",),
    ),
    Change(
        "The stack is destroyed, its data is retained, and data is imported by hand",
        "table, bucket and logs are again those of the stack",
        "history stays",
        "`twin import-map`, then `cdk import`",
        (f"{ATTACH}test_data_of_a_destroyed_stack_is_listed_and_imported_with_its_history",),
    ),
    Change(
        "The stack is destroyed, and another stack deploys the same workspace",
        "table, bucket and logs become those of the other stack; assets and models keep their ids",
        "history and files stay",
        "`cdk deploy --import-existing-resources`, as `make deploy`",
        (
            f"{NAMES}test_destroyed_twin_takes_its_data_back",
            f"{SITEWISE}test_another_stack_takes_over_the_assets_of_a_deleted_one",
            f"{UPLOADS}test_files_stay_when_the_stack_is_deleted_and_are_taken_over_by_the_next",
        ),
    ),
    Change(
        "The stack is destroyed, with `removal: destroy` and `twin-stack:allowDestroy`",
        "none is left",
        "models, assets and files that the twin wrote are deleted with their history",
        "both keys",
        (
            f"{SITEWISE}test_both_keys_delete_assets_with_their_history",
            f"{UPLOADS}test_files_go_with_the_stack_when_two_keys_say_so",
        ),
    ),
)

_HEAD = """# Lifecycle

What a change does to data and ids. The table is generated from the list of the tests of these changes: each
row is deployed to the embedded AWS, and history is compared point by point before and after.

| change | ids, names, aliases | data | what to do |
|---|---|---|---|
"""

_FOOT = """
"Both keys" are `"removal": "destroy"` in the stage and the context flag `twin-stack:allowDestroy=true`, see
[Removal](deploy.md#removal). `renames` is described in [Definition files](definition.md#renames).
"""


def page() -> str:
    """Return the text of ``docs/lifecycle.md``."""
    rows = (f"| {row.change} | {row.ids} | {row.data} | {row.action} |\n" for row in CHANGES)
    return f"{_HEAD}{''.join(rows)}{_FOOT}"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
