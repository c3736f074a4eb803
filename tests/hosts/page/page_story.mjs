// Does with the page what a banker does, in Chromium, and prints what was seen as JSON.
//   node page_story.mjs MODULES CHROMIUM ADDRESS PICTURES QUESTIONS
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";

const [modules, program, address, pictures, questions] = process.argv.slice(2);
const require = createRequire(join(modules, "x.js"));
const { chromium } = require("playwright-core");
const axe = readFileSync(join(modules, "axe-core", "axe.min.js"), "utf8");
const LONG = { timeout: 240000 };
const seen = { requests: [], problems: [], axe: {}, wide: {} };

const browser = await chromium.launch({ executablePath: program, args: ["--no-sandbox", "--disable-gpu"] });
const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, locale: "en-US", bypassCSP: false });
context.setDefaultTimeout(60000);
context.on("request", (request) => seen.requests.push(request.url()));
const page = await context.newPage();
page.on("pageerror", (problem) => seen.problems.push(String(problem)));
page.on("console", (line) => line.type() === "error" && seen.problems.push(line.text()));
await page.addInitScript(() => addEventListener("securitypolicyviolation", (event) => console.error(`policy: ${event.violatedDirective} ${event.blockedURI}`)));

const ready = () => page.waitForSelector("body[data-ready=yes]", LONG);
const settled = () => page.waitForFunction(() => {
  const table = document.querySelector("#table");
  return table.rows.length > 3 && !table.textContent.includes("…") && document.querySelectorAll("#curves svg").length === 2;
}, null, LONG);
const table = () => page.$$eval("#table tbody tr:not(.part)", (rows) => rows.map((row) => [...row.cells].slice(2).map((cell) => (cell.dataset.value ? Number(cell.dataset.value) : cell.textContent))));
const picture = (name) => page.screenshot({ path: join(pictures, `${name}.png`), fullPage: true });

async function judged(name) {
  await page.evaluate(`${axe}; undefined`).catch(async () => page.addScriptTag({ content: axe }));
  const { violations } = await page.evaluate(() => axe.run({ runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"] }));
  seen.axe[name] = violations.map(({ id, impact, nodes }) => `${impact}: ${id} ${nodes.length} ${nodes[0].html.slice(0, 160)}`);
  seen.wide[name] = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
}

const began = Date.now();
await page.goto(address);
await ready();
seen.ready = Date.now() - began;
await settled();
seen.start = await table();
seen.asked = await page.evaluate((all) => Promise.all(all.map(({ ask: what, ...more }) => ask(what, more))), JSON.parse(readFileSync(questions, "utf8")));

// The deals, by the mouse and by the keyboard.
await page.fill("#exact-haircut", "40");
await page.focus("#slider-contracted");
for (let press = 0; press < 5; press += 1) await page.keyboard.press("ArrowRight");
seen.slider = Number(await page.inputValue("#exact-contracted"));
await page.waitForFunction(() => document.querySelector("#settings").textContent.includes("fleet_contract"), null, LONG);
await settled();
seen.moved = await table();
seen.settings = await page.textContent("#settings");
seen.marked = await page.locator("td.moved").count();
await picture("deals-en");
await judged("deals-en");

// One function: an example, a failure, a pasted range.
await page.focus("#tab-deals");
await page.keyboard.press("ArrowRight");
seen.tab = await page.evaluate(() => document.activeElement.id);
await page.fill("#find", "corr_ltv");
await page.selectOption("#name", "CFI_CORR_LTV");
const result = () => page.waitForFunction(() => document.querySelector("#result output")?.dataset.value, null, LONG);
await page.waitForFunction(() => document.querySelector("#formula").textContent.startsWith("=CFI_CORR_LTV("), null, LONG);
await result();
seen.value = Number(await page.getAttribute("#result output", "data-value"));
seen.formula = await page.textContent("#formula");
await page.waitForSelector("#chart svg");
seen.steps = await page.locator("#steps tr").count();
await picture("function-en");
await judged("function-en");
await page.fill("#argument-1", "0");
await page.waitForSelector(".reason");
seen.reason = await page.textContent(".reason");
await page.focus("#argument-1");
await page.fill("#argument-1", "");
await page.evaluate(() => {
  const data = new DataTransfer();
  data.setData("text/plain", "100\r\n80\r\n");
  const field = document.activeElement;
  if (field.dispatchEvent(new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true }))) document.execCommand("insertText", false, data.getData("text/plain"));
});
await page.waitForSelector("#result table");
seen.column = await page.$$eval("#result td", (cells) => cells.map((cell) => Number(cell.dataset.value)));
seen.read = await page.textContent("#argument-1-read");
await page.click("#tab-deals");

await page.selectOption("#language", "zh");
await page.waitForFunction(() => document.querySelector("#table thead").textContent.includes("指标"), null, LONG);
await settled();
seen.language = await page.getAttribute("html", "lang");
seen.chinese = await table();
await picture("deals-zh");
await judged("deals-zh");
await page.click("#tab-function");
await page.fill("#find", "");
await page.selectOption("#name", "CFI_CORR_LTV");
await picture("function-zh");
await judged("function-zh");
await page.setViewportSize({ width: 360, height: 800 });
await picture("function-zh-narrow");
await judged("function-zh-narrow");
await page.click("#tab-deals");
await picture("deals-zh-narrow");
await judged("deals-zh-narrow");
await page.selectOption("#language", "en");
await page.waitForFunction(() => document.querySelector("#table thead").textContent.includes("Measure"), null, LONG);
await settled();
await picture("deals-en-narrow");
await judged("deals-en-narrow");
// Without a network.
await page.waitForSelector("body[data-offline=yes]", LONG);
await context.setOffline(true);
await page.reload();
await ready();
await settled();
seen.offline = await table();
await browser.close();
console.log(JSON.stringify(seen));
