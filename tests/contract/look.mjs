// Runs in Node: loads Pyodide with numpy and scipy out of a folder, unpacks the package's wheel in it, and prints what a
// script in Python finds there.
//   node look.mjs PYODIDE SCRIPT FOLDER        FOLDER, seen by Python as /shared, holds the wheel and libraries.zip
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

const [pyodide, script, folder] = process.argv.slice(2);
const { loadPyodide } = await import(pathToFileURL(join(pyodide, "pyodide.mjs")));
const quiet = () => {};
const python = await loadPyodide({ indexURL: pyodide, stderr: quiet });
python.FS.mkdir("/shared");
python.FS.mount(python.FS.filesystems.NODEFS, { root: folder }, "/shared");
await python.loadPackage(["numpy", "scipy"], { messageCallback: quiet });
for (const name of readdirSync(folder).filter((name) => /\.(whl|zip)$/.test(name))) {
  python.unpackArchive(new Uint8Array(readFileSync(join(folder, name))), "zip"); // it refuses a Buffer
}
try {
  console.log(python.runPython(readFileSync(script, "utf8")));
} catch (problem) {
  process.exitCode = 1; // Node itself would print all of Pyodide before the message
  console.error(problem.message);
}
