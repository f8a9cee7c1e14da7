/** A table of single beats: its rows, their waveforms and classes, and scores if it has labels. */

import { api, pageUrl } from "./api.js";
import { announce, byId, el, guarded, showProblem, table } from "./dom.js";
import { badge, inOrder, letter, meaning, number, percent, probability, reason } from "./format.js";
import { t } from "./i18n.js";
import { fillModels, modelNote } from "./models.js";
import { binaryScores } from "./scores.js";
import { fillFacts } from "./viewer/beat_panel.js";
import { isMismatch } from "./viewer/beats.js";
import { fillDownloads } from "./viewer/downloads.js";
import { waitFor } from "./viewer/progress.js";
import { confusionTable } from "./viewer/reference.js";
import { drawWave } from "./viewer/wave.js";

const { recording: id } = byId("page").dataset;
const parameters = new URLSearchParams(location.search);
const SHOWN = 500;
const BATCH = 20_000;

const FILTERS = {
  all: () => true,
  normal: ({ name }) => name === "N",
  abnormal: ({ name }) => !["N", "Q"].includes(name),
  mismatch: isMismatch,
};

class SingleBeats {
  constructor({ recording, analysis }) {
    this.recording = recording;
    this.analysis = analysis;
    this.rows = [];
    this.shown = SHOWN;
  }

  async open() {
    byId("workplace").hidden = false;
    await this.load();
    this.showCounts();
    this.showRows();
    this.listen();
    await this.choose(0);
    if (this.recording.has_reference) {
      byId("filter").querySelector('[value="mismatch"]').hidden = false;
      byId("reference-section").hidden = false;
      byId("reference").replaceChildren(...scoreParts(this.rows, await api.reference(this.analysis.id)));
    }
    document.querySelector(location.hash || "#page")?.scrollIntoView();
  }

  /** All rows, in batches; a row stands where a recording has a sample. */
  async load() {
    const count = this.recording.n_samples;
    for (let first = 0; first < count; first += BATCH) {
      const { beats } = await api.beats(this.analysis.id, { from_s: first, to_s: Math.min(count, first + BATCH) });
      this.rows.push(...beats.sample.map((sample, i) => ({
        sample,
        name: beats.class[i],
        p: Object.fromEntries(Object.keys(beats.p).map((name) => [name, beats.p[name][i]])),
        flag: beats.flag[i] ?? "",
        reference: beats.reference ? beats.reference[i] : null,
      })));
    }
  }

  showCounts() {
    const names = inOrder(new Set(this.rows.map(({ name }) => name)));
    const rows = names.map((name) => {
      const n = this.rows.filter((row) => row.name === name).length;
      return [el("span", {}, badge(name), ` ${meaning(name)}`), number(n), percent(n / this.rows.length)];
    });
    byId("counts").replaceChildren(table([t("Class"), t("Beats"), t("Share")], rows));
  }

  filtered() {
    return this.rows.filter(FILTERS[byId("filter").value]);
  }

  showRows() {
    const rows = this.filtered();
    const head = [t("Row"), t("Class"), t("Probability"), t("Quality"), ...(this.recording.has_reference ? [t("Label")] : [])];
    const [thead, tbody] = byId("rows").querySelectorAll("thead, tbody");
    thead.replaceChildren(el("tr", {}, head.map((text) => el("th", { scope: "col" }, text))));
    tbody.replaceChildren(...rows.slice(0, this.shown).map((row) => this.row(row)));
    byId("more").hidden = rows.length <= this.shown;
  }

  row(row) {
    const go = el("button", { type: "button", class: "quiet", onclick: guarded(() => this.choose(row.sample)) }, number(row.sample + 1));
    const cells = [go, badge(row.name), probability(row.p[row.name]), row.flag ? reason(row.flag) : ""];
    if (row.reference !== null) cells.push(badge(row.reference));
    return el("tr", { "data-row": row.sample, class: isMismatch(row) ? "chosen-row" : "" }, cells.map((cell) => el("td", {}, cell)));
  }

  listen() {
    byId("filter").addEventListener("change", () => {
      this.shown = SHOWN;
      this.showRows();
    });
    byId("more").addEventListener("click", () => {
      this.shown += SHOWN;
      this.showRows();
    });
    const step = (direction) => guarded(() => this.step(direction));
    byId("previous").addEventListener("click", step(-1));
    byId("next").addEventListener("click", step(1));
    const input = byId("row");
    input.max = this.rows.length;
    input.addEventListener("change", guarded(() => this.choose(Number(input.value) - 1)));
    new ResizeObserver(() => this.draw()).observe(byId("beat-wave"));
  }

  /** The next or previous row that the filter shows. */
  async step(direction) {
    const rows = this.filtered();
    const beyond = (row) => direction * (row.sample - this.current) > 0;
    const next = direction > 0 ? rows.find(beyond) : rows.findLast(beyond);
    if (next) await this.choose(next.sample);
    else announce(t("No further beat"));
  }

  async choose(sample) {
    const row = this.rows[sample];
    if (!row) return;
    this.current = sample;
    byId("row").value = sample + 1;
    const found = await api.beat(this.analysis.id, sample);
    if (this.current !== sample) return;
    this.wave = found.waveform;
    const facts = [[t("Class"), el("span", {}, badge(row.name), ` ${meaning(row.name)}`)]];
    for (const [name, p] of Object.entries(row.p)) facts.push([t("Probability {name}", { name: letter(name) }), probability(p)]);
    if (row.flag) facts.push([t("Quality"), reason(row.flag)]);
    if (row.reference !== null) facts.push([t("Label"), badge(row.reference)]);
    fillFacts(byId("beat-facts"), facts);
    this.draw();
  }

  draw() {
    if (this.wave) drawWave(byId("beat-wave"), this.wave, { unitless: true });
  }
}

/** Scores and confusion of the rows against their labels. */
function scoreParts(rows, { confusion }) {
  const scores = binaryScores(rows);
  const names = { accuracy: t("accuracy"), precision: t("precision"), sensitivity: t("sensitivity"), f1: t("F1"), kappa: t("kappa"), auroc: t("AUROC") };
  const cells = Object.entries(names).map(([key, name]) => [name, number(scores[key], 4)]);
  const left = rows.length - scores.beats;
  const note = left ? t("{n} beats are not classified and count nowhere.", { n: number(left) }) : "";
  return [
    el("p", { class: "note" }, note),
    el("div", { class: "tables" }, table([t("Score"), t("Value")], cells, t("Abnormal is the positive class.")), confusionTable(confusion, t("Rows: labels. Columns: model."))),
  ];
}

async function begin() {
  const [recording, all] = await Promise.all([api.recording(id), api.models()]);
  const models = all.filter(({ kind }) => kind === "single_beats");
  const newest = [...recording.analyses].sort((a, b) => b.created.localeCompare(a.created));
  const analysis = newest.find((one) => one.id === parameters.get("analysis")) ?? newest[0];
  fillModels(byId("model"), models, analysis?.model);
  byId("model-note").textContent = modelNote(models.find(({ name }) => name === analysis?.model));
  byId("model").addEventListener("change", guarded(async ({ target }) => {
    const wanted = await api.analyse(id, { model: target.value });
    location.assign(pageUrl(`/single-beats/${id}?analysis=${wanted.id}`));
  }));
  if (!analysis) throw new Error(t("This recording has no analysis; choose a model."));
  const ready = analysis.status === "done" ? analysis : await waitFor(analysis);
  if (ready.status !== "done") return;
  fillDownloads({ analysis: ready });
  await new SingleBeats({ recording: await api.recording(id), analysis: ready }).open();
}

begin().catch((error) => showProblem(error));
