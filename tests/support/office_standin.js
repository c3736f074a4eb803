// Stands in for Office.js in a plain browser: the objects that the add-in uses, and a loop that does what the test
// asks. The test's own server serves this file, hands out commands at /next and takes what came of them at /done.
"use strict";

(() => {
  const control = new URL(document.currentScript.src).origin;
  const MOST_COMMANDS = 500;
  const associated = {};
  const stored = new Map();
  const recalculations = [];
  const violations = [];
  let runtime = 1.4;
  let platform = "PC";
  let arities = {};

  document.addEventListener("securitypolicyviolation", (event) => violations.push(`${event.violatedDirective} ${event.blockedURI}`));

  globalThis.CustomFunctions = {
    associate: (id, implementation) => {
      associated[id] = implementation;
    },
    ErrorCode: {
      invalidValue: "#VALUE!",
      notAvailable: "#N/A",
      divisionByZero: "#DIV/0!",
      invalidNumber: "#NUM!",
      nullReference: "#NULL!",
      invalidName: "#NAME?",
      invalidReference: "#REF!",
    },
    Error: class {
      constructor(code, message) {
        this.code = code;
        this.message = message;
      }
    },
  };
  globalThis.OfficeRuntime = {
    storage: {
      getItem: async (key) => (stored.has(key) ? stored.get(key) : null),
      setItem: async (key, value) => void stored.set(key, value),
    },
  };
  const loaded = new Promise((resolve) => document.addEventListener("DOMContentLoaded", resolve));
  globalThis.Office = {
    onReady: (callback) => loaded.then(() => (callback ? callback({ host: "Excel" }) : undefined)),
    context: {
      requirements: { isSetSupported: (name, version) => Number(version) <= runtime },
      get platform() {
        return platform;
      },
    },
  };
  globalThis.Excel = {
    CalculationType: { full: "Full" },
    run: async (work) =>
      work({ workbook: { application: { calculate: (kind) => recalculations.push(kind) } }, sync: async () => {} }),
  };

  const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

  // What JSON cannot say: an argument left out, an error of the older kind, a whole column.
  function given(value) {
    if (value && value.left === "out") return undefined;
    if (value && value.older) return new CustomFunctions.Error(value.older);
    if (value && value.column) return Array.from({ length: 1048576 }, (_, i) => [i < value.column.length ? value.column[i] : ""]);
    if (Array.isArray(value)) return value.map((row) => (Array.isArray(row) ? row.map(given) : row));
    return value;
  }

  function shown(value) {
    if (value instanceof CustomFunctions.Error) return { thrown: value.code, message: value.message };
    return Array.isArray(value) ? value.map(shown) : value;
  }

  // As Excel calls: an argument that was left out is null, and an invocation object comes behind the last.
  async function calculate([id, ...args]) {
    const all = Array.from({ length: arities[id] }, (_, i) => (i < args.length ? given(args[i]) : null));
    try {
      return shown(await associated[id](...all, { functionName: id, setResult: undefined }));
    } catch (error) {
      if (platform === "OfficeOnline") return "#BUSY!"; // and stays so
      return error instanceof CustomFunctions.Error ? shown(error) : { broken: String(error) };
    }
  }

  const clock = Date.now.bind(Date);
  let ahead = 0;
  Date.now = () => clock() + ahead;

  const running = [];
  const commands = {
    functions: async () => Object.keys(associated),
    calculate: async ({ calls }) => Promise.all(calls.map(calculate)),
    // Waves of calls over some time, while the test does something to the server.
    begin: async ({ calls, wave, every }) => {
      running.push(
        (async () => {
          const results = [];
          for (let i = 0; i < calls.length; i += wave) {
            results.push(...calls.slice(i, i + wave).map(calculate));
            await pause(every);
          }
          return Promise.all(results);
        })(),
      );
    },
    later: async ({ ms }) => void (ahead += ms),
    finish: async () => running.pop(),
    token: async ({ text }) => void stored.set("computefi.token", text),
    stored: async () => Object.fromEntries(stored),
    runtime: async ({ version }) => void (runtime = version),
    platform: async ({ name }) => void (platform = name),
    // A sheet as Excel draws it: the code of an error in its cell, its reason in a card when the mouse is over it.
    sheet: async ({ calls }) => {
      const sheet = document.body.appendChild(document.createElement("table"));
      sheet.id = "sheet";
      for (const call of calls) {
        const cell = sheet.insertRow().insertCell();
        const value = await calculate(call);
        cell.textContent = value.thrown ?? value[0][0];
        if (!value.thrown) continue;
        const card = cell.appendChild(document.createElement("div"));
        card.setAttribute("role", "tooltip");
        card.textContent = value.message;
        card.hidden = true;
        cell.addEventListener("mouseenter", () => (card.hidden = false));
        cell.addEventListener("mouseleave", () => (card.hidden = true));
      }
      sheet.dataset.ready = "yes";
    },
    statistics: async () => ({ ...computefi.statistics, violations, recalculations }),
    pane: async ({ text }) => {
      document.getElementById("token").value = text;
      document.getElementById("save").click();
      for (let i = 0; i < 200 && document.getElementById("save").disabled; i += 1) await pause(20);
      return document.getElementById("state").textContent;
    },
  };

  async function serveTest() {
    const metadata = await (await fetch("functions.json")).json();
    arities = Object.fromEntries(metadata.functions.map((f) => [f.id, f.parameters.length]));
    for (let i = 0; i < MOST_COMMANDS; i += 1) {
      const command = await (await fetch(`${control}/next`)).json();
      if (command.end) return;
      if (command.idle) continue;
      let result;
      try {
        result = { result: await commands[command.do](command) };
      } catch (error) {
        result = { problem: String(error) };
      }
      await fetch(`${control}/done`, { method: "POST", body: JSON.stringify(result) });
    }
  }

  Office.onReady(() => setTimeout(serveTest, 0));
})();
