/** The beats in the strip as a table, for screen readers and for whoever likes numbers. */

import { byId, el } from "../dom.js";
import { badge, clock, probability, reason } from "../format.js";
import { t } from "../i18n.js";

const MOST = 200;
const PAUSE_MS = 250;

export class BeatTable {
  /** @param {{state: ViewState, onBeat: (beat: Object) => void}} options */
  constructor({ state, onBeat }) {
    this.state = state;
    this.onBeat = onBeat;
    this.details = document.querySelector(".beat-list");
    this.details.addEventListener("toggle", () => this.show(this.beats ?? []));
  }

  /** Show beats a moment after they have stopped moving. */
  update(beats) {
    this.beats = beats;
    if (!this.details.open) return;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.show(beats), PAUSE_MS);
  }

  show(beats) {
    if (!this.details.open) return;
    const { state } = this;
    const inside = beats.filter(({ timeS, name }) => timeS >= state.startS && timeS <= state.endS && state.shows(name));
    const head = [t("Time"), t("Class"), t("Probability"), t("Quality"), ...(hasReference(inside) ? [t("Reference")] : [])];
    const [thead, tbody] = byId("beat-table").querySelectorAll("thead, tbody");
    thead.replaceChildren(el("tr", {}, head.map((text) => el("th", { scope: "col" }, text))));
    tbody.replaceChildren(...inside.slice(0, MOST).map((beat) => this.row(beat)));
  }

  row(beat) {
    const go = el("button", { type: "button", class: "quiet", onclick: () => this.onBeat(beat) }, clock(beat.timeS, 2));
    const cells = [go, badge(beat.name), probability(beat.p[beat.name]), beat.flag ? reason(beat.flag) : ""];
    if (beat.reference !== null) cells.push(beat.reference ? badge(beat.reference) : "–");
    const chosen = beat.sample === this.state.selected;
    return el("tr", { class: chosen ? "chosen-row" : "", "aria-current": chosen ? "true" : null }, cells.map((cell) => el("td", {}, cell)));
  }
}

const hasReference = (beats) => beats.some(({ reference }) => reference !== null);
