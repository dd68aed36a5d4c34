"""The expression language of scene rules: jexl 2.3, which AWS's viewer and the page evaluate.

jexl parses with a table of states, which takes some expressions that no grammar would, such as ``(a > 1`` and
``--5``. The tables are kept here as they are there, so that this room accepts what jexl accepts and has its
error messages. Source: https://github.com/TomFrost/Jexl, tag v2.3.0, ``lib/Lexer.js`` and ``lib/parser``.
"""

from __future__ import annotations

from twin_stack.twinmaker.jexl.errors import ExpressionSyntaxError
from twin_stack.twinmaker.jexl.parser import parse_expression
from twin_stack.twinmaker.jexl.syntax import Node, Syntax, evaluation_fault, names_of, nodes_of

__all__ = [
    "ExpressionSyntaxError",
    "Node",
    "Syntax",
    "evaluation_fault",
    "names_of",
    "nodes_of",
    "parse_expression",
]
