// Puts the mouse over every cell of the stand-in's sheet, in Chromium, and prints what was to be read there as JSON.
//   node hover.mjs MODULES CHROMIUM ADDRESS PICTURE
import { createRequire } from "node:module";
import { join } from "node:path";

const [modules, program, address, picture] = process.argv.slice(2);
const { chromium } = createRequire(join(modules, "x.js"))("playwright-core");
const browser = await chromium.launch({ executablePath: program, args: ["--no-sandbox", "--disable-gpu"] });
const page = await browser.newPage({ viewport: { width: 700, height: 500 } });
await page.goto(address);
await page.waitForSelector("#sheet[data-ready=yes]");
const cards = () => page.$$eval("#sheet [role=tooltip]", (all) => all.filter((card) => card.checkVisibility()).map((card) => card.innerText));
const seen = [];
for (const cell of await page.$$("#sheet td")) {
  await page.mouse.move(0, 0);
  const before = await cards();
  const text = await cell.innerText();
  await cell.hover();
  seen.push({ text, before, cards: await cards() });
  if (seen.length === 1) await page.screenshot({ path: picture });
}
console.log(JSON.stringify(seen));
await browser.close();
