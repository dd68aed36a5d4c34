"""The connector kit for a team's own Lambda functions."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING, Final

import jsii
from aws_cdk import AssetHashType, BundlingOptions, DockerImage, IgnoreMode, ILocalBundling, RemovalPolicy
from aws_cdk import aws_lambda as lambda_

from twin_stack import package_data
from twin_stack.constructs import assets, defaults

if TYPE_CHECKING:
    from constructs import Construct

KIT: Final = "connector_kit"


class ConnectorKitLayer(lambda_.LayerVersion):
    """The kit that the connectors of this package are built on, as a layer: `import connector_kit`.

    Nothing but Python's standard library comes with it. `docs/connectors.md` has a whole connector.

    Example:
        ```python
        function = lambda_.Function(
            self,
            "Historian",
            runtime=lambda_.Runtime.PYTHON_3_14,
            handler="historian.handler",
            code=lambda_.Code.from_asset("historian"),
            layers=[ConnectorKitLayer(self, "Kit")],
        )
        connector = DataConnector(self, "Connector", function=function)
        ```

    A version that exists already, also of another stack, is taken by `from_layer_version_arn`.

    Args:
        scope: parent construct.
        construct_id: id of this construct in its parent.
        removal_policy: of a version that a new one replaces, and of the last one. A function that
            has it runs on without it, but cannot be changed any more. Default: RETAIN, since other
            stacks may name a version by its ARN.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        removal_policy: RemovalPolicy = RemovalPolicy.RETAIN,
    ) -> None:
        super().__init__(
            scope,
            construct_id,
            description="The contract of AWS IoT TwinMaker's data connectors: import connector_kit",
            code=lambda_.Code.from_asset(
                str(package_data.asset_path("lambdas")),
                exclude=assets.only(KIT),
                ignore_mode=IgnoreMode.GIT,
                # What the layer holds is its hash, wherever this package lies.
                asset_hash_type=AssetHashType.OUTPUT,
                bundling=BundlingOptions(
                    # Never pulled or run: the copy below always succeeds.
                    image=DockerImage.from_registry("scratch"),
                    local=_UnderPython(),
                ),
            ),
            compatible_runtimes=list(defaults.KIT_RUNTIMES),
            compatible_architectures=list(defaults.KIT_ARCHITECTURES),
            removal_policy=removal_policy,
        )


@jsii.implements(ILocalBundling)
class _UnderPython:
    """Lays the kit into `python/`, the folder of a layer that Lambda's Python imports from."""

    def try_bundle(self, output_dir: str, *_: object, **__: object) -> bool:
        """Copy; `output_dir` is where the CDK wants the asset's content, its options say nothing of it."""
        shutil.copytree(
            package_data.asset_path("lambdas") / KIT,
            f"{output_dir}/python/{KIT}",
            ignore=shutil.ignore_patterns(*assets.PYTHON_LEFTOVERS),
        )
        return True
