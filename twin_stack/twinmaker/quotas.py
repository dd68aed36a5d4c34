"""Quotas and limits of IoT TwinMaker, IoT SiteWise, CloudFormation and their neighbours.

Source, where nothing else is said: the AWS General Reference, "AWS IoT TwinMaker endpoints and quotas" and
"AWS IoT SiteWise endpoints and quotas". "Adjustable" quotas can be raised by AWS.
"""

from __future__ import annotations

from typing import Final

# IoT TwinMaker

MODEL_OPERATIONS: Final = frozenset(
    f"{verb}{kind}"
    for verb, kinds in {
        **dict.fromkeys(
            ("Create", "Get", "Update", "Delete"), ("Workspace", "ComponentType", "Entity", "Scene")
        ),
        "List": ("Workspaces", "ComponentTypes", "Entities", "Scenes"),
    }.items()
    for kind in kinds
)
"""Operations of the model and scene API. The class of others, such as ExecuteQuery, is not documented [U]."""
MODEL_REQUESTS_PER_SECOND: Final = 10
"""Requests a second for the account, all ``MODEL_OPERATIONS`` together; not adjustable."""
DATA_OPERATIONS: Final = frozenset({"GetPropertyValue", "GetPropertyValueHistory", "BatchPutPropertyValues"})
"""Operations of the data API. Source: botocore, the operations of the endpoint ``data.``."""
DATA_REQUESTS_PER_SECOND: Final = 100
"""Requests a second for the account, all ``DATA_OPERATIONS`` together; not adjustable."""
MAX_WORKSPACES: Final = 15
"""In an account and region; adjustable."""
MAX_WORKSPACE_ENTITIES: Final = 50_000
"""In a workspace; adjustable."""
MAX_WORKSPACE_COMPONENT_TYPES: Final = 1_000
"""In a workspace; adjustable."""
MAX_WORKSPACE_SCENES: Final = 100
"""In a workspace; adjustable."""
MAX_ENTITY_DEPTH: Final = 30
"""Levels of the entity tree; adjustable."""
MAX_COMPONENTS: Final = 30
"""Components of an entity; adjustable. GetEntity returns as many."""
MAX_PROPERTIES: Final = 800
"""Properties of a component type or of a component; adjustable. GetEntity returns as many of a component."""
MAX_PARENTS: Final = 10
"""Component types in ``extendsFrom``; not adjustable. Also in the guide, "Inheritance"."""
MAX_INHERITANCE_DEPTH: Final = 10
"""Levels of component types that extend each other; adjustable."""
MAX_COMPOSITION_DEPTH: Final = 5
"""Levels of component types inside of each other; adjustable."""
MAX_COMPOSITION_SIZE: Final = 50
"""Component types in one composition tree; adjustable."""
MAX_TAGS: Final = 50
"""Of a resource. Source: botocore, ``TagMap``."""
MAX_STACK_TAGS: Final = MAX_TAGS - 1
"""Of a twin's stack: its bucket gets them all and one of its own, and takes 50. Source: S3 user guide."""
MAX_REQUIRED_PROPERTIES: Final = 256
"""Of a function. Source: CloudFormation."""
MAX_GROUP_PROPERTIES: Final = 256
"""Of a property group. Source: CloudFormation."""
MAX_SCENE_CAPABILITIES: Final = 50
"""Source: botocore, ``SceneCapabilities``."""
MAX_SCENE_METADATA: Final = 50
"""Source: botocore, ``SceneMetadataMap``."""
MAX_CONTENT_LOCATION: Final = 256
"""Characters of the URL of a scene file. Source: botocore, ``S3Url``."""
MAX_BUCKET_NAME: Final = 63
"""Characters of the name of a bucket. Source: S3 user guide, "Bucket naming rules"."""
MAX_SCENE_KEY: Final = MAX_CONTENT_LOCATION - len(f"s3://{'b' * MAX_BUCKET_NAME}//.json")
"""Characters that the URL leaves for key prefix and scene id if the bucket's name has full length."""
MAX_PAGE: Final = 200
"""Items in one page of an answer. Source: botocore, ``MaxResults``."""
MAX_NEXT_TOKEN: Final = 17_880
"""Characters of a ``nextToken``. Source: botocore, ``NextToken``."""
MAX_SELECTED_PROPERTIES: Final = 10
"""Properties of one read. Source: botocore, ``SelectedPropertyList``."""

# Metadata transfer jobs

MAX_JOB_RESOURCES: Final = 100_000
"""Resources of a metadata transfer job; adjustable."""
MAX_JOB_SITEWISE_RESOURCES: Final = 5_000
"""Resources of a metadata transfer job from or to IoT SiteWise; adjustable."""
MAX_JOB_FILE_BYTES: Final = 100_000_000
"""Size of the file of a metadata transfer job: 100 MB; adjustable."""
MAX_WAITING_JOBS: Final = 10
"""Metadata transfer jobs that wait; adjustable."""

# IoT SiteWise

MAX_SITEWISE_ENTRIES: Final = 10
"""Entries of a BatchPutAssetPropertyValue. Source: API reference."""
MAX_SITEWISE_VALUES: Final = 10
"""Values of an entry of a BatchPutAssetPropertyValue. Source: API reference."""
MAX_SITEWISE_HISTORY_ENTRIES: Final = 16
"""Entries of a BatchGetAssetPropertyValueHistory or -Aggregates. Source: API reference."""
MAX_SITEWISE_LATEST_ENTRIES: Final = 128
"""Entries of a BatchGetAssetPropertyValue. Source: API reference."""
MAX_SITEWISE_PAGE: Final = 250
"""Items in one page of a list. Source: botocore, iotsitewise, ``MaxResults``."""
MAX_SITEWISE_POINTS: Final = 20_000
"""Points of a page of history. Source: API reference."""
SITEWISE_PAST_SECONDS: Final = 7 * 86_400
"""Largest age of a value that is written. Source: API reference, BatchPutAssetPropertyValue."""
SITEWISE_FUTURE_SECONDS: Final = 600
"""Largest time ahead of a value that is written. Source: API reference, BatchPutAssetPropertyValue."""
MAX_SITEWISE_PROPERTIES: Final = 500
"""Properties of an asset model, without those of composite models; adjustable."""
MAX_SITEWISE_MODEL_ASSETS: Final = 10_000
"""Assets of an asset model; adjustable."""
MAX_SITEWISE_CHILDREN: Final = 2_000
"""Child assets of an asset; adjustable."""
CREATE_ASSET_REQUESTS_PER_SECOND: Final = 50
"""CreateAsset requests a second for the account and region; adjustable."""
CREATE_ASSET_MODEL_REQUESTS_PER_SECOND: Final = 10
"""CreateAssetModel requests a second for the account and region; adjustable."""
MAX_SITEWISE_NAME: Final = 256
"""Characters of the name of a model, asset or property. Source: botocore, ``Name``."""
MAX_SITEWISE_HIERARCHIES: Final = 10
"""Hierarchies of an asset model; not adjustable."""
MAX_SITEWISE_ALIAS: Final = 2048
"""Characters of the alias of a property. Source: botocore, ``PropertyAlias``."""
MAX_FORMULA_LENGTH: Final = 1024
"""Characters of an expression. Source: botocore, ``Expression``."""
MAX_FORMULA_VARIABLES: Final = 10
"""Variables of an expression. Source: API reference, ``Transform`` and ``Metric``."""
MAX_FORMULA_FUNCTIONS: Final = 10
"""Functions of an expression. Source: API reference, ``Transform`` and ``Metric``."""
MAX_FORMULA_STRING: Final = 1024
"""Characters of a text that ``+`` joins. Source: SiteWise user guide, operators in formula expressions."""

# CloudFormation (user guide, "Understand CloudFormation quotas")

MAX_STACK_RESOURCES: Final = 500
"""Resources of a stack."""
MAX_STACK_NAME: Final = 128
"""Characters of a stack's name. Source: API reference, CreateStack."""
MAX_TEMPLATE_BYTES: Final = 1_000_000
"""Size of a template that is deployed from S3."""

# AWS IoT Core (General Reference, "AWS IoT Core endpoints and quotas")

MAX_TOPIC_LENGTH: Final = 256
"""Bytes of a topic."""
MAX_TOPIC_SLASHES: Final = 7
"""Slashes of a topic."""

# Lambda

MAX_LAMBDA_SECONDS: Final = 900
"""Longest timeout of a function. Source: Lambda developer guide, quotas."""
MAX_LAMBDA_ENVIRONMENT_BYTES: Final = 4096
"""Size of the environment variables of a function. Source: Lambda developer guide, quotas."""
