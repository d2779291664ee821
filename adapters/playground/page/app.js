// The page: two panes, one clock, one stream of changes.

import { keep, rememberedPane } from "./address.js";
import * as api from "./api.js";
import { Clock } from "./clock.js";
import { el } from "./dom.js";
import { Pane } from "./pane.js";
import { Seen } from "./unread.js";

const SHORT = { slack: "Slack-like", teams: "Teams-like" };
const narrow = matchMedia("(max-width: 899px)");

async function start() {
  const world = await api.world();
  const seen = new Seen(world.session);
  const stage = document.getElementById("stage");
  const banner = document.getElementById("connection");
  const panes = world.platforms.map((platform) => {
    const root = el("section", { class: `pane pane-${platform}`, id: `pane-${platform}` });
    stage.append(root);
    const people = world.people.filter((person) => person.platform === platform);
    return new Pane({ root, platform, people, seen, changed: () => changed() });
  });
  const clock = new Clock(document.getElementById("clock"), (text) => active(panes).say(text));
  const tabs = buildTabs(panes);
  const changed = () => {
    clock.setFaces(panes.filter((pane) => pane.person).map((pane) => ({ name: firstName(pane.person.name), zone: pane.person.zone })));
    tabs.draw();
  };
  const tick = (state) => {
    clock.update(state);
    for (const pane of panes) pane.setNow(state.now);
  };
  tick(world);
  narrow.addEventListener("change", tabs.draw);
  document.addEventListener("click", closeMenus);
  document.addEventListener("keydown", escapeMenus);
  document.addEventListener("toggle", placeMenu, true);
  await Promise.all(panes.map((pane) => pane.refresh()));
  changed();
  stage.removeAttribute("aria-busy");
  api.listen(
    (event) => {
      tick(event);
      for (const pane of panes) {
        if (event.changed.some((one) => one.platform === pane.platform && (!one.user || one.user === pane.user))) pane.refresh();
      }
    },
    (reached) => {
      if (reached && !banner.hidden) panes.forEach((pane) => pane.refresh()); // whatever was missed
      banner.hidden = reached;
    },
  );
}

function firstName(name) {
  return name.trim().split(/\s+/)[0];
}

function active(panes) {
  return panes.find((pane) => pane.root.contains(document.activeElement)) || panes.find((pane) => !pane.root.hidden) || panes[0];
}

/** Below 900 pixels one pane is shown at a time, chosen by tabs. */
function buildTabs(panes) {
  const bar = document.getElementById("tabs");
  let chosen = panes.find((pane) => pane.platform === rememberedPane()) || panes[0];
  const buttons = panes.map((pane) => {
    const dot = el("span", { class: "unread" }, el("span", { class: "visually-hidden" }, "unread messages"));
    const tab = el("button", { type: "button", role: "tab", id: `tab-${pane.platform}`, "aria-controls": pane.root.id, onclick: () => choose(pane) }, SHORT[pane.platform], dot);
    tab.addEventListener("keydown", (event) => {
      const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
      if (!step) return;
      event.preventDefault();
      const next = (panes.indexOf(pane) + step + panes.length) % panes.length;
      choose(panes[next]);
      buttons[next].tab.focus();
    });
    bar.append(tab);
    return { tab, dot };
  });
  const draw = () => {
    bar.hidden = !narrow.matches || panes.length < 2;
    panes.forEach((pane, index) => {
      const { tab, dot } = buttons[index];
      const own = pane === chosen;
      tab.setAttribute("aria-selected", String(own));
      tab.tabIndex = own ? 0 : -1;
      dot.hidden = own || !pane.unread;
      pane.root.hidden = !bar.hidden && !own;
      if (bar.hidden) pane.root.removeAttribute("role");
      else pane.root.setAttribute("role", "tabpanel");
    });
  };
  const choose = (pane) => {
    chosen = pane;
    keep("pane", pane.platform);
    draw();
    pane.logs.get(pane.where())?.toEnd();
  };
  return { draw };
}

function closeMenus(event) {
  for (const menu of document.querySelectorAll("details.menu[open]")) if (!menu.contains(event.target)) menu.removeAttribute("open");
}

function escapeMenus(event) {
  if (event.key !== "Escape") return;
  const menu = event.target.closest?.("details.menu[open]");
  if (!menu) return;
  menu.removeAttribute("open");
  menu.querySelector("summary").focus();
  event.preventDefault();
}

/** A menu near the lower edge opens upwards. */
function placeMenu(event) {
  const menu = event.target;
  if (!menu.matches?.("details.menu[open]")) return;
  const list = menu.querySelector(".menu-list");
  const frame = menu.closest(".log, .home, .dialog-body")?.getBoundingClientRect();
  menu.classList.remove("menu-up");
  if (frame && list.getBoundingClientRect().bottom > frame.bottom && menu.getBoundingClientRect().top - list.offsetHeight > frame.top) menu.classList.add("menu-up");
}

start().catch((failure) => {
  const banner = document.getElementById("connection");
  banner.textContent = failure.message;
  banner.hidden = false;
});
