/** The menu of files to take away. */

import { api } from "../api.js";
import { byId, el } from "../dom.js";
import { t } from "../i18n.js";

/** Fill the menu; the strips are those in view when it opens. Single beats have no strip (no state). */
export function fillDownloads({ analysis, state = null }) {
  const show = () => {
    const whole = [
      ...(state ? [["annotation", t("Annotation (WFDB)")]] : []),
      ["beats.csv", t("Beats (CSV)")],
      ["report.json", t("Report (JSON)")],
    ];
    const strips = state ? [["strip.svg", t("This strip (SVG)")], ["strip.png", t("This strip (PNG)")]] : [];
    const items = [
      ...whole.map(([what, text]) => link(api.exportUrl(analysis.id, what), text)),
      ...strips.map(([what, text]) => link(api.exportUrl(analysis.id, what, stripOf(state)), text)),
    ];
    byId("downloads").replaceChildren(...items);
  };
  const menu = byId("downloads").closest("details");
  menu.addEventListener("toggle", () => menu.open && show());
  document.addEventListener("click", ({ target }) => menu.contains(target) || (menu.open = false));
  menu.addEventListener("keydown", ({ key }) => {
    if (key !== "Escape") return;
    menu.open = false;
    menu.querySelector("summary").focus();
  });
  show();
}

const LONGEST_S = 60;

function stripOf({ startS, endS, leads, recording }) {
  const lead = leads.length === 1 && recording.leads.length > 1 ? leads[0] : null;
  return { from_s: startS.toFixed(3), to_s: Math.min(endS, startS + LONGEST_S).toFixed(3), lead };
}

const link = (href, text) => el("li", {}, el("a", { href, download: "" }, text));
