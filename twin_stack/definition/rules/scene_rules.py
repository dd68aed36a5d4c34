"""Rules about the rules of scenes: their expressions, their targets, and what is bound to them.

Source: ``ruleEvaluator`` and ``getSceneResourceInfo`` of AWS IoT App Kit's scene composer, and the parser of
jexl 2.3. AWS's viewer is silent about all of these mistakes: the statement is skipped.
"""

from __future__ import annotations

from twin_stack.definition.findings import Severity
from twin_stack.definition.rule import Rule

COSTLY_SCENE_TEXT = Rule(
    "TWIN047",
    "costly-scene-text",
    """A viewer evaluates expressions of rules and renders texts of overlays in the browser: a long or deeply
    nested one hangs it, for half a minute with 40,000 brackets.

    The page skips what exceeds a limit. An expression has at most 500 characters, 16 nested brackets and
    conditions, and no filter of a list; all expressions of a scene have 100,000 characters; a Markdown text
    has 10,000. AWS documents no limits.

    Bad:
        scenes/hall.yaml:
            nodes: []
            rules:
              heat:
                statements:
                  - expression: 't > 80 ? 1 : ((((((((((((((((t))))))))))))))))'
                    target: iottwinmaker.common.icon:Error

    Finding:
        scenes/hall.yaml:5:21 TWIN047 expression "t > 80 ? 1 : ((((((((((((((((t))))))))))))))))" is not
        evaluated: it has more than 16 nested brackets and conditions; make it simpler, or use several
        statements

    Fix:
        Write several statements instead of one, or compute the value in a property.

    Good:
        scenes/hall.yaml:
            nodes: []
            rules:
              heat:
                statements:
                  - expression: t > 80
                    target: iottwinmaker.common.icon:Error
    """,
)
INVALID_SCENE_EXPRESSION = Rule(
    "TWIN171",
    "invalid-scene-expression",
    """Viewers cannot evaluate an expression of a rule, and skip its statement. The message is that of jexl,
    the language of expressions in scenes.

    Bad:
        scenes/hall.yaml:
            nodes: []
            rules:
              heat:
                statements:
                  - {expression: t = 80, target: 'iottwinmaker.common.icon:Error'}

    Finding:
        scenes/hall.yaml:5:22 TWIN171 expression "t = 80" cannot be evaluated: Invalid expression token: =;
        compare with ==

    Fix:
        Write `==` to compare, `&&`, `||` and `!` to combine, and names without `${}`. There are no functions.

    Good:
        scenes/hall.yaml:
            nodes: []
            rules:
              heat:
                statements:
                  - {expression: t == 80, target: 'iottwinmaker.common.icon:Error'}
    """,
)
UNBOUND_NAME = Rule(
    "TWIN172",
    "unbound-name",
    """An expression uses a name that has no value: only the property that the component binds has one, under
    its own name, and the list of its values under the name with `_raw`.

    A component whose property the rule never tests is a warning.

    Bad:
        component_types/t.yaml:
            com.example.Sensor:
              propertyDefinitions: {heat: STRING}
        entities/e.yaml:
            machine-1:
              entityName: Machine 1
              components:
                s: {componentTypeId: com.example.Sensor}
        scenes/hall.yaml:
            nodes:
              - components:
                - type: Tag
                  ruleBasedMapId: hot
                  valueDataBinding:
                    dataBindingContext: {entityId: machine-1, componentName: s, propertyName: heat}
            rules:
              hot:
                statements:
                  - {expression: haet > 80, target: 'iottwinmaker.common.icon:Error'}

    Finding:
        scenes/hall.yaml:10:22 TWIN172 "haet" has no value in this rule, whose components bind "heat"; did you
        mean "heat"?

    Fix:
        Use the name of the property that the component binds. Case matters.

    Good:
        scenes/hall.yaml:
            nodes:
              - components:
                - type: Tag
                  ruleBasedMapId: hot
                  valueDataBinding:
                    dataBindingContext: {entityId: machine-1, componentName: s, propertyName: heat}
            rules:
              hot:
                statements:
                  - {expression: heat > 80, target: 'iottwinmaker.common.icon:Error'}
    """,
)
UNKNOWN_TARGET = Rule(
    "TWIN173",
    "unknown-rule-target",
    """A target of a rule, or the icon of a tag, is none of the viewers. They show it as the icon `Info`.

    Bad:
        scenes/hall.yaml:
            nodes: []
            rules:
              heat:
                statements:
                  - {expression: t > 80, target: 'iottwinmaker.common.icon:Eror'}

    Finding:
        scenes/hall.yaml:5:38 TWIN173 target "iottwinmaker.common.icon:Eror" is not known; did you mean
        "iottwinmaker.common.icon:Error"?

    Fix:
        A target is `iottwinmaker.common.icon:` with `Info`, `Warning`, `Error`, `Video` or `Custom`,
        `iottwinmaker.common.color:` with a colour, `iottwinmaker.common.opacity:` with a number from 0 to 1,
        or `iottwinmaker.common.number` for the value of the expression. Case matters.

    Good:
        scenes/hall.yaml:
            nodes: []
            rules:
              heat:
                statements:
                  - {expression: t > 80, target: 'iottwinmaker.common.icon:Error'}
    """,
)
UNBOUND_RULE = Rule(
    "TWIN174",
    "unbound-rule",
    """A component has a rule or a text with values, and no property is bound to it.

    A rule without a property never changes anything. A `${name}` of a text without a binding is shown as "-".

    Bad:
        scenes/hall.yaml:
            nodes:
              - components: [{type: Tag, ruleBasedMapId: heat}]
            rules:
              heat:
                statements:
                  - {expression: t > 80, target: 'iottwinmaker.common.icon:Error'}

    Finding:
        scenes/hall.yaml:2:46 TWIN174 warning: a Tag with a rule is not bound to a property, so it does not
        change; add a valueDataBinding with entityId, componentName and propertyName

    Fix:
        Bind a property, or remove the rule.

    Good:
        scenes/hall.yaml:
            nodes:
              - components: [{type: Tag}]
            rules:
              heat:
                statements:
                  - {expression: t > 80, target: 'iottwinmaker.common.icon:Error'}
    """,
    Severity.WARNING,
)
UNUSABLE_NAME = Rule(
    "TWIN179",
    "unusable-name",
    """Viewers cannot read the name of a property in an expression.

    They replace "-" in the name of the bound property, at its first place in the expression only: at a second
    one it is a minus. A name that begins with a digit is none in expressions.

    Bad:
        component_types/t.yaml:
            com.example.Sensor:
              propertyDefinitions: {oil-level: STRING}
        entities/e.yaml:
            machine-1:
              entityName: Machine 1
              components:
                s: {componentTypeId: com.example.Sensor}
        scenes/hall.yaml:
            nodes:
              - components:
                - type: Tag
                  ruleBasedMapId: low
                  valueDataBinding:
                    dataBindingContext: {entityId: machine-1, componentName: s, propertyName: oil-level}
            rules:
              low:
                statements:
                  - expression: oil-level > 1 && oil-level < 5
                    target: iottwinmaker.common.icon:Error

    Finding:
        scenes/hall.yaml:10:21 TWIN179 "oil-level" is used twice: viewers can read a name with "-" at its
        first place only; use several statements, or a property without "-"

    Fix:
        Use the name once in each expression, or bind a property whose name has letters, digits and `_` only.

    Good:
        scenes/hall.yaml:
            nodes:
              - components:
                - type: Tag
                  ruleBasedMapId: low
                  valueDataBinding:
                    dataBindingContext: {entityId: machine-1, componentName: s, propertyName: oil-level}
            rules:
              low:
                statements:
                  - expression: oil-level <= 1
                    target: iottwinmaker.common.icon:Info
                  - expression: oil-level < 5
                    target: iottwinmaker.common.icon:Error
    """,
)
