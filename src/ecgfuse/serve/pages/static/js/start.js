/** The start page: files to analyse, the list of recordings, examples. */

import { api, pageUrl } from "./api.js";
import { byId, el, guarded, showProblem } from "./dom.js";
import { duration } from "./format.js";
import { t } from "./i18n.js";
import { fillModels, modelNote } from "./models.js";
import { RecordingList } from "./recordings.js";
import { UploadForm } from "./upload_form.js";

const list = new RecordingList({ list: byId("recordings"), empty: byId("empty"), more: byId("more") });
const form = new UploadForm({ onDone: receive });

/** Show what became of files: new recordings, and files with problems. */
function receive({ recordings, problems }) {
  const shown = problems.map(({ file, detail }) => el("p", { class: "warning" }, `${file}: ${detail}`));
  byId("problems").replaceChildren(...shown);
  list.add(recordings);
  if (recordings.length === 1 && !problems.length) location.assign(pageOf(recordings[0]));
}

const pageOf = ({ id, kind }) => pageUrl(`/${kind === "single_beats" ? "single-beats" : "recordings"}/${id}`);

async function showModels() {
  const models = await api.models();
  const select = byId("model");
  fillModels(select, models);
  const choose = () => {
    const chosen = models.find(({ name }) => name === (select.value || "best"));
    byId("model-note").textContent = modelNote(chosen);
  };
  select.addEventListener("change", choose);
  choose();
}

async function showExamples() {
  const examples = await api.examples();
  byId("examples").replaceChildren(...examples.map(exampleTile));
}

/** What an example is called; those of a folder have the names of their files. */
function exampleTitle({ name, title }) {
  return {
    "synthetic-ectopic": t("Synthetic: ectopic beats"),
    "synthetic-left-block": t("Synthetic: left bundle branch block"),
    "synthetic-paced": t("Synthetic: paced rhythm"),
    "synthetic-beats": t("Synthetic: single beats with labels"),
  }[name] ?? title ?? name;
}

function exampleTile(example) {
  const name = exampleTitle(example);
  const open = guarded(async ({ currentTarget }) => {
    currentTarget.disabled = true;
    try {
      const model = byId("model").value;
      receive(await api.openExample(example.name, model ? { model } : {}));
    } finally {
      currentTarget.disabled = false;
    }
  }, byId("problems"));
  const facts = [example.duration_s === null ? "" : duration(example.duration_s), example.synthetic ? t("synthetic") : t("real")].filter(Boolean);
  return el(
    "li",
    {},
    el("p", { class: "title" }, name),
    el("p", { class: "note" }, facts.join(" · ")),
    el("button", { type: "button", onclick: open, "aria-label": t("Open {name}", { name }) }, t("Open")),
  );
}

form.start();
const problems = byId("problems");
await Promise.all([
  list.start().catch((error) => showProblem(error, problems)),
  showModels().catch((error) => showProblem(error, problems)),
  showExamples().catch((error) => showProblem(error, problems)),
]);
