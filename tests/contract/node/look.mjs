// Runs in Node: loads Pyodide, unpacks the package's wheel in it, and prints what a script in Python finds there.
//   node look.mjs WHEEL SCRIPT FOLDER        FOLDER is seen by Python as /shared
import { readFileSync } from "node:fs";
import { loadPyodide } from "pyodide";

const [wheel, script, folder] = process.argv.slice(2);
const quiet = () => {};
const python = await loadPyodide({ stderr: quiet });
python.FS.mkdir("/shared");
python.FS.mount(python.FS.filesystems.NODEFS, { root: folder }, "/shared");
// Its own builds of numpy and scipy lie on a CDN: without one they stay away, and the script says so.
const options = { messageCallback: quiet, errorCallback: quiet };
await python.loadPackage(["numpy", "scipy"], options).catch(quiet);
python.unpackArchive(new Uint8Array(readFileSync(wheel)), "wheel"); // it refuses a Buffer
console.log(python.runPython(readFileSync(script, "utf8")));
