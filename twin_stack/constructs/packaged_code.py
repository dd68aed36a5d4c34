"""The code of a Lambda function of this package, with data files of the twin beside it."""

from __future__ import annotations

import hashlib
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Final

import jsii
from aws_cdk import AssetHashType, BundlingOptions, DockerImage, IgnoreMode, ILocalBundling
from aws_cdk import aws_lambda as lambda_

from twin_stack import package_data
from twin_stack.constructs import assets

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from twin_stack.definition.former_rows import FormerRows

FORMER_IDS_PACKAGE: Final = "former_ids"
"""Folder of ``lambdas/`` that reads the file of former ids."""

_FORMER_IDS_FILE: Final = "former_ids.json"


def packaged_code(packages: Sequence[str], data_files: Mapping[str, str]) -> lambda_.Code:
    """Return folders of ``lambdas/`` as the code of a function.

    Args:
        packages: The folders.
        data_files: The texts of files beside the folders, by name. Each is part of the asset, so a change of
            it is a new version of the code.
    """
    bundling = None
    if data_files:
        bundling = BundlingOptions(
            # Neither pulled nor run, because local bundling always succeeds.
            image=DockerImage.from_registry("scratch"),
            local=_LocalBundling(packages, data_files),
            # The CDK reuses an asset of equal options, of which the object above is none.
            command=[hashlib.sha256(repr(sorted(data_files.items())).encode()).hexdigest()],
        )
    return lambda_.Code.from_asset(
        str(package_data.asset_path("lambdas")),
        exclude=assets.exclude_all_but(*packages, *data_files),
        ignore_mode=IgnoreMode.GIT,
        bundling=bundling,
        # The hash covers the content only, so it does not depend on where this package is installed.
        asset_hash_type=AssetHashType.OUTPUT if bundling is not None else None,
    )


def former_ids_files(former_rows: FormerRows | None) -> dict[str, str]:
    """Return the data file with former ids, by its name; none if nothing was renamed.

    Args:
        former_rows: The former ids in rows, or None.
    """
    text = former_rows.to_json() if former_rows is not None else ""
    return {_FORMER_IDS_FILE: text} if text else {}


@jsii.implements(ILocalBundling)
class _LocalBundling:
    """Copies the folders, and writes the data files beside them.

    Args:
        packages: The folders of ``lambdas/``.
        data_files: The texts of the files by name.
    """

    def __init__(self, packages: Sequence[str], data_files: Mapping[str, str]) -> None:
        self._packages = packages
        self._data_files = data_files

    def try_bundle(self, output_dir: str, *_: object, **__: object) -> bool:
        """Write the content of the asset and return True.

        Args:
            output_dir: The folder for the content.
            *_: Bundling options, which the copy does not need.
            **__: Bundling options, which the copy does not need.
        """
        output = Path(output_dir)
        for package in self._packages:
            shutil.copytree(
                package_data.asset_path("lambdas") / package,
                output / package,
                ignore=shutil.ignore_patterns(*assets.PYTHON_LEFTOVERS),
            )
        for name, text in self._data_files.items():
            (output / name).write_text(text, encoding="utf-8")
        return True
