// For Node, Bun and Deno: reads the input, and writes the results.
import { exit, stdin, stdout } from "node:process";
import { runCases } from "./cases.ts";

let text = "";
for await (const part of stdin) text += String(part);
// Deno waits ten seconds for the connections that undici has left open.
stdout.write(JSON.stringify(await runCases(JSON.parse(text))), () => exit(0));
