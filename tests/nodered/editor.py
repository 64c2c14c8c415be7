"""Node-RED's editor in Debian's Chromium, as its owner uses it."""

from pathlib import Path
from typing import Self
from urllib.parse import urlsplit

from playwright.sync_api import Browser, FloatRect, Page, ViewportSize

from tests.nodered.peer import PASSWORD, NodeRed

SIZE = ViewportSize(width=1500, height=860)


class Editor:
    """A fresh window of the browser, signed in as admin; it notes every request to another host."""

    def __init__(self, browser: Browser, node_red: NodeRed) -> None:
        self._browser = browser
        self._node_red = node_red
        self.strangers: list[str] = []

    def __enter__(self) -> Self:
        self._context = self._browser.new_context(viewport=SIZE, device_scale_factor=1)
        self.page: Page = self._context.new_page()
        self.page.on("request", lambda request: self._note(request.url))
        self._sign_in()
        return self

    def __exit__(self, *error: object) -> None:
        self._context.close()

    def _note(self, url: str) -> None:
        parts = urlsplit(url)
        if parts.scheme in ("http", "https", "ws", "wss") and parts.port != self._node_red.port:
            self.strangers.append(url)

    def _sign_in(self) -> None:
        self.page.goto(self._node_red.url())
        self.page.fill("#node-dialog-login-username", "admin")
        self.page.fill("#node-dialog-login-password", PASSWORD)
        self.page.click("#node-dialog-login-submit")
        self.page.wait_for_selector(".red-ui-tab-label")
        self.page.wait_for_function("RED.nodes.id && RED.workspaces.count() > 0")

    def show(self, tab: str) -> None:
        """Opens a tab by its name."""
        self.page.evaluate(
            "label => RED.nodes.eachWorkspace(tab => { if (tab.label === label) { RED.workspaces.show(tab.id); } })",
            tab,
        )
        self.page.wait_for_function(
            "label => RED.nodes.workspace(RED.workspaces.active()).label === label && !$('.red-ui-loader').length",
            arg=tab,
        )

    def picture(self, path: Path) -> None:
        """Takes a picture of what is on the open tab, without palette and sidebar."""
        self.page.evaluate("RED.view.redraw(true)")
        corner = self.page.evaluate(
            """() => RED.nodes.groups(RED.workspaces.active()).reduce(
                (far, group) => [Math.max(far[0], group.x + group.w), Math.max(far[1], group.y + group.h)], [0, 0])"""
        )
        chart = self.page.locator("#red-ui-workspace-chart").bounding_box()
        assert chart is not None
        clip = FloatRect(x=chart["x"], y=chart["y"], width=corner[0] + 20, height=corner[1] + 20)
        self.page.screenshot(path=str(path), clip=clip)

    def status_of(self, name: str) -> str:
        """A node's status text, once it has one."""
        find = "RED.nodes.filterNodes({}).find(node => node.name === name)"
        self.page.wait_for_function(f"name => {find}.status?.text", arg=name)
        return str(self.page.evaluate(f"name => {find}.status.text", name))

    def rename(self, old: str, new: str) -> None:
        """Changes a node's name in its dialogue, as a person does."""
        self.page.evaluate(
            "name => RED.nodes.eachNode(node => { if (node.name === name) { RED.editor.edit(node); } })", old
        )
        self.page.fill("#node-input-name", new)
        self.page.click("#node-dialog-ok")
        self.page.wait_for_selector("#node-dialog-ok", state="hidden")

    def move(self, name: str, right: int) -> None:
        """Moves a node by so many pixels."""
        self.page.evaluate(
            """([name, right]) => RED.nodes.eachNode(node => {
                if (node.name !== name) { return; }
                Object.assign(node, { x: node.x + right, moved: true, dirty: true });
                RED.nodes.dirty(true);
            })""",
            [name, right],
        )

    def deploy(self) -> None:
        """Presses Deploy and waits until Node-RED has taken it."""
        with self.page.expect_response(
            lambda answer: answer.url.endswith("/flows") and answer.request.method == "POST"
        ) as taken:
            self.page.click("#red-ui-header-button-deploy")
        assert taken.value.ok
        self.page.wait_for_function("!RED.nodes.dirty()")
