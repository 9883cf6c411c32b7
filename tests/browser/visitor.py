"""Somebody in front of the page: what they see and what they do, in either language."""

from __future__ import annotations

import json

from playwright.sync_api import expect


class Visitor:
    """A browser's page on the support site. ``complaints`` collects what the browser objects to."""

    def __init__(self, page, address):
        self.page = page
        self.address = address
        self.complaints = []
        page.on("console", self._console)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.add_init_script(
            "addEventListener('securitypolicyviolation',"
            " (e) => console.error('policy: ' + e.violatedDirective + ' ' + e.blockedURI))"
        )

    def _console(self, message):
        # A refused request is the network's word, and some tests want it; all else is a fault.
        if message.type in {"error", "warning"} and "Failed to load resource" not in message.text:
            self.complaints.append(message.text)

    def visit(self, path="/"):
        self.page.goto(self.address + path)
        return self

    @property
    def chat(self):
        return self.page.locator("seedwarden-chat")

    @property
    def launcher(self):
        return self.chat.locator("button.launcher")

    @property
    def panel(self):
        return self.chat.get_by_role("dialog")

    @property
    def field(self):
        return self.chat.locator("textarea")

    @property
    def notice(self):
        return self.chat.get_by_role("alert")

    @property
    def who(self):
        return self.chat.locator(".who")

    @property
    def items(self):
        return self.chat.get_by_role("log").locator("li.item")

    @property
    def mine(self):
        return self.chat.locator("li.customer .text")

    @property
    def heard(self):
        return self.chat.locator("li.bot .text")

    def open(self):
        self.launcher.click()
        expect(self.heard).to_have_count(1)
        return self

    def write(self, text):
        """Type and send: with the Enter key, on a phone with the button."""
        self.field.fill(text)
        if self.page.evaluate("matchMedia('(hover: none)').matches"):
            self.chat.locator(".send").tap()
        else:
            self.field.press("Enter")

    def ask(self, text):
        """Write, and wait until it is answered."""
        before = self.heard.count()
        self.write(text)
        expect(self.heard).to_have_count(before + 1)

    def choose(self, label):
        self.chat.locator(".choices").get_by_role("button", name=label, exact=True).click()

    def session(self):
        return json.loads(self.page.evaluate("localStorage.getItem('seedwarden-chat')"))

    def stored(self):
        """Everything the page keeps in the browser, as one text."""
        return self.page.evaluate("JSON.stringify([{...localStorage}, {...sessionStorage}])")
