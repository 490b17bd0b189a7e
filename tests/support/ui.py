#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Looks at and works windows through AT-SPI, as a screen reader does: a process of its own,
because the accessibility library knows one bus for life. Commands come as lines of JSON on
stdin, answers go to stdout; tests/support/screen.py is the other end."""

import json
import sys
import time

import gi

gi.require_version("Atspi", "2.0")
from gi.repository import Atspi, GLib  # noqa: E402


DRAG_STEPS = 10


def walk(thing, hidden, depth=0):
    """What is not showing has nothing that is: each question is a message to the program."""
    if depth > 1 and not hidden and not is_showing(thing):
        return
    yield thing
    if depth > 60:
        return
    for index in range(thing.get_child_count()):
        child = thing.get_child_at_index(index)
        if child is not None:
            yield from walk(child, hidden, depth + 1)


def is_showing(thing):
    return thing.get_state_set().contains(Atspi.StateType.SHOWING)


def applications():
    desktop = Atspi.get_desktop(0)
    return [desktop.get_child_at_index(index) for index in range(desktop.get_child_count())]


# What newer releases of AT-SPI call a role that the tests know by its older name.
OLDER_NAMES = {"button": "push button"}


def role_of(thing):
    name = thing.get_role_name()
    return OLDER_NAMES.get(name, name)


def matches(thing, role, name, exact):
    if role is not None and role_of(thing) not in ([role] if isinstance(role, str) else role):
        return False
    own = thing.get_name() or ""
    return name is None or (own == name if exact else name in own)


def find_all(application, role=None, name=None, exact=True, hidden=False, within=None, near=None):
    """within: the name of something around it. near: what the label says that is for it."""
    for top in applications():
        if top is None or top.get_name() != application:
            continue
        for around in [top] if within is None else find_all(application, name=within):
            for thing in walk(around, hidden):
                try:
                    if matches(thing, role, name, exact) and (near is None or near in labels_of(thing)):
                        yield thing
                except GLib.Error:
                    pass  # gone meanwhile


def pick(at=0, **how):
    """The first that is found, or the one at another place; None."""
    found = find_all(**how)
    things = [next(found, None)] if at == 0 else list(found)
    return things[at] if -len(things) <= at < len(things) else None


def labels_of(thing):
    return [relation.get_target(index).get_name() for relation in thing.get_relation_set()
            if relation.get_relation_type() == Atspi.RelationType.LABELLED_BY
            for index in range(relation.get_n_targets())]


def wait(seconds, ask, what):
    """The first true answer; asked again whenever something may have changed."""
    deadline = time.monotonic() + seconds
    context = GLib.MainContext.default()
    while True:
        try:
            answer = ask()
            if answer:
                return answer
        except GLib.Error as error:
            print(f"ui: {error}", file=sys.stderr)
        if time.monotonic() > deadline:
            raise TimeoutError(f"not within {seconds} s: {what}")
        timer = GLib.timeout_add(50, lambda: True)
        context.iteration(True)
        GLib.source_remove(timer)


def describe(thing):
    states = thing.get_state_set()
    value = thing.get_value_iface()
    text = thing.get_text_iface()
    found = {"role": role_of(thing), "name": thing.get_name() or "",
             "description": thing.get_description() or "",
             "sensitive": states.contains(Atspi.StateType.SENSITIVE),
             "checked": states.contains(Atspi.StateType.CHECKED),
             "focused": states.contains(Atspi.StateType.FOCUSED), "active": states.contains(Atspi.StateType.ACTIVE)}
    if value is not None:
        found["value"] = value.get_current_value()
    if text is not None:
        found["text"] = Atspi.Text.get_text(text, 0, -1)
    return found


def find(seconds, **how):
    return wait(seconds, lambda: pick(**how), f"{how}")


def on_find(seconds, **how):
    return describe(find(seconds, **how))


def on_gone(seconds, **how):
    return wait(seconds, lambda: pick(**how) is None, f"no more {how}")


def on_all(seconds, **how):
    return [describe(thing) for thing in find_all(**how)]


def on_press(seconds, **how):
    """The widget's first action: click, toggle, activate."""
    def pressed():
        thing = pick(**how)
        if thing is None or not thing.get_state_set().contains(Atspi.StateType.SENSITIVE):
            return False
        return thing.get_action_iface().do_action(0)
    return wait(seconds, pressed, f"pressing {how}")


def on_press_in_row(seconds, column, **how):
    """The cell of another column in the row of a cell."""
    def pressed():
        thing = pick(**how)
        table = thing.get_parent() if thing is not None else None
        while table is not None and table.get_table_iface() is None:
            thing, table = table, table.get_parent()
        if table is None:
            return False
        iface = table.get_table_iface()
        row = iface.get_row_at_index(thing.get_index_in_parent())
        cell = iface.get_accessible_at(row, column)
        return cell.get_action_iface().do_action(0)
    return wait(seconds, pressed, f"pressing column {column} in the row of {how}")


def on_rows(seconds, column, **how):
    """What a column of a table says, from the top."""
    def read(cell):
        """Beside a picture the text is a cell within the cell."""
        parts = [cell.get_child_at_index(index) for index in range(cell.get_child_count())]
        return "".join(part.get_name() or "" for part in [cell, *parts])

    def said():
        thing = pick(**how)
        table = thing.get_table_iface() if thing is not None else None
        return table is not None and [read(table.get_accessible_at(row, column)) for row in range(table.get_n_rows())]
    return wait(seconds, said, f"rows of {how}")


def on_set_value(seconds, value, **how):
    return find(seconds, **how).get_value_iface().set_current_value(value)


def on_set_text(seconds, text, **how):
    return find(seconds, **how).get_editable_text_iface().set_text_contents(text)


def on_click(seconds, button=1, **how):
    """With the mouse, in its middle: for what has no action, such as a menu that comes with the other button."""
    extents = find(seconds, **how).get_component_iface().get_extents(Atspi.CoordType.SCREEN)
    return Atspi.generate_mouse_event(extents.x + extents.width // 2, extents.y + extents.height // 2, f"b{button}c")


def on_drag(seconds, onto, **how):
    """With the mouse, to the upper edge of another thing. Whether it was dropped there is for the asker to see:
    between two messages of a drag there is no telling where it is."""
    def extents(thing):
        return thing.get_component_iface().get_extents(Atspi.CoordType.SCREEN)
    thing, target = find(seconds, **how), find(seconds, **onto)
    begin, end = extents(thing), extents(target)
    x, y = begin.x + begin.width // 2, begin.y + begin.height // 2
    to_x, to_y = end.x + end.width // 2, end.y + end.height // 8
    Atspi.generate_mouse_event(x, y, "abs")
    Atspi.generate_mouse_event(x, y, "b1p")
    for step in range(1, DRAG_STEPS + 1):
        Atspi.generate_mouse_event(x + (to_x - x) * step // DRAG_STEPS, y + (to_y - y) * step // DRAG_STEPS, "abs")
        extents(thing)  # once it answers, it has seen the mouse
    return Atspi.generate_mouse_event(to_x, to_y, "b1r")


def on_select(seconds, **how):
    """The thing becomes the selected child, or is in the selected row, of what holds it."""
    def selected():
        thing = pick(**how)
        if thing is None:
            return False
        above = thing.get_parent()
        while above is not None:
            table, selection = above.get_table_iface(), above.get_selection_iface()
            if table is not None:
                return table.add_row_selection(table.get_row_at_index(thing.get_index_in_parent()))
            if selection is not None:
                return selection.select_child(thing.get_index_in_parent())
            thing, above = above, above.get_parent()
        return False
    return wait(seconds, selected, f"selecting {how}")


def on_choose(seconds, index, **how):
    """Of a combo box."""
    return find(seconds, **how).get_selection_iface().select_child(index)


def main():
    Atspi.init()
    commands = {"find": on_find, "gone": on_gone, "all": on_all, "press": on_press,
                "press-in-row": on_press_in_row, "set-value": on_set_value,
                "set-text": on_set_text, "select": on_select,
                "choose": on_choose, "click": on_click, "drag": on_drag, "rows": on_rows}
    for line in sys.stdin:
        asked = json.loads(line)
        try:
            answer = {"answer": commands[asked.pop("command")](**asked)}
        except (TimeoutError, GLib.Error, AttributeError) as error:
            answer = {"error": f"{type(error).__name__}: {error}"}
        print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    main()
