"""ministack inside this process: imported once, extended, and served as an ASGI application."""

from __future__ import annotations

import asyncio
import os
from typing import TYPE_CHECKING, Any

from twin_stack.local.body_limit import MAX_BODY_BYTES
from twin_stack.local.ministack.access_keys import AccessKeys
from twin_stack.local.ministack.bucket_tags import set_bucket_tags
from twin_stack.local.ministack.change_set_values import warn_of_missing_values
from twin_stack.local.ministack.cloudformation import CloudFormation
from twin_stack.local.ministack.content_types import read_metadata_only
from twin_stack.local.ministack.custom_resources import (
    delete_after_failed_creation,
    run_provider_framework,
)
from twin_stack.local.ministack.dynamodb_expressions import cache_expressions
from twin_stack.local.ministack.dynamodb_streams import follow_streams
from twin_stack.local.ministack.lambda_functions import LambdaFunctions
from twin_stack.local.ministack.metric_alarms import accept_expression_alarms
from twin_stack.local.ministack.named_resources import (
    accept_imported_buckets,
    refuse_existing_topic_rules,
)
from twin_stack.local.ministack.permissions import Permissions
from twin_stack.local.ministack.request_bodies import limit_inflated_bodies
from twin_stack.local.ministack.saved_state import SavedState
from twin_stack.local.ministack.stack_polling import answer_settled_stacks
from twin_stack.local.ministack.stored_objects import refuse_unwritten_objects
from twin_stack.local.ministack.topic_rules import extend_topic_rules

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping
    from pathlib import Path

    from twin_stack.local.ministack.topic_rules import PutValues

    Receive = Callable[[], Awaitable[dict[str, Any]]]
    Send = Callable[[dict[str, Any]], Awaitable[None]]


class Ministack:
    """ministack with what it lacks for a twin. Only one can exist in a process: its state is in its modules.

    Args:
        load_from: Folder of the state to start from; nothing is loaded when it is missing.
        secret: The secret access key of every account.
        put_values: Writes a topic rule's entries to SiteWise, for an account and region.

    Attributes:
        cloudformation: Its resource types and stacks.
        functions: Its Lambda functions.
        access_keys: The access keys that it issued.
        permissions: What IAM allows those keys.
        state: The state of all its services.
    """

    def __init__(self, load_from: Path, *, secret: str, put_values: PutValues) -> None:
        # ministack's S3 checks presigned URLs by itself, with this secret.
        os.environ["AWS_SECRET_ACCESS_KEY"] = secret
        # ministack reads its settings when it is imported.
        from ministack import app  # type: ignore[import-untyped]  # noqa: PLC0415
        from ministack.core import (  # type: ignore[import-untyped]  # noqa: PLC0415
            iam_actions,
            iam_evaluator,
            lambda_runtime,
            persistence,
            responses,
        )
        from ministack.services import (  # type: ignore[import-untyped]  # noqa: PLC0415
            cloudformation,
            dynamodb,
            iam,
            iot,
            lambda_svc,
            s3,
            stepfunctions,
            sts,
        )
        from ministack.services.cloudformation import (  # type: ignore[import-untyped]  # noqa: PLC0415
            changesets,
            custom_resource,
            provisioners,
            stacks,
        )

        self._app = app
        self._lifespan: asyncio.Task[None] | None = None
        self.state = SavedState(app, persistence, load_from)
        self.functions = LambdaFunctions(app, lambda_svc, lambda_runtime, responses, secret)
        self.cloudformation = CloudFormation(cloudformation, provisioners, stacks, changesets, responses)
        self.access_keys = AccessKeys(iam, sts)
        self.permissions = Permissions(iam_evaluator, iam_actions, responses)
        read_metadata_only(responses)
        answer_settled_stacks(cloudformation)
        warn_of_missing_values(cloudformation)
        run_provider_framework(lambda_svc, stepfunctions, custom_resource, self.functions.invoke)
        delete_after_failed_creation(custom_resource)
        accept_expression_alarms(provisioners)
        set_bucket_tags(provisioners, s3)
        accept_imported_buckets(changesets, provisioners)
        refuse_existing_topic_rules(provisioners, iot)
        cache_expressions(dynamodb)
        limit_inflated_bodies(app, MAX_BODY_BYTES)
        refuse_unwritten_objects(s3)
        follow_streams(lambda_svc, dynamodb, responses)
        extend_topic_rules(iot, put_values)

    async def serve(self, scope: Mapping[str, Any], receive: Receive, send: Send) -> None:
        """Answer a request.

        Args:
            scope: Of ASGI.
            receive: Of ASGI.
            send: Of ASGI.
        """
        await self._app.app(scope, receive, send)

    async def start(self) -> None:
        """Load the saved state. ministack is never shut down: all that it would do then is save.

        Raises:
            LocalError: The state of a service could not be loaded.
        """
        started = asyncio.Event()
        messages = [{"type": "lifespan.startup"}]

        async def receive() -> dict[str, Any]:
            return messages.pop() if messages else await asyncio.Future()

        async def send(_message: dict[str, Any]) -> None:
            started.set()

        with self.state.loading():
            self._lifespan = asyncio.create_task(self._app.app({"type": "lifespan"}, receive, send))
            await started.wait()
