/** Corrected labels: saved at once, undone and redone, and kept apart from those of other tabs. */

import { api } from "../api.js";
import { announce, byId, el, showProblem } from "../dom.js";
import { badge, clock, letter } from "../format.js";
import { t, tn } from "../i18n.js";

export class Corrections {
  /** @param {{analysis: Object, recording: Object, onChange: () => void, onTime: (timeS: number, sample: number) => void}} options */
  constructor({ analysis, recording, onChange, onTime }) {
    Object.assign(this, { analysis, recording, onChange, onTime });
    this.version = analysis.version;
    this.log = [];
    this.queue = Promise.resolve();
  }

  /** Load the log. */
  async load() {
    const answer = await api.corrections(this.analysis.id);
    this.version = answer.version;
    this.log = answer.corrections;
    this.show();
  }

  /** Give a beat another class; `onLoss` is called if that is not saved, for want of a connection. */
  correct(beat, name, onLoss) {
    return this.change(async () => {
      await api.correct(this.analysis.id, this.version, { sample: beat.sample, to_class: name });
      announce(t("Beat at {time} is now {name}. Saved.", { time: clock(beat.timeS, 1), name: letter(name) }));
    }, onLoss);
  }

  undo() {
    if (!this.log.some(canUndo)) return announce(t("Nothing to undo"));
    return this.change(async () => {
      await api.undo(this.analysis.id, this.version);
      announce(t("Undone"));
    });
  }

  redo() {
    if (!this.log.some(canRedo)) return announce(t("Nothing to redo"));
    return this.change(async () => {
      await api.redo(this.analysis.id, this.version);
      announce(t("Redone"));
    });
  }

  /** One change after the other; after each, the labels are loaded again. */
  change(work, onLoss = () => {}) {
    this.queue = this.queue.then(async () => {
      const isSaved = await this.attempt(work);
      try {
        await this.load();
        this.onChange();
      } catch (error) {
        showProblem(error);
        if (!isSaved) onLoss();
      }
    });
    return this.queue;
  }

  /** Do something; answers whether that went well, and shows why not. */
  async attempt(work) {
    try {
      await work();
      byId("alerts").replaceChildren();
      return true;
    } catch (error) {
      showProblem(isConflict(error) ? conflict() : error);
      return false;
    }
  }

  show() {
    byId("undo").disabled = !this.log.some(canUndo);
    byId("redo").disabled = !this.log.some(canRedo);
    const kept = this.log.filter(canUndo).length;
    byId("history-state").textContent = kept
      ? tn("{n} correction, saved.", "{n} corrections, saved.", kept)
      : t("None. Choose a beat and give it another class; it is saved at once.");
    byId("history").replaceChildren(...[...this.log].filter(({ superseded }) => !superseded).reverse().map((one) => this.row(one)));
  }

  row({ sample, from_class: before, to_class: after, undone }) {
    const timeS = sample / this.recording.fs;
    const go = el("button", { type: "button", class: "quiet", onclick: () => this.onTime(timeS, sample) }, clock(timeS, 1));
    return el("li", { class: undone ? "undone" : "" }, go, " ", badge(before), " → ", badge(after), undone ? ` ${t("undone")}` : "");
  }
}

const canUndo = ({ undone }) => !undone;
const canRedo = ({ undone, superseded }) => undone && !superseded;
const isConflict = ({ status }) => status === 412;
const conflict = () => new Error(t("The labels were changed in another window. Here are the new ones: check, and correct again."));
