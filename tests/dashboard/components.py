"""Components of the pages as a browser has them: what they were given, and what they send, over the real way in."""

from __future__ import annotations

import json
from typing import Any

from streamlit.testing.v1 import AppTest


def components(app: AppTest, name: str) -> list[Any]:
    """Return the components of a name that the page shows."""
    return [one for one in app.get("bidi_component") if one.proto.component_name == name]


def given(app: AppTest, name: str) -> dict[str, Any]:
    """Return what the browser was given for the one component of a name."""
    (component,) = components(app, name)
    data: dict[str, Any] = json.loads(component.proto.json)
    return data


def deliver(app: AppTest, name: str, state: dict[str, Any], triggers: list[dict[str, Any]] | None = None) -> AppTest:
    """Send what the browser holds of that component, and events that happen once."""
    (component,) = components(app, name)
    states = app._tree.get_widget_states()
    states.widgets.add(id=component.proto.id, json_value=json.dumps(state))
    if triggers:
        internal = f"$$STREAMLIT_INTERNAL_KEY_{component.proto.id}__events"
        states.widgets.add(id=internal, json_trigger_value=json.dumps(triggers))
    return app._run(states)
