/** The pages "waveform" and "prediction": send a CSV file of single beats. */

import { api, pageUrl } from "./api.js";
import { byId, el, guarded, showProblem } from "./dom.js";
import { t } from "./i18n.js";
import { fillModels, modelNote } from "./models.js";
import { forget, uploadFile } from "./upload.js";

const form = byId("beats-form");
const problems = byId("problems");

async function showModels() {
  const models = (await api.models()).filter(({ kind }) => kind === "single_beats");
  const select = byId("model");
  fillModels(select, models);
  if (!models.length) select.append(el("option", { value: "" }, t("none has been exported yet")));
  const note = () => {
    byId("model-note").textContent = modelNote(models.find(({ name }) => name === select.value));
  };
  select.addEventListener("change", note);
  note();
}

async function send() {
  const [file] = form.file.files;
  if (!form.label_column.value) throw new Error(t("Say whether the rows of the CSV file end with a label."));
  const bar = byId("upload-progress");
  bar.hidden = false;
  const id = await uploadFile(file, { onProgress: (done) => (bar.value = done / file.size) });
  const options = { kind: "single_beats", label_column: form.label_column.value };
  if (form.model.value) options.model = form.model.value;
  const answer = await api.createRecordings({ uploads: [id], ...options });
  forget(file);
  bar.hidden = true;
  const [recording] = answer.recordings;
  if (!recording) throw new Error(answer.problems.map(({ detail }) => detail).join(" "));
  location.assign(pageUrl(`/single-beats/${recording.id}#${form.dataset.purpose}`));
}

form.addEventListener("submit", (event) => {
  event.preventDefault();
  guarded(send, problems)();
});
showModels().catch((error) => showProblem(error, problems));
