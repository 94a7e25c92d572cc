#!/usr/bin/env node
// Before anything that an older Node cannot load: the project would not run either.
const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
if (major < 22 || (major === 22 && minor < 20)) {
  process.stderr.write(
    `The project needs Node 22.20 or later, and this is ${process.versions.node}. Nothing was written.\n`,
  );
  process.exit(2);
}
const { main } = await import("./main.ts");

process.exitCode = await main(process.argv.slice(2));
