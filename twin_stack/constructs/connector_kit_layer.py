"""The connector kit as a Lambda layer."""

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
    """A Lambda layer with the kit that this package's connectors are built on: ``import connector_kit``.

    The kit needs only Python's standard library. ``docs/connectors.md`` contains a complete connector.

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

    ``from_layer_version_arn`` imports an existing version, such as one of another stack.

    Args:
        scope: The parent construct.
        construct_id: The id of this construct within its parent.
        removal_policy: The removal policy of a version, which also applies when a new version replaces it. A
            function keeps running without its layer version but cannot be updated. Default:
            RETAIN_ON_UPDATE_OR_DELETE, because other stacks may refer to a version by its ARN.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        removal_policy: RemovalPolicy = RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
    ) -> None:
        super().__init__(
            scope,
            construct_id,
            description="The contract of AWS IoT TwinMaker's data connectors: import connector_kit",
            code=lambda_.Code.from_asset(
                str(package_data.asset_path("lambdas")),
                exclude=assets.exclude_all_but(KIT),
                ignore_mode=IgnoreMode.GIT,
                # The hash covers the content only, so it does not depend on where this package is installed.
                asset_hash_type=AssetHashType.OUTPUT,
                bundling=BundlingOptions(
                    # Neither pulled nor run, because local bundling always succeeds.
                    image=DockerImage.from_registry("scratch"),
                    local=_PythonLayerBundling(),
                ),
            ),
            compatible_runtimes=list(defaults.KIT_RUNTIMES),
            compatible_architectures=list(defaults.KIT_ARCHITECTURES),
            removal_policy=removal_policy,
        )


@jsii.implements(ILocalBundling)
class _PythonLayerBundling:
    """Copies the kit to ``python/``, the folder of a layer that Lambda's Python imports from."""

    def try_bundle(self, output_dir: str, *_: object, **__: object) -> bool:
        """Copy the kit and return True.

        Args:
            output_dir: The folder for the asset's content.
            *_: Bundling options, which the copy does not need.
            **__: Bundling options, which the copy does not need.
        """
        shutil.copytree(
            package_data.asset_path("lambdas") / KIT,
            f"{output_dir}/python/{KIT}",
            ignore=shutil.ignore_patterns(*assets.PYTHON_LEFTOVERS),
        )
        return True
