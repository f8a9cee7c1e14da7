/** Jumps to the next beat of a class, pause, run, doubt or mismatch. */

import { api } from "../api.js";
import { announce, byId, el } from "../dom.js";
import { ABNORMAL, clock } from "../format.js";
import { t } from "../i18n.js";

const ACTIONS = { jumpS: "S", jumpV: "V", jumpF: "F", jumpAbnormal: ABNORMAL, jumpPause: "pause", jumpRun: "run", jumpDoubt: "doubt", jumpMismatch: "mismatch" };

/** Kinds of places by name. */
function kindName(kind) {
  return {
    pause: t("pause"),
    run: t("run"),
    doubt: t("doubt"),
    mismatch: t("mismatch"),
    abnormal: t("abnormal"),
  }[kind] ?? kind;
}

export class Jumps {
  /** @param {{analysis: Object, state: ViewState, classes: string[], onPlace: (place: Object) => void}} options */
  constructor({ analysis, state, classes, onPlace }) {
    Object.assign(this, { analysis, state, classes, onPlace });
    this.currentS = null;
  }

  /** Kinds that exist in this analysis. */
  kinds() {
    const named = this.classes.filter((name) => !["N", "Q"].includes(name));
    const others = ["Q", "pause", "run", "doubt"];
    return [...named, ...others, ...(this.state.recording.has_reference ? ["mismatch"] : [])];
  }

  /** Make the buttons. */
  showButtons() {
    const buttons = this.kinds().map((kind) =>
      el("button", { type: "button", "data-kind": kind, onclick: (event) => this.go(kind, event.shiftKey), title: t("Shift: the previous one") }, kindName(kind)),
    );
    byId("jumps").replaceChildren(byId("jumps").firstElementChild, ...buttons);
  }

  /** Actions for the keys. */
  actions() {
    const able = Object.entries(ACTIONS).filter(([, kind]) => this.kinds().includes(kind));
    return Object.fromEntries(able.map(([action, kind]) => [action, (backwards) => this.go(kind, backwards)]));
  }

  /** Go to the next place of a kind, from the chosen beat or else from the middle of the strip. */
  async go(kind, backwards = false) {
    const { state } = this;
    const inView = this.currentS !== null && this.currentS >= state.startS && this.currentS <= state.endS;
    const fromS = inView ? this.currentS : state.startS + (backwards ? state.spanS : 0);
    try {
      const place = await api.next(this.analysis.id, { class: kind, from_s: fromS, direction: backwards ? -1 : 1 });
      this.currentS = place.time_s;
      announce(`${kindName(kind)}, ${clock(place.time_s, 1)}`);
      this.onPlace(place);
    } catch (error) {
      if (error.status !== 404) throw error;
      announce(backwards ? t("No {kind} before this.", { kind: kindName(kind) }) : t("No {kind} after this.", { kind: kindName(kind) }));
      byId("alerts").replaceChildren();
      flash(byId("jumps").querySelector(`[data-kind="${kind}"]`));
    }
  }
}

/** Show for a moment that there is no further place. */
function flash(button) {
  if (!button) return;
  button.disabled = true;
  setTimeout(() => (button.disabled = false), 700);
}
