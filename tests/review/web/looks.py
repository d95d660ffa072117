"""How a page looks: pictures of it, and what axe-core finds wrong at both widths, light and dark."""

from typing import Literal

from playwright.sync_api import Page

from .live_service import ROOT

AXE = ROOT / "deploy/vendor/checks/axe-core/axe.min.js"
PICTURES = ROOT / ".artifacts" / "pages"
WIDTHS = (1440, 1024)
Scheme = Literal["light", "dark"]
SCHEMES: tuple[Scheme, ...] = ("light", "dark")
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
COLOUR_RULES = ["color-contrast", "link-in-text-block"]  # the only ones among RULES that look at colours
RUN = """runOnly => axe.run(document, { runOnly, resultTypes: ["violations"] }).then(found => found.violations)"""


def picture(page: Page, name: str) -> None:
    # Hiding the caret would add a style that the page's own policy refuses.
    PICTURES.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=PICTURES / f"{name}.png", caret="initial")


def show_in(page: Page, scheme: Scheme) -> None:
    """Go over to a colour scheme, at once; the page follows the system's only with its next frame."""
    page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
    page.wait_for_function("scheme => document.documentElement.dataset.bsTheme === scheme", arg=scheme)


def faults_of_every_look(page: Page, name: str) -> dict[str, list[str]]:
    """What breaks WCAG 2.2 AA or scrolls sideways, by width and scheme."""
    faults = {}
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        for scheme in SCHEMES:
            show_in(page, scheme)
            picture(page, f"{name}-{scheme}-{width}")
            if found := faults_of(page, RULES if scheme == "light" else COLOUR_RULES):
                faults[f"{name} {scheme} at {width}"] = found
        if not page.evaluate("document.documentElement.scrollWidth <= innerWidth"):
            faults[f"{name} at {width}"] = ["it scrolls sideways"]
    return faults


def faults_of(page: Page, rules: list[str]) -> list[str]:
    """Each rule that is broken, with the first element it is about."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE.read_text(encoding="utf-8"))
    return [f"{fault['id']}: {fault['nodes'][0]['html'][:160]}" for fault in page.evaluate(RUN, rules)]
