"""Filling in a form as a browser does: from the page that was sent, and nothing else."""

from html.parser import HTMLParser


class _Controls(HTMLParser):
    """The successful controls of the one form with the given id."""

    def __init__(self, form_id):
        super().__init__()
        self.form_id, self.inside = form_id, False
        self.data = {}
        self.select, self.textarea, self.options = None, None, []

    def handle_starttag(self, tag, attributes):
        attrs = dict(attributes)
        if tag == "form":
            self.inside = attrs.get("id") == self.form_id
        if not self.inside or "disabled" in attrs:
            return
        name = attrs.get("name")
        if tag == "input" and name and attrs.get("type") not in ("submit", "button"):
            ticked = attrs.get("type") in ("checkbox", "radio")
            if not ticked or "checked" in attrs:
                value = attrs.get("value", "on" if ticked else "") or ""
                self.data.setdefault(name, []).append(value)
        elif tag == "textarea":
            self.textarea = name
            self.data[name] = [""]
        elif tag == "select":
            self.select, self.options = attrs, []
        elif tag == "option" and self.select:
            self.options.append((attrs.get("value") or "", "selected" in attrs))

    def handle_endtag(self, tag):
        if tag == "form":
            self.inside = False
        elif tag == "textarea" and self.textarea:
            text = self.data[self.textarea][0]
            self.data[self.textarea] = [text.removeprefix("\n")]
            self.textarea = None
        elif tag == "select" and self.select:
            chosen = [value for value, selected in self.options if selected]
            if not chosen and "multiple" not in self.select and self.options:
                chosen = [self.options[0][0]]
            self.data[self.select["name"]] = chosen
            self.select = None

    def handle_data(self, data):
        if self.textarea:
            self.data[self.textarea][0] += data


def form_of(response, form_id):
    """What a browser would send from that form, left as it came: name to list of values."""
    controls = _Controls(form_id)
    controls.feed(response.content.decode())
    assert controls.data, f"There is no form “{form_id}” on the page."
    return controls.data


def add_row(data, prefix, **fields):
    """One more row in an inline, as its “Add another” makes it from the empty one."""
    n = int(data[f"{prefix}-TOTAL_FORMS"][0])
    empty = f"{prefix}-__prefix__-"
    for name in [name for name in data if name.startswith(empty)]:
        data[name.replace("__prefix__", str(n))] = list(data[name])
    for name, value in fields.items():
        data[f"{prefix}-{n}-{name}"] = value if isinstance(value, list) else [value]
    data[f"{prefix}-TOTAL_FORMS"] = [str(n + 1)]
    return n


def admin_name(thing, page):
    """The name of an admin page of a model, or of one thing: `changelist`, `add`, `change`…"""
    return f"admin:{thing._meta.app_label}_{thing._meta.model_name}_{page}"
