/** Keys: one table for what they do and for the help that lists them. */

import { byId, el } from "../dom.js";
import { t } from "../i18n.js";

const KEPT = "ecgfuse-keys-everywhere";

/** Key -> name of the action; letters are lower case, with Shift they go backwards. */
export const KEYS = {
  ArrowLeft: "left",
  ArrowRight: "right",
  PageUp: "pageLeft",
  PageDown: "pageRight",
  Home: "first",
  End: "last",
  "+": "zoomIn",
  "=": "zoomIn",
  "-": "zoomOut",
  ArrowUp: "gainUp",
  ArrowDown: "gainDown",
  ".": "nextBeat",
  ",": "previousBeat",
  s: "jumpS",
  v: "jumpV",
  f: "jumpF",
  a: "jumpAbnormal",
  p: "jumpPause",
  r: "jumpRun",
  d: "jumpDoubt",
  m: "jumpMismatch",
  1: "class1",
  2: "class2",
  3: "class3",
  4: "class4",
  5: "class5",
  l: "lead",
  b: "filter",
  Enter: "window",
  "?": "help",
};

/** What the keys do, for the help. */
function descriptions() {
  return [
    ["← →", t("move by a quarter of the strip")],
    ["Page Up, Page Down", t("move by the whole strip")],
    ["Home, End", t("start and end of the recording")],
    ["+ −", t("zoom in and out")],
    ["↑ ↓", t("higher and lower gain")],
    [", .", t("previous and next beat")],
    ["S, V, F, A", t("next beat of the class S, V, F or abnormal; with Shift the previous one")],
    ["P, R, D, M", t("next pause, run, doubt or mismatch; with Shift the previous one")],
    ["1 – 5", t("class of the chosen beat: N, S, V, F, Q")],
    ["Ctrl+Z, Ctrl+Y", t("undo and redo a correction")],
    ["L", t("all leads, or one after the other")],
    ["B", t("all beats, normal or abnormal ones")],
    ["Enter", t("the chosen beat in a window of its own")],
    ["Esc", t("choose no beat")],
    ["?", t("this list")],
  ];
}

export class Keys {
  /** @param {{element: HTMLElement, actions: Object<string, (backwards: boolean) => void>}} options */
  constructor({ element, actions }) {
    this.element = element;
    this.actions = actions;
    this.everywhere = localStorage.getItem(KEPT) !== "no";
    document.addEventListener("keydown", (event) => this.press(event));
    this.fillHelp();
  }

  fillHelp() {
    const rows = descriptions().map(([keys, text]) => el("tr", {}, el("th", { scope: "row" }, el("kbd", {}, keys)), el("td", {}, text)));
    byId("help-keys").replaceChildren(el("table", {}, el("tbody", {}, rows)));
    const box = byId("keys-on");
    box.checked = this.everywhere;
    box.addEventListener("change", () => {
      this.everywhere = box.checked;
      localStorage.setItem(KEPT, box.checked ? "yes" : "no");
    });
  }

  press(event) {
    if (event.defaultPrevented || document.querySelector("dialog[open]")) return;
    if (isText(event.target)) return;
    const action = this.actionOf(event);
    if (!action || !this.actions[action]) return;
    event.preventDefault();
    this.actions[action](event.shiftKey);
  }

  actionOf(event) {
    const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
    if (event.ctrlKey || event.metaKey) {
      if (key === "z") return event.shiftKey ? "redo" : "undo";
      return key === "y" ? "redo" : null;
    }
    if (event.altKey) return null;
    const inStrip = this.element.contains(event.target);
    if (!inStrip && (!this.everywhere || usesKey(event.target, event.key))) return null;
    return key === "Escape" ? "none" : KEYS[key] ?? null;
  }
}

const isText = (target) => target.matches?.("input:not([type=checkbox], [type=radio]), textarea, select");

/** Does an element need a key itself, as a button needs Enter? */
function usesKey(target, key) {
  if (key === "Enter") return target !== document.body;
  if (key.startsWith("Arrow")) return target.matches?.("[role=slider], summary, input");
  return false;
}
