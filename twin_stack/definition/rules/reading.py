"""Rules of files: violated while a file is read."""

from __future__ import annotations

from twin_stack.definition.rule import Rule

UNREADABLE_FILE = Rule(
    "TWIN001",
    "unreadable-file",
    """A file cannot be read: it is not UTF-8, is larger than 10 MB, or is not a regular file.

    Bad:
        entities/e.yaml (in Latin-1):
            machine-1: {entityName: Café}

    Finding:
        entities/e.yaml:1:28 TWIN001 is not UTF-8 (byte 0xe9); save the file as UTF-8

    Fix:
        Save it as UTF-8 without other encodings mixed in. Split a large file into several of the same
        folder: they are merged.

    Good:
        entities/e.yaml:
            machine-1: {entityName: Cafe}
    """,
    is_essential=True,
)
SYNTAX_ERROR = Rule(
    "TWIN002",
    "syntax-error",
    """A file is not valid YAML or JSON from this place on. The rest of the file is not read, so further
    mistakes in it show once this one is corrected. References to ids in it are not reported.

    Bad:
        entities/e.yaml:
            machine-1: entityName: Machine 1

    Finding:
        entities/e.yaml:1:22 TWIN002 is not valid YAML: mapping values are not allowed in this context;
        check indentation, quotes and brackets here

    Fix:
        Check indentation, quotes, brackets and commas here and in the line before. YAML is indented with
        spaces.

    Good:
        entities/e.yaml:
            machine-1:
              entityName: Machine 1
    """,
    is_essential=True,
)
UNSUPPORTED_YAML = Rule(
    "TWIN007",
    "unsupported-yaml",
    """A file uses a part of YAML that definitions do not support: tags, merge keys, several documents, very
    deep nesting, or aliases that expand to hundreds of thousands of values.

    Bad:
        entities/e.yaml:
            machine-1: !!python/name:os.system

    Finding:
        entities/e.yaml:1:12 TWIN007 holds the tag "tag:yaml.org,2002:python/name:os.system"; remove it;
        quote a value to make it text

    Fix:
        Write the values out, or use `forEach` or `extendsFrom` for what repeats.

    Good:
        entities/e.yaml:
            machine-1:
              entityName: Machine 1
    """,
    is_essential=True,
)
DUPLICATE_KEY = Rule(
    "TWIN008",
    "duplicate-key",
    """A key is duplicated in the same mapping. Only the first one would count.

    Bad:
        entities/e.yaml:
            machine-1:
              entityName: Machine 1
              entityName: Machine 2

    Finding:
        entities/e.yaml:3:3 TWIN008 key "entityName" is duplicated, first in line 2, column 3; keep one of
        them

    Fix:
        Keep one of them.

    Good:
        entities/e.yaml:
            machine-1:
              entityName: Machine 1
    """,
    is_essential=True,
)
MISSING_FILE = Rule(
    "TWIN009",
    "missing-file",
    """A file or folder does not exist: the model's folder, its `twin.yaml`, or a CSV that a `forEach` names.

    Bad:
        entities/e.yaml:
            forEach: {csv: machines.csv, as: row}
            entity: {entityName: '${row.name}'}

    Finding:
        entities/e.yaml:1:16 TWIN009 CSV file "machines.csv" does not exist; create it, or correct its
        name

    Fix:
        Create it, or correct the path. The path of a CSV is relative to the file that names it.

    Good:
        entities/e.yaml:
            forEach: {csv: machines.csv, as: row}
            entity: {entityId: '${row.id}', entityName: '${row.name}'}
        entities/machines.csv:
            id,name
            m-1,Machine 1
    """,
    is_essential=True,
)
UNEXPECTED_FILE = Rule(
    "TWIN013",
    "unexpected-file",
    """A file or folder of the model would not be read: its name or its ending is none of those expected.

    Bad:
        entitys/e.yaml:
            machine-1:
              entityName: Machine 1

    Finding:
        entitys:1:1 TWIN013 folder "entitys" is not part of a definition; did you mean "entities"?

    Fix:
        Correct the name, or move it out of the model.

    Good:
        entitys/e.yaml (removed)
        entities/e.yaml:
            machine-1:
              entityName: Machine 1
    """,
    is_essential=True,
)
OUTSIDE_MODEL = Rule(
    "TWIN032",
    "file-outside-model",
    """A file that the definition names, or a link in its folder, leads out of that folder. A definition is
    data: it must not bring other files of the machine that checks, deploys or previews it into a deployment
    or a page. Files of `assets` stay inside of `assets`, which is deployed as a whole.

    Bad:
        entities/e.yaml:
            forEach: {csv: ../../.aws/credentials}
            entity: {entityId: 'a-${row.id}', entityName: Machine}

    Finding:
        entities/e.yaml:1:16 TWIN032 CSV file "../../.aws/credentials" is outside of the model; copy it into
        the model

    Fix:
        Copy the file into the folder of the definition. Links are followed, and may lead to other files of
        the same folder.

    Good:
        entities/e.yaml:
            forEach: {csv: machines.csv}
            entity: {entityId: 'a-${row.id}', entityName: Machine}
        entities/machines.csv:
            id
            1
    """,
    is_essential=True,
)
MODEL_TOO_LARGE = Rule(
    "TWIN098",
    "model-too-large",
    """The files of a definition hold more than 20 MB together, or more than 800,000 values with what
    `forEach` and layouts make: a check would take minutes and gigabytes. With `engine: bulk` it is 80 MB and
    3,200,000 values, for the 50,000 entities of a workspace. A CSV file counts each time it is read, `assets`
    do not count. Ten thousand devices with a scene are less than half of it. The check ends here, so further
    mistakes show once this one is corrected.

    Bad:
        entities/a.yaml (120000 lines):
            # Machine <n> is in hall 7, in the row between the press and the store.
        entities/b.yaml (120000 lines):
            # Machine <n> is in hall 8, in the row between the press and the store.
        entities/c.yaml (120000 lines):
            # Machine <n> is in hall 9, in the row between the press and the store.

    Finding:
        :1:1 TWIN098 the files hold more than 20,000,000 bytes together; split the definition into several
        twins, or make it smaller

    Fix:
        Split it into several twins, each with a workspace of its own, or leave out what the twin does not
        need.

    Good:
        entities/c.yaml (removed)
        entities/b.yaml (removed)
        entities/a.yaml (3 lines):
            # Machine <n> is in hall 7, in the row between the press and the store.
    """,
    is_essential=True,
)
TOO_MANY_FINDINGS = Rule(
    "TWIN099",
    "too-many-findings",
    """There are more than 1,000 mistakes. The first ones found are shown, or none where one mapping alone
    holds more.

    Bad:
        entities/e.yaml (1001 lines):
            machine <n>: {entityName: M 1}

    Finding:
        :1:1 TWIN099 more than 1,000 mistakes, the rest is not shown; correct these first

    Fix:
        Correct these, then check again.

    Good:
        entities/e.yaml (299 lines):
            machine-<n>: {entityName: M 1}
    """,
    is_essential=True,
)
