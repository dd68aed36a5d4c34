"""The options of the functions that a twin creates."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from twin_stack.constructs.packaged_function import FunctionOptions, check_function_options
from twin_stack.definition.wording import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from twin_stack.definition.twin_definition import TwinDefinition


@dataclass(frozen=True, slots=True)
class TwinFunctionOptions:
    """The options of the functions of a twin.

    Attributes:
        shared: The options of all functions.
        by_connector: Options of the functions of single connectors, each in place of the shared one.

    Raises:
        TypeError: There is no such option.
        ValueError: Options exclude or require each other, or several functions would have one name or one
            timeout.
    """

    shared: FunctionOptions
    by_connector: Mapping[str, FunctionOptions]

    def __post_init__(self) -> None:
        check_function_options(self.shared)
        for name in ("function_name", "timeout"):
            if name in self.shared:
                raise ValueError(
                    f"function_options are of several functions, which cannot have one {name}; pass it in "
                    "connector_options"
                )
        for name in self.by_connector:
            check_function_options(self.of_connector(name))

    def of_connector(self, name: str) -> FunctionOptions:
        """Return the options of a connector's function.

        Args:
            name: The connector's name in ``twin.yaml``.
        """
        return {**self.shared, **self.by_connector.get(name, {})}

    def of_upload(self) -> FunctionOptions:
        """Return the options of the function that copies scene files, whose memory follows their size."""
        options: FunctionOptions = {**self.shared}
        options.pop("memory_size", None)
        return options

    def check_names(self, definition: TwinDefinition, replaced: Collection[str]) -> None:
        """Check that options are of connectors whose functions the twin creates.

        Args:
            definition: A checked definition.
            replaced: The names of connectors that an argument replaces.

        Raises:
            ValueError: There is no such connector, or the twin does not create its function.
        """
        names = [name for name in definition.created_connectors if name not in replaced]
        for name in self.by_connector:
            if name not in names:
                raise ValueError(
                    f'connector_options names "{name}", which is no connector whose function the twin '
                    f"creates; {did_you_mean(name, names)}"
                )
