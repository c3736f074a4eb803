// The custom functions of computefi in Excel: each hands its call to the server that served this file.
//
// Excel calls every cell's function on its own. A request per cell would take minutes for a sheet of thousands, so
// the calls of a few milliseconds go out together, and while the requests in flight are at their limit the next
// batch grows. A range that several calls of a batch read is sent once.
//
// What Excel hands over (metadata: every argument "any", "matrix", errors and data types allowed):
//   an argument left out   null or undefined          sent as null
//   a blank cell, or ""    "" for both, so the two cannot be told apart: the server reads both as blank
//   an error               {type: "Error", basicValue: "#N/A", ...} or a CustomFunctions.Error   {"error": "#N/A"}
//   a formatted number, a date   {type: "FormattedNumber", basicValue: 46053}        sent as its number
"use strict";

(() => {
  const SETUP = __SETUP__;

  const GATHER_MS = 5; // how long the first call of a batch waits for the others
  const MOST_IN_FLIGHT = 4;
  const FIRST_PAUSE_MS = 250; // before the second attempt; doubled up to the longest
  const LONGEST_PAUSE_MS = 5000;
  const WHOLE_COLUMN = 1048576;
  const WHOLE_ROW = 16384;
  const TOKEN_KEY = "computefi.token";

  // Errors that a custom function may throw; Excel shows the reason on hover for #VALUE! and #N/A only.
  const THROWN = {
    "#VALUE!": "invalidValue",
    "#N/A": "notAvailable",
    "#DIV/0!": "divisionByZero",
    "#NUM!": "invalidNumber",
    "#NULL!": "nullReference",
  };
  const ERROR_TYPES = {
    "#VALUE!": "Value",
    "#N/A": "NotAvailable",
    "#DIV/0!": "Div0",
    "#NUM!": "Num",
    "#NULL!": "Null",
    "#REF!": "Ref",
    "#NAME?": "Name",
    "#SPILL!": "Spill",
    "#CALC!": "Calc",
  };
  const OF_TYPE = Object.fromEntries(Object.entries(ERROR_TYPES).map(([text, type]) => [type, text]));

  const statistics = { calls: 0, requests: 0, retries: 0 };
  let token = null; // read from storage once, and again when the server refuses it

  // ---- from Excel to the wire -------------------------------------------------------------------------------------

  function knownError(text) {
    return { error: text in ERROR_TYPES ? text : "#VALUE!" };
  }

  function cellOf(value) {
    if (value === null || value === undefined) return "";
    if (typeof value === "number") return Number.isFinite(value) ? value : { error: "#NUM!" };
    if (typeof value === "string" || typeof value === "boolean") return value;
    if (typeof value !== "object") return { error: "#VALUE!" };
    if (value.type === "Error" || value.basicType === "Error") {
      return knownError(value.errorType in OF_TYPE ? OF_TYPE[value.errorType] : value.basicValue);
    }
    if (value.type === "Empty" || value.basicType === "Empty") return "";
    if ("basicValue" in value) return cellOf(value.basicValue);
    return knownError(value.code); // a CustomFunctions.Error, or something that no cell holds
  }

  // A whole column without the blanks below its last content, as Excel's own functions read it.
  function usedPart(rows) {
    const blank = (cell) => cell === "" || cell === null || cell === undefined;
    if (rows.length === WHOLE_COLUMN) {
      let last = rows.length;
      while (last > 1 && rows[last - 1].every(blank)) last -= 1;
      rows = rows.slice(0, last);
    }
    if (rows[0].length === WHOLE_ROW) {
      let width = WHOLE_ROW;
      while (width > 1 && rows.every((row) => blank(row[width - 1]))) width -= 1;
      rows = rows.map((row) => row.slice(0, width));
    }
    return rows;
  }

  // An argument as JSON text, made at once because Excel may reuse its arrays; ranges apart, to be shared.
  function argumentOf(value) {
    if (value === null || value === undefined) return { text: "null" };
    if (!Array.isArray(value)) return { text: JSON.stringify(cellOf(value)) };
    const rows = usedPart(value.map((row) => (Array.isArray(row) ? row : [row])));
    if (rows.length === 1 && rows[0].length === 1) return { text: JSON.stringify(cellOf(rows[0][0])) };
    return { range: JSON.stringify(rows.map((row) => row.map(cellOf))) };
  }

  // Excel adds an invocation object behind the declared arguments; no argument is a plain object without a type.
  function withoutInvocation(given, count) {
    const last = given[given.length - 1];
    const isInvocation = last && typeof last === "object" && !Array.isArray(last) && !("type" in last);
    return (isInvocation ? given.slice(0, -1) : given).slice(0, count);
  }

  function bodyOf(batch) {
    const places = new Map();
    const calls = batch.map(({ name, args }) => {
      const texts = args.map(({ text, range }) => {
        if (range === undefined) return text;
        if (!places.has(range)) places.set(range, places.size);
        return `{"range":${places.get(range)}}`;
      });
      return `[${[JSON.stringify(name), ...texts].join(",")}]`;
    });
    return new TextEncoder().encode(`{"format":1,"ranges":[${[...places.keys()].join(",")}],"calls":[${calls.join(",")}]}`);
  }

  // ---- from the wire to Excel -------------------------------------------------------------------------------------

  function dataTypesSupported() {
    return Office.context.requirements.isSetSupported("CustomFunctionsRuntime", "1.4");
  }

  function thrown(error, reason) {
    return new CustomFunctions.Error(CustomFunctions.ErrorCode[THROWN[error] || "invalidValue"], reason);
  }

  function entity(error) {
    return { type: "Error", basicType: "Error", basicValue: error, errorType: ERROR_TYPES[error] || "Value" };
  }

  function cellBack(cell) {
    if (typeof cell !== "object") return cell;
    return dataTypesSupported() ? entity(cell.error) : thrown(cell.error, cell.reason);
  }

  // Excel on the web shows #BUSY! without end where a function throws; an error as a value it shows, without the reason.
  function fail(call, error, reason) {
    const onTheWeb = Office.context.platform === "OfficeOnline";
    if (dataTypesSupported() && (onTheWeb || !(error in THROWN))) {
      call.resolve([[entity(error)]]); // #REF! and the like cannot be thrown anywhere
    } else {
      call.reject(thrown(error, reason));
    }
  }

  function settle(call, answer) {
    if (Array.isArray(answer)) {
      call.resolve(answer.map((row) => row.map(cellBack)));
    } else if (typeof answer !== "object") {
      call.resolve([[answer]]);
    } else {
      fail(call, answer.error, answer.reason);
    }
  }

  function failAll(batch, error, reason) {
    for (const call of batch) fail(call, error, reason);
  }

  // ---- requests ---------------------------------------------------------------------------------------------------

  class Failure extends Error {
    constructor(error, reason) {
      super(reason);
      this.cellError = error;
    }
  }

  const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

  async function readToken() {
    token = (await OfficeRuntime.storage.getItem(TOKEN_KEY)) || null;
    return token;
  }

  // One request, repeated where the network failed or the server asks for patience: the functions are pure, so doing
  // a call twice harms nobody. 502 is what a proxy says while the server behind it starts.
  async function post(body, until) {
    let wait = FIRST_PAUSE_MS;
    for (;;) {
      const used = token || (await readToken());
      if (!used) throw new Failure("#N/A", "no access token: open the computefi pane on the Home tab and enter it");
      let hint = 0;
      const stop = new AbortController(); // AbortSignal.timeout is younger than some of Office's browsers
      const limit = setTimeout(() => stop.abort(), SETUP.requestSeconds * 1000);
      try {
        statistics.requests += 1;
        const response = await fetch("call", {
          method: "POST",
          headers: { "Content-Type": "application/json", Authorization: `Bearer ${used}` },
          body,
          cache: "no-store",
          credentials: "omit",
          signal: stop.signal,
        });
        if (response.status === 401) {
          if ((await readToken()) && token !== used) continue; // the pane has stored another one meanwhile
          throw new Failure("#N/A", "the server refuses the access token: open the computefi pane and enter it anew");
        }
        if (response.status !== 502 && response.status !== 503) {
          return { status: response.status, content: await response.json() };
        }
        hint = 1000 * Number(response.headers.get("Retry-After")) || 0;
      } catch (problem) {
        if (problem instanceof Failure) throw problem;
        if (problem instanceof SyntaxError) throw new Failure("#VALUE!", "the server's answer is not JSON");
      } finally {
        clearTimeout(limit);
      }
      // Not all at once when the server is back.
      const ms = Math.max(hint, wait) * (0.75 + Math.random() / 2);
      if (Date.now() + ms > until) throw new Failure("#N/A", "the computefi server does not answer; recalculate later");
      statistics.retries += 1;
      await pause(ms);
      wait = Math.min(2 * wait, LONGEST_PAUSE_MS);
    }
  }

  async function inHalves(batch) {
    const middle = batch.length >> 1;
    await send(batch.slice(0, middle));
    await send(batch.slice(middle));
  }

  async function send(batch) {
    try {
      const body = bodyOf(batch);
      if (body.byteLength > SETUP.mostBytes) {
        if (batch.length > 1) return await inHalves(batch);
        throw new Failure("#VALUE!", "the ranges of this call are larger than the server accepts");
      }
      const { status, content } = await post(body, Math.min(...batch.map((call) => call.until)));
      // Too much for one request, or too slow: one such call must not take the others with it.
      if ((status === 413 || status === 504) && batch.length > 1) return await inHalves(batch);
      if (status !== 200) {
        const reason = (content && content.error && content.error.reason) || `the server answered ${status}`;
        throw new Failure(status === 504 ? "#N/A" : "#VALUE!", reason);
      }
      if (!Array.isArray(content.answers) || content.answers.length !== batch.length) {
        throw new Failure("#VALUE!", "the server's answer does not fit the calls");
      }
      batch.forEach((call, i) => settle(call, content.answers[i]));
    } catch (problem) {
      // Calls that were answered already keep their answer: a promise settles once.
      failAll(batch, problem.cellError || "#VALUE!", problem.message);
    }
  }

  // ---- gathering --------------------------------------------------------------------------------------------------

  let waiting = [];
  let timer = null;
  let inFlight = 0;

  function nextBatch() {
    let size = 0;
    let count = 0;
    while (count < waiting.length && count < SETUP.mostCalls) {
      size += waiting[count].size;
      if (count > 0 && size > SETUP.mostBytes / 2) break;
      count += 1;
    }
    const batch = waiting.slice(0, count);
    waiting = waiting.slice(count);
    return batch;
  }

  function flush() {
    timer = null;
    while (waiting.length > 0 && inFlight < MOST_IN_FLIGHT) {
      inFlight += 1;
      send(nextBatch()).then(() => {
        inFlight -= 1;
        if (waiting.length > 0 && timer === null) flush();
      });
    }
  }

  function call(name, given) {
    return new Promise((resolve, reject) => {
      const args = given.map(argumentOf);
      while (args.length > 0 && args[args.length - 1].text === "null") args.pop();
      const size = args.reduce((sum, { text, range }) => sum + (range || text).length, name.length + 4);
      statistics.calls += 1;
      waiting.push({ name, args, size, resolve, reject, until: Date.now() + SETUP.patienceSeconds * 1000 });
      if (timer === null) timer = setTimeout(flush, GATHER_MS);
    });
  }

  // For the pane: stores a token, and says whether the server takes it.
  async function useToken(text) {
    await OfficeRuntime.storage.setItem(TOKEN_KEY, text);
    await readToken();
    const { status, content } = await post(bodyOf([]), Date.now());
    if (status !== 200) throw new Failure("#VALUE!", (content.error && content.error.reason) || `answer ${status}`);
  }

  globalThis.computefi = { statistics, useToken };

  Office.onReady(() => {
    for (const [name, count] of Object.entries(SETUP.functions)) {
      CustomFunctions.associate(name, (...given) => call(name, withoutInvocation(given, count)));
    }
  });
})();
