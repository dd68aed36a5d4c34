"""Which resource of which stack owns an asset or a model: tags, because an external id is set only once.

A renamed component type or a new logical id adopts an asset that a resource of the same stack still has.
CloudFormation then deletes one of the two resources, the old one after success and the new one in a rollback:
only the owner may delete, and a rollback gives an adopted asset back.
"""

from collections.abc import Mapping

from sitewise_manager.shapes import Identity, Repository

OWNER = "twin-stack:owner"
PREVIOUS_OWNER = "twin-stack:previous-owner"
WORKSPACE = "twin-stack:workspace"
REPLACES = "twin-stack:replaces"
"""The asset that gets the aliases of this one back if its creation or adoption is rolled back."""
REPLACED_BY = "twin-stack:replaced-by"
"""The asset that took aliases from an asset, which is retained without them."""

_OWN_TAGS = {OWNER, PREVIOUS_OWNER, WORKSPACE, REPLACES}

_UNOWNED = "none"


def tags_when_created(identity: Identity) -> dict[str, str]:
    """Return the tags of a new asset or model.

    Args:
        identity: Who it is.
    """
    return {**identity.tags, WORKSPACE: identity.workspace, OWNER: identity.owner}


def update_tags(arn: str, identity: Identity, repository: Repository) -> None:
    """Bring the tags of an asset or model from those of the former template to those of the present one.

    Args:
        arn: The ARN of the asset or model.
        identity: Who it is.
        repository: SiteWise.
    """
    changed = {
        key: value
        for key, value in identity.tags.items()
        if identity.old_tags.get(key) != value and key not in _OWN_TAGS
    }
    removed = sorted(identity.old_tags.keys() - identity.tags.keys() - _OWN_TAGS)
    if changed:
        repository.tag(arn, changed)
    if removed:
        repository.untag(arn, removed)


def tags_when_adopted(identity: Identity, present: Mapping[str, str]) -> dict[str, str]:
    """Return the tags that an adopted asset or model gets.

    Args:
        identity: Who it is.
        present: The tags that it has.
    """
    return {**tags_when_created(identity), PREVIOUS_OWNER: present.get(OWNER, _UNOWNED)}


def is_owner(identity: Identity, present: Mapping[str, str]) -> bool:
    """Return whether a resource owns an asset or a model.

    Args:
        identity: Who the resource is.
        present: The tags of the asset or model.
    """
    return present.get(OWNER) == identity.owner


def is_adopted(present: Mapping[str, str]) -> bool:
    """Return whether its owner found an asset or a model rather than created it.

    Args:
        present: Its tags.
    """
    return PREVIOUS_OWNER in present


def tags_when_given_back(present: Mapping[str, str]) -> dict[str, str]:
    """Return the tags to set when an adoption is rolled back.

    Args:
        present: The tags of the asset or model.
    """
    return {OWNER: present[PREVIOUS_OWNER]}
