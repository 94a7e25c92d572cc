#!/usr/bin/env node
// Before anything that an older Node cannot load.
const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
if (major < 22 || (major === 22 && minor < 20)) {
  process.stderr.write(`error refused tautan needs Node 22.20 or later, and this is ${process.versions.node}\n`);
  process.exit(4);
}
const { enableCompileCache } = await import("node:module");
// Compiled code of the last start is used again.
enableCompileCache();
// The reader has seen enough, as with `| head`: that is not an error.
process.stderr.on("error", () => {});
process.stdout.on("error", (error: NodeJS.ErrnoException) => process.exit(error.code === "EPIPE" ? 0 : 1));
const { main } = await import("./main.ts");
await main(process.argv.slice(2));
