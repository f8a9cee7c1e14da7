/** The tool bar: speed, gain, leads, filter, and buttons with an attribute data-do. */

import { byId, el } from "../dom.js";
import { number } from "../format.js";
import { t } from "../i18n.js";
import { GAINS, SPEEDS } from "./state.js";

const FILTERS = ["all", "normal", "abnormal"];

export class Controls {
  /** @param {{state: ViewState, actions: Object<string, () => void>}} options */
  constructor({ state, actions }) {
    this.state = state;
    this.fill("speed", SPEEDS, "mm/s");
    this.fill("gain", GAINS, "mm/mV");
    byId("leads").append(...state.recording.leads.map((name) => el("option", { value: name }, name)));
    byId("leads").closest("label").hidden = state.recording.leads.length < 2;
    byId("speed").addEventListener("change", ({ target }) => state.setSpeed(Number(target.value)));
    byId("gain").addEventListener("change", ({ target }) => state.set({ gain: Number(target.value) }));
    byId("leads").addEventListener("change", ({ target }) => this.showLead(target.value));
    byId("filter").addEventListener("change", ({ target }) => state.set({ filter: target.value }));
    for (const button of document.querySelectorAll("[data-do]")) {
      button.addEventListener("click", () => actions[button.dataset.do](false));
    }
    state.addEventListener("change", () => this.update());
    this.update();
  }

  fill(id, values, unit) {
    const options = values.map((value) => el("option", { value }, `${number(value, value % 1 ? 1 : 0)} ${unit}`));
    byId(id).append(...options, el("option", { value: "other", hidden: true }));
  }

  /** Show one lead, or all of them. */
  showLead(name) {
    const { state } = this;
    state.set({ leads: name ? [name] : state.recording.leads });
  }

  /** All leads, then each alone, then all again. */
  nextLead() {
    const names = ["", ...this.state.recording.leads];
    const current = this.state.leads.length === 1 ? this.state.leads[0] : "";
    this.showLead(names[(names.indexOf(current) + 1) % names.length]);
  }

  nextFilter() {
    const { state } = this;
    state.set({ filter: FILTERS[(FILTERS.indexOf(state.filter) + 1) % FILTERS.length] });
  }

  update() {
    const { state } = this;
    choose(byId("speed"), state.speed, `${number(state.speed, state.speed < 10 ? 2 : 1)} mm/s`);
    choose(byId("gain"), state.gain, `${number(state.gain, 1)} mm/mV`);
    byId("filter").value = state.filter;
    const single = state.recording.leads.length > 1 && state.leads.length === 1;
    byId("leads").value = single ? state.leads[0] : "";
  }
}

/** Choose a value in a select; one that is not in the list gets an entry of its own. */
function choose(select, value, text) {
  const known = [...select.options].find((option) => Math.abs(Number(option.value) - value) < 0.01 * value);
  const other = select.querySelector('[value="other"]');
  other.hidden = Boolean(known);
  other.textContent = text;
  other.title = t("chosen by zooming");
  select.value = known ? known.value : "other";
}
