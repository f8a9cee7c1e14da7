/** The form for files: choose or drop, say what a CSV file contains, send. */

import { api } from "./api.js";
import { announce, byId, el, guarded } from "./dom.js";
import { bytes, duration, percent } from "./format.js";
import { t } from "./i18n.js";
import { offerModels } from "./models.js";
import { Rate, forget, uploadFile } from "./upload.js";

const isCsv = (file) => /\.(csv|tsv|txt)$/i.test(file.name);

export class UploadForm {
  /** @param {{onDone: (answer: {recordings: Object[], problems: Object[]}) => void}} options */
  constructor({ onDone }) {
    this.onDone = onDone;
    this.files = [];
    this.rows = new Map();
    this.busy = false;
    this.form = byId("upload");
  }

  /** Listen to the form, and to files dropped anywhere on the page. */
  start() {
    byId("files").addEventListener("change", ({ target }) => {
      this.add([...target.files]);
      target.value = "";
    });
    this.form.addEventListener("change", () => this.show());
    this.form.addEventListener("submit", (event) => {
      event.preventDefault();
      guarded(() => this.send(), byId("problems"))();
    });
    this.listenToDrops();
    addEventListener("beforeunload", (event) => this.busy && event.preventDefault());
    this.show();
  }

  listenToDrops() {
    const over = (isOver) => byId("drop").classList.toggle("over", isOver);
    document.addEventListener("dragover", (event) => {
      event.preventDefault();
      over(true);
    });
    document.addEventListener("dragleave", (event) => event.relatedTarget === null && over(false));
    document.addEventListener("drop", (event) => {
      event.preventDefault();
      over(false);
      this.add([...event.dataTransfer.files]);
    });
  }

  add(files) {
    if (this.busy) return;
    const others = this.files.filter((old) => !files.some((file) => file.name === old.name));
    this.files = [...others, ...files];
    announce(t("{n} files chosen", { n: this.files.length }));
    this.show();
  }

  remove(file) {
    this.files = this.files.filter((other) => other !== file);
    this.show();
    byId("files").focus();
  }

  show() {
    const some = (condition) => this.files.some(condition);
    const beats = this.form.csv_kind.value === "single_beats";
    byId("csv-options").hidden = !some(isCsv);
    byId("recording-options").hidden = beats;
    byId("beats-options").hidden = !beats;
    offerModels(byId("model"), beats && some(isCsv));
    this.rows = new Map(this.files.map((file) => [file, this.row(file)]));
    byId("chosen").replaceChildren(...this.rows.values());
    byId("send").disabled = this.busy || !this.files.length;
  }

  row(file) {
    const remove = el(
      "button",
      { type: "button", class: "quiet", onclick: () => this.remove(file), "aria-label": t("Remove {name}", { name: file.name }) },
      "✕",
    );
    return el("li", {}, el("span", { class: "name" }, file.name), el("span", { class: "note" }, bytes(file.size)), remove);
  }

  /** Options for the recordings, as the API takes them. */
  options() {
    const { csv_kind, fs, units, label_column, model, lead } = this.form;
    const options = { model: model.value, lead: lead.value.trim() };
    if (this.files.some(isCsv)) {
      if (csv_kind.value === "single_beats") {
        if (!label_column.value) throw new Error(t("Say whether the rows of the CSV file end with a label."));
        options.kind = "single_beats";
        options.label_column = label_column.value;
      } else {
        options.fs = fs.value ? Number(fs.value) : "";
        options.units = units.value;
      }
    }
    return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== ""));
  }

  async send() {
    const options = this.options();
    const files = this.files;
    this.busy = true;
    byId("send").disabled = true;
    byId("problems").replaceChildren();
    try {
      const uploads = [];
      for (const file of files) uploads.push(await this.sendFile(file));
      const answer = await api.createRecordings({ uploads, ...options });
      const failed = new Set(answer.problems.map(({ file }) => file));
      files.filter(({ name }) => !failed.has(name)).forEach(forget);
      this.files = files.filter(({ name }) => failed.has(name)); // for a second try
      announce(t("Upload finished"));
      this.busy = false;
      this.onDone(answer);
    } finally {
      this.busy = false;
      this.show();
    }
  }

  async sendFile(file) {
    const row = this.rows.get(file);
    const bar = el("progress", { max: file.size || 1, value: 0, "aria-label": t("Upload of {name}", { name: file.name }) });
    row.append(bar);
    const rate = new Rate(file.size);
    return uploadFile(file, {
      onProgress: (done) => {
        bar.value = done;
        const left = rate.left(done);
        const time = left === null ? "" : ` · ${t("{time} left", { time: duration(left) })}`;
        row.children[1].textContent = `${percent(file.size ? done / file.size : 1, 0)}${time}`;
      },
    });
  }
}
