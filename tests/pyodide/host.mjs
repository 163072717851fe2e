// xlwings Lite without Excel: Pyodide with the wheels that Lite would install, asked as Lite's task pane asks it.
// In: {wheel, main, program, calls: [[name, args, times]]}. Out: a line of JSON per call, then one for the program.
import { readFileSync, readdirSync } from "node:fs";
import { loadPyodide } from "pyodide";

process.on("uncaughtException", (error) => {
  process.stderr.write(`${error.message}\n`); // Node would print Pyodide's source before it
  process.exit(1);
});
const asked = JSON.parse(readFileSync(0, "utf8"));
const pyodide = await loadPyodide({
  env: { HOME: "/home/pyodide", XLWINGS_ON_SERVER: "true", XLWINGS_LICENSE_KEY: "noncommercial" },
  stdout: (line) => process.stderr.write(`${line}\n`),
});
const wheels = new URL("node_modules/wheels/", import.meta.url);
const contents = [...readdirSync(wheels).map((name) => readFileSync(new URL(name, wheels))), Buffer.from(asked.wheel, "base64")];
for (const content of contents) pyodide.unpackArchive(new Uint8Array(content), "whl");
pyodide.FS.writeFile("main.py", asked.main);
await pyodide.runPythonAsync(readFileSync(new URL("host.py", import.meta.url), "utf8"));

const call = pyodide.globals.get("call");
for (const [name, args, times] of asked.calls) {
  const seconds = [];
  let answer;
  while (seconds.length < times) {
    const start = performance.now();
    answer = await call(name, args);
    seconds.push((performance.now() - start) / 1000);
  }
  process.stdout.write(`${JSON.stringify({ answer, seconds, since_start: performance.now() / 1000 })}\n`);
}
process.stdout.write(`${JSON.stringify({ answer: await pyodide.runPythonAsync(asked.program) })}\n`);
