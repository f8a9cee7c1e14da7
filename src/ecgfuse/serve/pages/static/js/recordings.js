/** The list of recordings, with the progress of their analyses. */

import { api, pageUrl } from "./api.js";
import { announce, byId, el, guarded } from "./dom.js";
import { analysisState, bytes, date, duration, isPending, number } from "./format.js";
import { t } from "./i18n.js";
import { modelTitle } from "./models.js";

const PAGE_SIZE = 25;
const BUSY_MS = 1000;
const IDLE_MS = 20_000;

export class RecordingList {
  /** @param {{list: Element, empty: Element, more: Element}} places */
  constructor({ list, empty, more }) {
    this.places = { list, empty, more };
    this.recordings = [];
    this.pages = 1;
    this.seen = new Map();
  }

  /** Load the first page, and keep the progress up to date. */
  async start() {
    this.places.more.addEventListener("click", guarded(() => this.loadMore()));
    await this.refresh();
    this.watch();
    document.addEventListener("visibilitychange", () => document.hidden || this.refresh());
  }

  watch() {
    const busy = this.recordings.some(({ analyses }) => analyses.some(isPending));
    clearTimeout(this.timer);
    this.timer = setTimeout(async () => {
      if (!document.hidden) await this.refresh().catch(() => {});
      this.watch();
    }, busy ? BUSY_MS : IDLE_MS);
  }

  async refresh() {
    const pages = Array.from({ length: this.pages }, (_, i) => api.recordings(i + 1, PAGE_SIZE));
    const loaded = await Promise.all(pages);
    this.total = loaded[0].pages.total_pages ?? 1;
    this.show(loaded.flatMap(({ rows }) => rows));
  }

  async loadMore() {
    this.pages += 1;
    await this.refresh();
  }

  /** Show new recordings before the server lists them. */
  add(recordings) {
    const known = new Set(recordings.map(({ id }) => id));
    this.show([...recordings, ...this.recordings.filter(({ id }) => !known.has(id))]);
    this.watch();
  }

  show(recordings) {
    this.recordings = recordings;
    const { list, empty, more } = this.places;
    const focused = document.activeElement?.dataset?.key;
    this.tellChanges();
    list.replaceChildren(...recordings.map((recording) => this.row(recording)));
    list.removeAttribute("aria-busy");
    if (focused) list.querySelector(`[data-key="${CSS.escape(focused)}"]`)?.focus();
    empty.hidden = recordings.length > 0;
    more.hidden = this.pages >= this.total;
  }

  /** Say when an analysis ends. */
  tellChanges() {
    for (const { name, analyses } of this.recordings) {
      for (const { id, status } of analyses) {
        const before = this.seen.get(id);
        this.seen.set(id, status);
        if (before && before !== status && status === "done") announce(t("{name} is ready", { name }));
        if (before && before !== status && status === "failed") announce(t("{name} failed", { name }));
      }
    }
  }

  row(recording) {
    const { id, name, kind, analyses } = recording;
    const page = pageUrl(`/${kind === "single_beats" ? "single-beats" : "recordings"}/${id}`);
    const remove = el(
      "button",
      { type: "button", class: "quiet", "data-key": `delete-${id}`, onclick: guarded(() => this.remove(recording)), "aria-label": t("Delete {name}", { name }) },
      t("Delete"),
    );
    return el(
      "li",
      {},
      el("a", { class: "title", href: page, "data-key": `open-${id}` }, name),
      remove,
      el("p", { class: "note" }, facts(recording)),
      el("div", { class: "state" }, analyses.filter((one) => one.status !== "done").map(stateOf)),
    );
  }

  async remove(recording) {
    if (!(await confirmed(t("Delete {name} with its results and corrections?", { name: recording.name })))) return;
    await api.deleteRecording(recording.id);
    this.show(this.recordings.filter(({ id }) => id !== recording.id));
    announce(t("{name} was deleted", { name: recording.name }));
    byId("list-title").setAttribute("tabindex", "-1");
    byId("list-title").focus();
  }
}

function facts({ kind, duration_s, n_samples, leads, bytes: size, created, has_reference, analyses }) {
  const length = kind === "single_beats" ? t("{n} single beats", { n: number(n_samples) }) : duration(duration_s);
  const models = analyses.filter(({ status }) => status === "done").map(({ model }) => modelTitle({ name: model }));
  return [
    length,
    (leads ?? []).join(", "),
    bytes(size),
    has_reference ? t("with reference labels") : "",
    models.length ? t("analysed by {models}", { models: models.join(", ") }) : "",
    date(created),
  ].filter(Boolean).join(" · ");
}

function stateOf(analysis) {
  const text = `${modelTitle({ name: analysis.model })}: ${analysisState(analysis)}`;
  if (!isPending(analysis)) return el("p", { class: "warning" }, text);
  const bar = el("progress", { max: 1, value: analysis.progress ?? 0, "aria-label": text });
  return el("div", {}, el("p", { class: "note" }, text), bar);
}

/** Ask in a dialogue; answers true if the person agrees. */
function confirmed(question) {
  const dialog = byId("confirm");
  byId("confirm-text").textContent = question;
  dialog.returnValue = "cancel";
  dialog.showModal();
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => resolve(dialog.returnValue === "ok"), { once: true });
  });
}
