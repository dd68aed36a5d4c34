"""Each part of ministack that the local service patches or calls, with its expected signature.

ministack is pinned, and nothing of this is public but `ministack.app.app`. When a new version fails here,
`twin_stack/local/ministack` has to follow it.
"""

from __future__ import annotations

import ast
import inspect
import json
import os
import re
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pytest

import twin_stack
from twin_stack.local.cloudformation.handlers import TYPES
from twin_stack.local.ministack.settings import environment

pytestmark = pytest.mark.deploy


# ministack reads its settings when it is imported, so it is inspected in a separate process.
INSPECTION = """
import inspect, json, re
from ministack import app
from ministack.core import iam_actions, iam_evaluator, lambda_runtime, persistence, responses
from ministack.services import cloudformation, dynamodb, iam, iot, lambda_svc, s3, stepfunctions, sts
from ministack.services.cloudformation import changesets, custom_resource, provisioners, stacks
from twin_stack.local.ministack.saved_state import is_empty

def form(thing):
    return list(inspect.signature(thing).parameters)

print(json.dumps({
    "app.app": form(app.app),
    "app.call_service_handler_sync": form(app.call_service_handler_sync),
    "app._build_persistence_save_dict": form(app._build_persistence_save_dict),
    "app._decompress_request_body": form(app._decompress_request_body),
    "app logs states that it cannot restore": app.logger.name
    + (" by exception" if "logger.exception(" in inspect.getsource(app._load_persisted_state) else ""),
    "s3._persist_object": form(s3._persist_object),
    "s3._object_disk_path": form(s3._object_disk_path)[:2],
    "s3 forgets a body that it wrote": 'obj["body"] = None' in inspect.getsource(s3._persist_object),
    "persistence.save_state": form(persistence.save_state),
    "persistence.logger": persistence.logger.name,
    "persistence.STATE_DIR": persistence.STATE_DIR,
    "persistence reads STATE_DIR when called": "STATE_DIR" in inspect.getsource(persistence.load_state),
    "iam_evaluator.enforce": form(iam_evaluator.enforce),
    "iam_evaluator.EvalResult": form(iam_evaluator.EvalResult),
    "iam_evaluator.AuthError": form(iam_evaluator.AuthError)[:2],
    "iam_actions.identity_denial_message": form(iam_actions.identity_denial_message),
    "responses._BOTOCORE_NAME": responses._BOTOCORE_NAME["states"],
    "responses._service_model": form(responses._service_model.__wrapped__),
    "responses takes metadata of models by its name": (
        "model = _service_model(service)"
        in (source := inspect.getsource(responses._expected_envelope_content_type))
        and set(re.findall(r"\\bmodel\\b[.\\[(]\\w*", source)) == {"model.metadata"}
    ),
    "responses.get_account_id": form(responses.get_account_id),
    "responses.get_region": form(responses.get_region),
    "responses.set_request_account_id": form(responses.set_request_account_id),
    "responses.set_request_region": form(responses.set_request_region),
    "stacks._runs_on_worker_thread": form(stacks._runs_on_worker_thread),
    "cloudformation.handle_request": form(cloudformation.handle_request),
    "cloudformation._stacks._data": type(cloudformation._stacks._data).__name__,
    "cloudformation._stack_events._data": type(cloudformation._stack_events._data).__name__,
    "changesets._IMPORT_LOOKUPS": len(changesets._IMPORT_LOOKUPS["AWS::SQS::Queue"]),
    "changesets._IMPORT_NOT_FOUND": changesets._IMPORT_NOT_FOUND.format(type="T", value="v"),
    "provisioners._RESOURCE_HANDLERS": sorted(provisioners._RESOURCE_HANDLERS["AWS::S3::Bucket"]),
    "provisioners._REPLACING_PROPERTIES": provisioners._REPLACING_PROPERTIES["AWS::Scheduler::ScheduleGroup"],
    "provisioners._STACK_TAG_PROPERTY": provisioners._STACK_TAG_PROPERTY["AWS::ApiGatewayV2::Api"],
    "provisioners._cw_metric_alarm_record": form(provisioners._cw_metric_alarm_record),
    "alarms are recorded by its name": "_cw_metric_alarm_record(name, props)" in inspect.getsource(
        provisioners._cw_metric_alarm_put
    ),
    "known types": [
        name for name in provisioners._RESOURCE_HANDLERS if "TwinMaker" in name or "SiteWise" in name
    ],
    "lambda_svc.handle_request": form(lambda_svc.handle_request),
    "lambda_svc._prune_orphan_code_blobs": form(lambda_svc._prune_orphan_code_blobs),
    "lambda_svc._functions._data": type(lambda_svc._functions._data).__name__,
    "lambda_svc._poll_dynamodb_streams": form(lambda_svc._poll_dynamodb_streams),
    "lambda_svc calls it by its name": "_poll_dynamodb_streams()" in inspect.getsource(lambda_svc._poll_loop),
    "lambda_svc._iter_all_esms": form(lambda_svc._iter_all_esms),
    "lambda_svc._get_func_record_for_qualifier": form(lambda_svc._get_func_record_for_qualifier),
    "lambda_svc._apply_filter_criteria": form(lambda_svc._apply_filter_criteria),
    "lambda_svc._execute_function": form(lambda_svc._execute_function),
    "lambda_svc._execute_function_dispatch": form(lambda_svc._execute_function_dispatch),
    "lambda_svc executes by its name": "_execute_function_dispatch(" in inspect.getsource(
        lambda_svc._execute_function
    ),
    "stepfunctions._start_execution": form(stepfunctions._start_execution),
    "stepfunctions runs functions by lambda_svc": "lambda_svc._execute_function_with_config_scope("
        in inspect.getsource(stepfunctions._call_lambda),
    "custom_resource.invoke_custom_resource": form(custom_resource.invoke_custom_resource),
    "custom_resource.register_token": form(custom_resource.register_token),
    "custom_resource.deliver_response": form(custom_resource.deliver_response),
    "custom_resource._pending": type(custom_resource._pending).__name__,
    "custom_resource keeps results": '_pending[token] = {"event": evt, "result": None}'
        in inspect.getsource(custom_resource.register_token),
    "provisioners call it by its name": "_cr.invoke_custom_resource(" in inspect.getsource(
        provisioners._custom_resource_create
    ),
    "lambda_svc._send_ddb_stream_failure_record": form(lambda_svc._send_ddb_stream_failure_record),
    "lambda_svc._dynamodb_stream_positions": type(lambda_svc._dynamodb_stream_positions).__name__,
    "lambda_svc._dynamodb_stream_positions_lock": hasattr(
        lambda_svc._dynamodb_stream_positions_lock, "__enter__"
    ),
    "iam._access_keys": type(iam._access_keys).__name__,
    "iam._access_keys.to_dict": form(iam._access_keys.to_dict),
    "iam stores status and secret": '"SecretAccessKey": secret' in inspect.getsource(iam._create_access_key)
    and '"Status": "Active"' in inspect.getsource(iam._create_access_key),
    "sts._sessions": type(sts._sessions).__name__,
    "sts.register_session": form(sts.register_session),
    "dynamodb._tables": hasattr(dynamodb._tables, "get"),
    "dynamodb._tokenize": form(dynamodb._tokenize),
    "dynamodb._check_redundant_parens": form(dynamodb._check_redundant_parens),
    "dynamodb._check_reserved_keyword_usage": form(dynamodb._check_reserved_keyword_usage),
    "dynamodb._condition_syntax_error": form(dynamodb._condition_syntax_error),
    "dynamodb._evaluate_condition": form(dynamodb._evaluate_condition),
    "dynamodb._key_condition_clauses": form(dynamodb._key_condition_clauses),
    "dynamodb._ddb_comparable": form(dynamodb._ddb_comparable),
    "dynamodb._number_error": form(dynamodb._number_error),
    "dynamodb._ddb_canonicalize_number": form(dynamodb._ddb_canonicalize_number),
    "dynamodb._number_size_bytes": form(dynamodb._number_size_bytes),
    "dynamodb queries by its name": (
        '_evaluate_condition(key_cond, it, eav, ean, slot="KeyConditionExpression")'
        in inspect.getsource(dynamodb._query)
    ),
    "dynamodb parses by their names": all(
        f"{name}(" in inspect.getsource(dynamodb._evaluate_condition)
        for name in (
            "_tokenize",
            "_check_redundant_parens",
            "_check_reserved_keyword_usage",
            "_condition_syntax_error",
        )
    ),
    "dynamodb.stream_start_position": form(dynamodb.stream_start_position)[:1],
    "dynamodb.stream_end_position": form(dynamodb.stream_end_position)[:1],
    "dynamodb.stream_records_since": form(dynamodb.stream_records_since)[:3],
    "responses.request_scope": form(responses.request_scope),
    "iot._run_rule_actions": form(iot._run_rule_actions),
    "iot._dispatch_rule_action": form(iot._dispatch_rule_action),
    "iot._eval_select_function": form(iot._eval_select_function),
    "iot._eval_select_expr": form(iot._eval_select_expr),
    "iot._parse_where": form(iot._parse_where),
    "iot._eval_where_node": form(iot._eval_where_node),
    "iot._SQL_KEYWORDS": type(iot._SQL_KEYWORDS).__name__,
    "iot._rule_message": form(iot._rule_message),
    "iot._MISSING": hasattr(iot, "_MISSING"),
    "iot._IMPLEMENTED_SQL_FUNCS": type(iot._IMPLEMENTED_SQL_FUNCS).__name__,
    "iot._RULE_ACTION_RESOURCE_KEYS": sorted(iot._RULE_ACTION_RESOURCE_KEYS),
    "lambda_runtime.subprocess": lambda_runtime.subprocess.__name__,
    "worker gets its environment by env=": "env=spawn_env" in inspect.getsource(lambda_runtime),
    "worker gets its ARN": '"_LAMBDA_FUNCTION_ARN"' in inspect.getsource(lambda_runtime),
    "worker iterates over stderr": "for line in self._proc.stderr" in inspect.getsource(lambda_runtime),
    "worker takes log lines": 'response["log"] = self._drain_stderr_bounded()'
        in inspect.getsource(lambda_runtime.Worker.invoke),
    "lambda_runtime.Worker": form(lambda_runtime.Worker._drain_stderr),
    "changesets._deploy_stack_async": form(changesets._deploy_stack_async),
    "changesets deploys by its name": "_deploy_stack_async(" in inspect.getsource(changesets),
    "provisioners.s3_bucket_name_conflict": form(provisioners.s3_bucket_name_conflict),
    "provisioners._iot_topic_rule_create": form(provisioners._iot_topic_rule_create),
    "iot._topic_rules": type(iot._topic_rules).__name__,
    "s3._bucket_tags": type(s3._bucket_tags).__name__,
    "services that are not empty at first": {
        name: [member for member, value in state.items() if type(value) in (int, list, dict) and value]
        for name, module in sorted(app._state_map.items())
        if not is_empty(state := app._get_module(module).get_state())
    },
}))
"""
EXPECTED = {
    "app.app": ["scope", "receive", "send"],
    "app.call_service_handler_sync": [
        "handler",
        "method",
        "path",
        "headers",
        "body",
        "query_params",
        "timeout",
    ],
    "app._build_persistence_save_dict": [],
    "app._decompress_request_body": ["body", "headers"],
    "app logs states that it cannot restore": "ministack by exception",
    "s3._persist_object": ["bucket", "key", "obj"],
    "s3._object_disk_path": ["bucket", "key"],
    "s3 forgets a body that it wrote": True,
    "persistence.save_state": ["service", "data"],
    "persistence.logger": "persistence",
    "persistence reads STATE_DIR when called": True,
    "iam_evaluator.enforce": [
        "access_key_id",
        "iam_action",
        "service",
        "region",
        "resource_arn",
        "service_context",
    ],
    "iam_evaluator.EvalResult": [
        "decision",
        "principal_arn",
        "matched_sid",
        "reason",
        "resource_policy_arn",
    ],
    "iam_evaluator.AuthError": ["code", "message"],
    "iam_actions.identity_denial_message": ["action", "principal_arn", "resource", "explicit_deny"],
    "responses._BOTOCORE_NAME": "stepfunctions",
    "responses._service_model": ["service"],
    "responses takes metadata of models by its name": True,
    "responses.get_account_id": [],
    "responses.get_region": [],
    "responses.set_request_account_id": ["access_key_id"],
    "responses.set_request_region": ["region"],
    "stacks._runs_on_worker_thread": ["resource_type"],
    "cloudformation.handle_request": ["method", "path", "headers", "body", "query_params"],
    "cloudformation._stacks._data": "dict",
    "cloudformation._stack_events._data": "dict",
    "changesets._IMPORT_LOOKUPS": 2,
    "changesets._IMPORT_NOT_FOUND": "Resource of type 'T' with identifier 'v' was not found.",
    "provisioners._RESOURCE_HANDLERS": ["create", "delete", "import", "update"],
    "provisioners._REPLACING_PROPERTIES": ["Name"],
    "provisioners._STACK_TAG_PROPERTY": ["Tags", "map"],
    "provisioners._cw_metric_alarm_record": ["name", "props"],
    "alarms are recorded by its name": True,
    "known types": [],
    "lambda_svc.handle_request": ["method", "path", "headers", "body", "query_params"],
    "lambda_svc._prune_orphan_code_blobs": ["referenced"],
    "lambda_svc._functions._data": "dict",
    "lambda_svc._poll_dynamodb_streams": [],
    "lambda_svc calls it by its name": True,
    "lambda_svc._iter_all_esms": [],
    "lambda_svc._get_func_record_for_qualifier": ["name", "qualifier"],
    "lambda_svc._apply_filter_criteria": ["records", "esm"],
    "lambda_svc._execute_function": ["func", "event"],
    "lambda_svc._execute_function_dispatch": ["func", "config", "event", "request_id", "started"],
    "lambda_svc executes by its name": True,
    "stepfunctions._start_execution": ["data"],
    "stepfunctions runs functions by lambda_svc": True,
    "custom_resource.invoke_custom_resource": [
        "request_type",
        "logical_id",
        "props",
        "stack_name",
        "stack_id",
        "resource_type",
        "physical_id",
        "old_props",
    ],
    "custom_resource.register_token": ["token"],
    "custom_resource.deliver_response": ["token", "response"],
    "custom_resource._pending": "dict",
    "custom_resource keeps results": True,
    "provisioners call it by its name": True,
    "lambda_svc._send_ddb_stream_failure_record": [
        "esm",
        "func_rec",
        "batch",
        "stream_arn",
        "result",
        "condition",
    ],
    "lambda_svc._dynamodb_stream_positions": "AccountRegionScopedDict",
    "lambda_svc._dynamodb_stream_positions_lock": True,
    "iam._access_keys": "AccountScopedDict",
    "iam._access_keys.to_dict": [],
    "iam stores status and secret": True,
    "sts._sessions": "dict",
    "sts.register_session": ["access_key", "session"],
    "dynamodb._tables": True,
    "dynamodb._tokenize": ["expr"],
    "dynamodb._check_redundant_parens": ["tokens", "slot"],
    "dynamodb._check_reserved_keyword_usage": ["tokens"],
    "dynamodb._condition_syntax_error": ["expr", "slot"],
    "dynamodb._evaluate_condition": ["expr", "item", "attr_values", "attr_names", "slot"],
    "dynamodb._key_condition_clauses": ["tokens"],
    "dynamodb._ddb_comparable": ["val"],
    "dynamodb._number_error": ["text"],
    "dynamodb._ddb_canonicalize_number": ["s"],
    "dynamodb._number_size_bytes": ["text"],
    "dynamodb queries by its name": True,
    "dynamodb parses by their names": True,
    "dynamodb.stream_start_position": ["table_name"],
    "dynamodb.stream_end_position": ["table_name"],
    "dynamodb.stream_records_since": ["table_name", "position", "limit"],
    "responses.request_scope": ["account_id", "region"],
    "iot._run_rule_actions": ["account_id", "region", "rule", "payload", "topic", "client_id"],
    "iot._dispatch_rule_action": ["account_id", "region", "rule_name", "action", "event"],
    "iot._eval_select_function": ["name", "args", "topic", "payload", "message", "client_id"],
    "iot._eval_select_expr": ["expr", "topic", "payload", "message", "client_id"],
    "iot._parse_where": ["pred"],
    "iot._eval_where_node": ["node", "topic", "payload", "message", "client_id"],
    "iot._SQL_KEYWORDS": "frozenset",
    "iot._rule_message": ["payload"],
    "iot._MISSING": True,
    "iot._IMPLEMENTED_SQL_FUNCS": "frozenset",
    # An action that ministack gets need not be added here any more.
    "iot._RULE_ACTION_RESOURCE_KEYS": ["dynamoDBv2", "lambda", "republish", "sns", "sqs"],
    "lambda_runtime.subprocess": "subprocess",
    "worker gets its environment by env=": True,
    "worker gets its ARN": True,
    "worker iterates over stderr": True,
    "worker takes log lines": True,
    "lambda_runtime.Worker": ["self"],
    "changesets._deploy_stack_async": [
        "stack_name",
        "stack_id",
        "template",
        "param_values",
        "disable_rollback",
        "tags",
        "is_update",
        "previous_stack",
        "retain_except_on_create",
        "imports",
    ],
    "changesets deploys by its name": True,
    "provisioners.s3_bucket_name_conflict": ["name"],
    "provisioners._iot_topic_rule_create": ["logical_id", "props", "stack_name"],
    "iot._topic_rules": "AccountRegionScopedDict",
    "s3._bucket_tags": "AccountScopedDict",
    # What holds nothing is not saved. These services always have something that says what became of the rest.
    "services that are not empty at first": {
        "documentdb": ["port_counter"],
        "dsql": ["port_counter"],
        "ec2": ["default_initialized_scopes"],
        "eks": ["port_counter"],
        "elasticache": ["port_counter"],
        "iot": ["mqtt_broker"],
        "rds": ["port_counter"],
    },
}


@pytest.fixture(scope="module")
def pieces(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    folder = tmp_path_factory.mktemp("contract")
    inspection = subprocess.run(
        [sys.executable, "-c", INSPECTION],
        env={"PATH": os.environ["PATH"], **environment(folder, 1)},
        capture_output=True,
        text=True,
        check=True,
    )
    inspected: dict[str, Any] = json.loads(inspection.stdout)
    inspected["folder"] = str(folder)
    return inspected


@pytest.mark.parametrize("piece", EXPECTED)
def test_pinned_ministack_has_each_used_part(pieces: dict[str, Any], piece: str) -> None:
    assert pieces[piece] == EXPECTED[piece]


def test_ministack_keeps_its_state_in_the_folder_of_its_environment(pieces: dict[str, Any]) -> None:
    assert pieces["persistence.STATE_DIR"] == f"{pieces['folder']}/ministack"


def test_installed_ministack_is_the_pinned_version() -> None:
    assert version("ministack") == "1.5.33"


def test_handlers_have_the_form_ministack_calls_when_registered(tmp_path: Path) -> None:
    assert environment(tmp_path, 5)["GATEWAY_PORT"] == "5"
    for kind in TYPES:
        assert list(inspect.signature(kind.create).parameters) == ["call", "physical_id", "properties"]
        assert list(inspect.signature(kind.update).parameters) == ["call", "physical_id", "old", "new"]


def test_nothing_else_imports_ministack() -> None:
    package = Path(twin_stack.__file__).parent
    importing = {
        str(path.relative_to(package))
        for path in package.rglob("*.py")
        if re.search(r"^\s*(import|from) ministack\b", path.read_text(encoding="utf-8"), re.MULTILINE)
    }

    assert importing == {"local/ministack/adapter.py"}


def test_each_name_of_ministack_that_is_used_is_inspected() -> None:
    """Modules of ministack are handed on as arguments with their names, and kept as attributes."""
    folder = Path(twin_stack.__file__).parent / "local" / "ministack"
    modules = {
        alias.name
        for node in ast.walk(ast.parse((folder / "adapter.py").read_text(encoding="utf-8")))
        if isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] == "ministack"
        for alias in node.names
    }
    used = {name for path in folder.glob("*.py") for name in names_of_modules(path, modules)}

    assert {"app.app", "lambda_svc.handle_request", "iot._run_rule_actions"} <= used
    assert used - {piece.removesuffix("._data") for piece in EXPECTED} - {"persistence.STATE_DIR"} == set()


def names_of_modules(path: Path, modules: set[str]) -> set[str]:
    """Return the names that a file reads or replaces in some modules, as `module.name`."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    aliases = {name: name for name in modules}
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Name) and node.value.id in modules:
            aliases |= {ast.unparse(target): node.value.id for target in node.targets}
    return {
        f"{aliases[ast.unparse(node.value)]}.{node.attr}"
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and ast.unparse(node.value) in aliases
    }
