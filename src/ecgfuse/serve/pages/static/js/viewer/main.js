/** The page of a recording: choose an analysis, wait for it, and open the viewer. */

import { api, pageUrl } from "../api.js";
import { byId, el, guarded, showProblem } from "../dom.js";
import { clock, number, timeOfDay } from "../format.js";
import { t } from "../i18n.js";
import { fillModels, modelNote } from "../models.js";
import { waitFor } from "./progress.js";
import { Viewer } from "./viewer.js";

const id = byId("viewer").dataset.recording;
const parameters = new URLSearchParams(location.search);

function showFacts(recording) {
  const start = timeOfDay(recording.start, 0);
  const facts = [
    recording.duration_s ? clock(recording.duration_s) : "",
    recording.fs ? `${number(recording.fs, recording.fs % 1 ? 2 : 0)} Hz` : "",
    recording.leads.join(", "),
    start ? t("starts {time}", { time: start }) : "",
    recording.has_reference ? t("with reference labels") : "",
  ];
  byId("facts").textContent = facts.filter(Boolean).join(" · ");
  byId("warnings").replaceChildren(...recording.warnings.map((text) => el("p", { class: "warning" }, text)));
}

/** The analysis of the address, or the newest one that is ready, or the newest one. */
function chooseAnalysis({ analyses }) {
  const wanted = analyses.find((one) => one.id === parameters.get("analysis"));
  const newest = [...analyses].sort((a, b) => b.created.localeCompare(a.created));
  return wanted ?? newest.find(({ status }) => status === "done") ?? newest[0];
}

function showModels(models, recording, analysis) {
  const select = byId("model");
  fillModels(select, models, analysis?.model);
  byId("model-note").textContent = modelNote(models.find(({ name }) => name === analysis?.model));
  select.addEventListener("change", guarded(async () => {
    const wanted = await api.analyse(recording.id, { model: select.value });
    open(wanted.id);
  }));
}

/** Show another analysis; the place in the recording stays. */
function open(analysisId) {
  parameters.set("analysis", analysisId);
  location.assign(pageUrl(`/recordings/${id}?${parameters}`));
}

async function begin() {
  const [recording, models] = await Promise.all([api.recording(id), api.models()]);
  showFacts(recording);
  const analysis = chooseAnalysis(recording);
  showModels(models, recording, analysis);
  if (!analysis) throw new Error(t("This recording has no analysis; choose a model."));
  const ready = analysis.status === "done" ? analysis : await waitFor(analysis);
  if (ready.status !== "done") return;
  const current = analysis.status === "done" ? recording : await api.recording(id);
  showFacts(current);
  byId("print").href = pageUrl(`/recordings/${id}/print?analysis=${ready.id}`);
  const viewer = new Viewer({ recording: current, analysis: ready, model: models.find(({ name }) => name === ready.model) });
  await viewer.open(place());
}

/** Place in the address: t in seconds, sample of a beat. */
function place() {
  const timeS = Number(parameters.get("t"));
  const sample = parameters.has("sample") ? Number(parameters.get("sample")) : null;
  return { timeS: Number.isFinite(timeS) ? timeS : 0, sample };
}

begin().catch((error) => showProblem(error, byId("warnings")));
