// The page itself: fields, tables and charts. Every number comes from Python in the worker.
"use strict";
const at = (id) => document.getElementById(id);
const IN_PER_CENT = new Set(["contracted", "haircut", "rents"]);
const CURVE_POINTS = 11;
const state = { language: "en", words: {}, functions: [], deals: null, moved: {}, along: 0, parts: {} };

const word = (key) => state.words[state.language]?.[key] ?? state.words.en?.[key] ?? key;
const translated = (text) => (state.language === "zh" && state.words.texts?.[text]) || text;

// ---- Python ---------------------------------------------------------------------------------------------------------

const worker = new Worker("worker.js");
const waiting = new Map();
let questions = 0;

worker.onmessage = ({ data }) => {
  if (data.stage) return stage(data);
  const { resolve, reject } = waiting.get(data.id);
  waiting.delete(data.id);
  if (data.problem) return reject(new Error(data.problem));
  resolve(JSON.parse(data.answer));
};

function ask(what, more = {}) {
  return new Promise((resolve, reject) => {
    questions += 1;
    waiting.set(questions, { resolve, reject });
    worker.postMessage({ id: questions, question: JSON.stringify({ ask: what, ...more }) });
  });
}

function say(text) {
  at("status").textContent = text;
}

function stage({ stage: reached, problem }) {
  state.stage = reached;
  say(reached === "failed" ? `${word("failed")} ${problem}` : word(`stage_${reached}`));
  if (reached === "ready") opened();
}

// Of questions that follow each other quickly only the last is asked; an answer that comes late is not shown.
function latest(action, wait) {
  let timer = 0, turn = 0;
  return () => {
    clearTimeout(timer);
    turn += 1;
    const mine = turn;
    timer = setTimeout(() => {
      action(() => mine === turn).catch((problem) => mine === turn && say(`${word("failed")} ${problem.message}`));
    }, wait);
  };
}

// ---- small parts of pages -------------------------------------------------------------------------------------------

function made(tag, properties = {}, ...children) {
  const element = Object.assign(document.createElement(tag), properties);
  element.append(...children);
  return element;
}

function options(select, entries, chosen) {
  select.replaceChildren(...entries.map(([value, text]) => made("option", { value, textContent: text })));
  if (chosen !== undefined && entries.some(([value]) => value === chosen)) select.value = chosen;
}

function digits(value) {
  if (value === 0 || !Number.isFinite(value)) return String(value);
  const size = Math.abs(value);
  return size >= 1e-4 && size < 1e15 ? value.toLocaleString("en", { maximumSignificantDigits: 10 }) : String(value);
}

function cellText(cell) {
  if (cell === null || cell === undefined) return "";
  if (typeof cell === "object") return cell.error;
  if (typeof cell === "boolean") return cell ? "TRUE" : "FALSE";
  return typeof cell === "number" ? digits(cell) : cell;
}

function fillTable(table, rows, { headRow = false } = {}) {
  table.replaceChildren();
  const body = made("tbody");
  rows.forEach((row, place) => {
    const head = headRow && place === 0;
    const line = made("tr", {}, ...row.map((cell) => {
      const element = made(head ? "th" : "td", { textContent: cellText(cell) });
      if (head) element.scope = "col";
      if (typeof cell === "number") element.dataset.value = String(cell);
      else if (!head) element.className = "text";
      return element;
    }));
    if (head) table.append(made("thead", {}, line));
    else body.append(line);
  });
  table.append(body);
}

function inWords() {
  document.documentElement.lang = state.language;
  for (const element of document.querySelectorAll("[data-word]")) element.textContent = word(element.dataset.word);
  for (const element of document.querySelectorAll("[data-label]")) element.setAttribute("aria-label", word(element.dataset.label));
  document.title = `computefi · ${word("tagline")}`;
  if (state.stage) say(word(`stage_${state.stage}`));
  if (state.functions.length) showQuestions();
}

// ---- a function -----------------------------------------------------------------------------------------------------

const current = () => state.functions.find(({ name }) => name === at("name").value);
const texts = () => [...at("arguments").querySelectorAll("textarea, select")].map((field) => field.value);

function showQuestions() {
  const asked = [...new Set(state.functions.flatMap((one) => one.questions))];
  const chosen = at("question").value;
  options(at("question"), [["", word("any_question")], ...asked.map((one) => [one, translated(one)])], chosen);
  showNames();
}

function showNames() {
  const asked = at("question").value, sought = at("find").value.trim().toLowerCase();
  const fits = ({ name, summary, category, questions: own }) =>
    (!asked || own.includes(asked)) &&
    `${name} ${summary} ${translated(summary)} ${category} ${translated(category)}`.toLowerCase().includes(sought);
  const found = state.functions.filter(fits);
  const chosen = at("name").value, groups = new Map();
  for (const one of found) {
    if (!groups.has(one.category)) groups.set(one.category, made("optgroup", { label: translated(one.category) }));
    groups.get(one.category).append(made("option", { value: one.name, textContent: one.name }));
  }
  at("name").replaceChildren(...groups.values());
  if (found.some(({ name }) => name === chosen)) at("name").value = chosen;
  if (found.length) showForm(at("name").value === state.shown);
  else say(word("none_found"));
}

function showForm(keep) {
  const one = current(), before = keep ? texts() : null;
  state.shown = one.name;
  at("summary").textContent = translated(one.summary);
  at("body").textContent = one.body;
  at("source").textContent = one.source;
  at("arguments").replaceChildren(...one.parameters.map((parameter, place) => argumentField(parameter, place)));
  const movable = one.chart ? one.parameters.map((p, place) => [String(place), p]).filter(([, p]) => p.along) : [];
  options(at("along"), movable.map(([place, p]) => [place, `${p.name} · ${translated(p.help)}`]));
  const start = one.parameters.map((_, place) => one.example[place] ?? "");
  fillFields(before ?? start);
}

function argumentField(parameter, place) {
  const id = `argument-${place}`;
  const label = made("label", { htmlFor: id, textContent: parameter.name + (parameter.optional ? ` (${word("optional")})` : "") });
  const field = parameter.words.length
    ? made("select", { id }, made("option", { value: "", textContent: "–" }), ...parameter.words.map((text) => made("option", { value: text, textContent: text })))
    : made("textarea", { id, rows: 1, spellcheck: false, autocomplete: "off" });
  field.setAttribute("aria-describedby", `${id}-unit ${id}-read`);
  field.addEventListener("input", () => { size(field); compute(); });
  const bounds = [parameter.unit, parameter.bounds].filter((text) => text && text !== "–").map(translated).join(" · ");
  return made("div", { className: parameter.optional ? "optional" : "" }, label,
    made("p", { className: "unit", id: `${id}-unit`, textContent: [translated(parameter.help), bounds].join(" — ") }), field,
    made("p", { className: "read", id: `${id}-read` }));
}

function size(field) {
  if (field.tagName === "TEXTAREA") field.rows = Math.min(8, Math.max(1, field.value.split("\n").length));
}

function fillFields(values) {
  [...at("arguments").querySelectorAll("textarea, select")].forEach((field, place) => {
    field.value = values[place] ?? "";
    size(field);
  });
  compute();
}

const compute = latest(async (wanted) => {
  const one = current();
  if (!one || state.stage !== "ready") return;
  const given = { name: one.name, arguments: texts(), mark: at("mark").value };
  const answer = await ask("call", given);
  if (!wanted()) return;
  showAnswer(answer);
  const along = at("along").value;
  at("chart-part").hidden = true;
  if (along === "") return;
  const line = await ask("chart", { ...given, parameter: Number(along) });
  if (!wanted() || !line.x.length) return;
  at("chart-part").hidden = false;
  const chosen = one.parameters[Number(along)].name;
  at("chart").replaceChildren(lineChart({
    title: one.name, at: line.at, x: { label: chosen, values: line.x, show: short }, y: { values: line.y, show: short },
  }));
}, 150);

const short = (value) => Number(value.toPrecision(4)).toLocaleString("en", { maximumSignificantDigits: 4 });

function showAnswer(answer) {
  const result = at("result");
  result.replaceChildren();
  if (answer.refused) answer.reasons = [answer.refused];
  const rows = answer.cells ?? [];
  if (rows.length === 1 && rows[0].length === 1) {
    const [cell] = rows[0];
    const output = made("output", { className: "value", textContent: cellText(cell) });
    if (typeof cell === "number") output.dataset.value = String(cell);
    result.append(output);
  } else if (rows.length) {
    const table = made("table");
    const heads = answer.heads.length ? [answer.heads.map(translated)] : [];
    fillTable(table, [...heads, ...rows], { headRow: heads.length > 0 });
    const box = made("div", { className: "scroll", tabIndex: 0 }, table);
    box.setAttribute("role", "region");
    box.setAttribute("aria-label", word("result"));
    result.append(box);
  }
  for (const reason of answer.reasons ?? []) result.append(made("p", { className: "reason", lang: "en", textContent: reason }));
  (answer.read ?? []).forEach((read, place) => { at(`argument-${place}-read`).textContent = toldAs(read); });
  at("formula").textContent = answer.formula || word("no_formula");
  at("copy").disabled = !answer.formula;
  at("steps-part").hidden = !answer.steps?.length;
  fillTable(at("steps"), answer.steps ?? []);
}

function toldAs(read) {
  if (read.kind === "missing") return "";
  const kinds = Object.entries(read.counts).map(([kind, count]) => (read.kind === "cell" ? word(`one_${kind}`) : `${count} ${word(`some_${kind}`)}`));
  return read.kind === "cell" ? `${word("read_as")} ${kinds[0]}${read.first ? `: ${read.first}` : ""}`
    : `${word("read_as")} ${read.rows} × ${read.columns}: ${kinds.join(", ")}`;
}

// ---- the deals ------------------------------------------------------------------------------------------------------

const deal = () => state.deals.find(({ key }) => key === at("deal").value);
const named = (key) => state.comparison.deals.find((one) => one.key === key);
const percent = (value, places) => `${(value * 100).toLocaleString("en", { minimumFractionDigits: places, maximumFractionDigits: places })}%`;

function showDeals() {
  const chosen = at("deal").value || state.comparison.chosen;
  options(at("deal"), state.comparison.deals.map((one) => [one.key, one.name]), chosen);
  showSliders();
}

function showSliders() {
  const { sliders } = deal();
  at("slider-fields").replaceChildren(...Object.entries(sliders).map(([name, [low, high, start]]) => sliderField(name, low, high, state.moved[name] ?? start)));
  const axis = at("axis").value;
  options(at("axis"), Object.keys(sliders).map((name) => [name, word(`slider_${name}`)]), axis);
  compare();
}

function sliderField(name, low, high, value) {
  const factor = IN_PER_CENT.has(name) ? 100 : 1;
  const label = made("label", { htmlFor: `slider-${name}`, textContent: word(`slider_${name}`) + (factor > 1 ? " (%)" : "") });
  const range = made("input", { type: "range", id: `slider-${name}` });
  const exact = made("input", { type: "number", id: `exact-${name}` });
  exact.setAttribute("aria-label", label.textContent);
  for (const field of [range, exact]) {
    Object.assign(field, { min: low * factor, max: high * factor, step: "any", value: rounded(value * factor) });
    field.addEventListener("input", () => {
      if (field.value === "" || !field.checkValidity()) return;
      const moved = Number(field.value);
      (field === range ? exact : range).value = field === range ? rounded(moved) : moved;
      state.moved[name] = (field === range ? rounded(moved) : moved) / factor;
      compare();
    });
  }
  range.step = factor > 1 ? 1 : 0.01;
  range.addEventListener("keydown", () => range.focus());
  return made("div", { className: "slider" }, label, made("div", {}, range, exact),
    made("p", { className: "unit", textContent: word(`about_${name}`) }));
}

const rounded = (value) => Number(value.toFixed(4));

const compare = latest(async (wanted) => {
  if (state.stage !== "ready") return;
  const given = { deal: at("deal").value, moved: { ...state.moved } };
  const quick = await ask("deals", { ...given, whole: false });
  if (!wanted()) return;
  showTable(quick, false);
  await showCurves(given, wanted);
  if (!wanted()) return;
  const whole = await ask("deals", { ...given, whole: true });
  if (wanted()) showTable(whole, true);
}, 60);

function showTable({ rows, settings, reasons }, whole) {
  at("reasons").replaceChildren(...reasons.map((reason) => made("p", { className: "reason", lang: "en", textContent: reason })));
  const { deals, rows: lines } = state.comparison;
  const head = made("tr", {}, made("th", { scope: "col", textContent: word("measure") }), made("th", { scope: "col", textContent: word("unit") }),
    ...deals.map((one) => made("th", { scope: "col", textContent: one.name })));
  const body = made("tbody");
  let place = 0;
  for (const line of lines) {
    if (line.part) body.append(made("tr", { className: "part" }, made("th", { scope: "colgroup", colSpan: deals.length + 2, textContent: line.part })));
    const row = made("tr", { title: line.note }, made("th", { scope: "row", textContent: line.label }), made("td", { className: "text", textContent: line.unit }));
    const found = !whole && line.slow ? null : rows[place++];
    deals.forEach((_, column) => row.append(found ? dealCell(line, found[column], line.start[column]) : made("td", { textContent: "…" })));
    body.append(row);
  }
  at("table").replaceChildren(made("thead", {}, head), body);
  at("settings").textContent = Object.keys(settings).length
    ? `computefi compare ${Object.entries(settings).map(([name, value]) => `--set ${name}=${value}`).join(" ")}` : word("nothing_moved");
}

function dealCell(line, cell, start) {
  const text = typeof cell === "number" ? (line.kind === "percent" ? percent(cell, 2) : cell.toLocaleString("en", { maximumFractionDigits: 2 })) : cellText(cell);
  const element = made("td", { textContent: text, className: line.kind === "words" ? "text" : "" });
  if (typeof cell === "number") element.dataset.value = String(cell);
  const changed = typeof cell === "number" && typeof start === "number" ? Math.abs(cell - start) > 1e-9 * Math.max(1, Math.abs(start)) : cellText(cell) !== cellText(start);
  if (changed) element.classList.add("moved");
  return element;
}

async function showCurves(given, wanted) {
  const axis = at("axis").value, [low, high, start] = deal().sliders[axis];
  const places = Array.from({ length: CURVE_POINTS }, (_, place) => low + ((high - low) * place) / (CURVE_POINTS - 1));
  const points = [];
  for (const place of places) {
    const answer = await ask("curve", { ...given, axis, places: [place] });
    if (!wanted()) return;
    points.push(answer.points[0]);
  }
  const show = (value) => (IN_PER_CENT.has(axis) ? percent(value, 0) : short(value));
  const named_ = named(given.deal).name;
  at("curves").replaceChildren(...["deal_loss", "stress_lgd"].map((name, column) => lineChart({
    title: `${word(name)} · ${named_}`, at: given.moved[axis] ?? start,
    x: { label: word(`slider_${axis}`), values: places, show },
    y: { values: points.map((point) => (typeof point[column] === "number" ? point[column] : null)), show: (value) => `${Number((value * 100).toPrecision(3))}%` },
  })));
}

// ---- beginning ------------------------------------------------------------------------------------------------------

async function openDeals() {
  const language = state.language;
  const data = await (await fetch(`deals.${language}.json`)).text();
  const { deals } = await ask("open deals", { data });
  if (language !== state.language) return;
  state.comparison = JSON.parse(data);
  state.deals = deals;
  showDeals();
}

async function opened() {
  state.functions = (await ask("functions")).functions;
  showQuestions();
  await openDeals();
  document.body.dataset.ready = "yes";
  if ("serviceWorker" in navigator) navigator.serviceWorker.register("offline.js").then(() => navigator.serviceWorker.ready).then(() => { document.body.dataset.offline = "yes"; }, () => {});
}

function choose(tab) {
  for (const one of document.querySelectorAll('[role="tab"]')) {
    const chosen = one === tab;
    one.setAttribute("aria-selected", String(chosen));
    one.tabIndex = chosen ? 0 : -1;
    at(one.getAttribute("aria-controls")).hidden = !chosen;
  }
}

function listen() {
  const tabs = [...document.querySelectorAll('[role="tab"]')];
  tabs.forEach((tab, place) => {
    tab.addEventListener("click", () => choose(tab));
    tab.addEventListener("keydown", ({ key }) => {
      const next = { ArrowRight: place + 1, ArrowLeft: place - 1, Home: 0, End: tabs.length - 1 }[key];
      if (next === undefined) return;
      const target = tabs[(next + tabs.length) % tabs.length];
      choose(target);
      target.focus();
    });
  });
  for (const form of document.forms) form.addEventListener("submit", (event) => event.preventDefault());
  at("language").addEventListener("change", () => {
    state.language = at("language").value;
    inWords();
    if (state.stage === "ready") openDeals();
  });
  at("mark").addEventListener("change", compute);
  at("question").addEventListener("change", showNames);
  at("find").addEventListener("input", showNames);
  at("name").addEventListener("change", () => showForm(false));
  at("along").addEventListener("change", compute);
  at("example").addEventListener("click", () => showForm(false));
  at("clear").addEventListener("click", () => fillFields([]));
  at("copy").addEventListener("click", () => navigator.clipboard.writeText(at("formula").textContent).then(() => say(word("copied")), () => say(word("not_copied"))));
  at("deal").addEventListener("change", () => { state.moved = {}; showSliders(); });
  at("axis").addEventListener("change", compare);
  at("reset").addEventListener("click", () => { state.moved = {}; showSliders(); });
}

async function begin() {
  state.words = await (await fetch("words.json")).json();
  state.language = (navigator.language || "en").toLowerCase().startsWith("zh") ? "zh" : "en";
  at("language").value = state.language;
  state.stage ??= "python";
  listen();
  inWords();
}

begin();
