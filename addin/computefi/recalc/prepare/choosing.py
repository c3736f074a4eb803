"""CHOOSE of several at once, of which the engine gives an error or the first one: written out with IF.

VLOOKUP(k,CHOOSE({1,2},B1:B9,A1:A9),2,0)   →   VLOOKUP(k,IF({1,2}=1,B1:B9,A1:A9),2,0)
"""

from __future__ import annotations

from computefi.formulas.tree import Call, Expression, Group, Leaf, literal, parse, plain_name, trimmed

NONE = [Leaf("#VALUE!", "ERROR")]


def chosen(call: Call) -> Call:
    """A CHOOSE whose number is an array that is written out as the branches that it means; itself otherwise."""
    if plain_name(call.name) != "CHOOSE" or len(call.arguments) < 2:
        return call
    index, *branches = call.arguments
    known, numbers = literal(trimmed(index))
    if not known or not isinstance(numbers, tuple):
        return call
    places = {int(n) if isinstance(n, (float, bool)) else 0 for row in numbers for n in row}
    wanted = sorted(place for place in places if 1 <= place <= len(branches))
    made: Expression = [*NONE] if len(wanted) < len(places) or not wanted else branches[wanted.pop() - 1]
    for place in reversed(wanted):
        asked: Expression = [Call("INT", [[Group([index])]]), *parse(f"={place}")]
        made = [Call("IF", [asked, branches[place - 1], made])]
    node = made[0] if len(made) == 1 else None
    # One of all: as large as the array all the same.
    return node if isinstance(node, Call) and wanted else Call("IF", [[Call("ISNUMBER", [index])], made, made])
