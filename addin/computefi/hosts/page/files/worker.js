// Python, off the page's own thread: takes questions as JSON, gives answers as JSON.
"use strict";
const here = (name) => new URL(name, location.href).href;
importScripts(here("pyodide/pyodide.js"));

async function bytes(name) {
  const response = await fetch(here(name));
  if (!response.ok) throw new Error(`${name}: ${response.status}`);
  return new Uint8Array(await response.arrayBuffer());
}

async function start() {
  const [python, wheel, libraries] = await Promise.all([
    loadPyodide({ indexURL: here("pyodide/") }),
    bytes("WHEEL_NAME"),
    bytes("libraries.zip"),
  ]);
  postMessage({ stage: "packages" });
  await python.loadPackage(["numpy", "scipy"], { messageCallback() {} });
  python.unpackArchive(wheel, "wheel");
  python.FS.writeFile("/libraries.zip", libraries);
  return python.runPython(
    "import sys; sys.path.append('/libraries.zip'); from computefi.hosts.page.desk import answer; answer",
  );
}

const started = start();
started.then(
  () => postMessage({ stage: "ready" }),
  (problem) => postMessage({ stage: "failed", problem: String(problem) }),
);

onmessage = async ({ data: { id, question } }) => {
  try {
    const answer = await started;
    postMessage({ id, answer: answer(question) });
  } catch (problem) {
    const lines = String(problem).trim().split("\n");
    postMessage({ id, problem: lines[lines.length - 1] });
  }
};
