// The gallery: what the bot can say, each message and form drawn as on the stage, with nobody there to press.

import { DialogHost } from "./dialogs.js";
import { el, uniqueId } from "./dom.js";
import { drawMessage, drawSurface } from "./messages.js";

const NOBODY = {};

function context(shown) {
  return {
    platform: shown.platform,
    user: "",
    userName: "",
    zone: shown.zone,
    language: shown.language,
    uiLanguage: shown.language,
    people: [],
    controls: new Map(shown.controls.map((control) => [control.id, control])),
    opened: new Set(),
    errors: {},
    nameOf: (user) => user,
    placeOf: (id) => id,
    press: () => {},
  };
}

function message(shown) {
  const said = {
    id: shown.name,
    author: { id: "BOT", name: "Convene", is_bot: true },
    at: shown.at,
    text: shown.plain,
    plain: shown.plain,
    body: shown.body,
    drawn: shown.drawn,
    controls: shown.controls,
    private: false,
    edited: false,
    deleted: false,
    thread: null,
    reactions: [],
    files: [],
  };
  return drawMessage(said, context(shown), NOBODY, {});
}

function dialog(shown) {
  const title = uniqueId("dialog-title");
  const form = el("form", { novalidate: true });
  const host = new DialogHost({ platform: shown.platform, context: () => context(shown), act: async () => {} });
  host.shown = { form, title, status: el("div", { class: "dialog-status" }), opened: new Set() };
  host.draw({ ...shown, id: shown.name, errors: {} });
  return el("dialog", { class: `dialog dialog-${shown.platform}`, open: true, "aria-labelledby": title }, form);
}

const DRAWERS = {
  message,
  dialog,
  home: (shown) => el("div", { class: "home" }, drawSurface(shown.drawn, context(shown))),
};

const answer = await fetch("/stage/exhibits");
const sections = (await answer.json()).map((shown, number) =>
  el("section", { class: `exhibit pane-${shown.platform}`, id: `exhibit-${number}`, "aria-label": `${shown.name}, ${shown.platform}` }, DRAWERS[shown.surface](shown)),
);
const main = document.querySelector("main");
main.replaceChildren(...sections);
main.dataset.ready = "yes";
