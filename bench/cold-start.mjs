// The cost of an import: a fresh process for each run, in shuffled order. Usage: node cold-start.mjs [runs]
import { execFileSync } from "node:child_process";
import { resolve } from "node:path";
import { report } from "./measure.mjs";

const runs = Number(process.argv[2] ?? 11);
const built = (name) => JSON.stringify(resolve(import.meta.dirname, `../packages/${name}/dist/index.js`));
const oursAfterAnImport = `await import(${built("core")}); await import(${built("driver-midtrans")});`;
const code = {
  "an empty process": "",
  "xendit-node": 'await import("xendit-node");',
  razorpay: 'await import("razorpay");',
  "midtrans-client": 'await import("midtrans-client");',
  stripe: 'await import("stripe");',
  standardwebhooks: 'await import("standardwebhooks");',
  "tautan core": `await import(${built("core")});`,
  "tautan core + midtrans": oursAfterAnImport,
  "tautan core + three gateways": `${oursAfterAnImport} await import(${built("driver-xfers")}); await import(${built("driver-singapay")});`,
  "tautan, up to the first webhook": `${oursAfterAnImport}
    const { createPaymentLinks } = await import(${built("core")});
    const { createMidtransDriver } = await import(${built("driver-midtrans")});
    const links = createPaymentLinks({ default: "m", gateways: { m: createMidtransDriver({ serverKey: "k", environment: "sandbox" }) } });
    await links.parseWebhook("m", { method: "POST", url: "/", headers: {}, body: '{"order_id":"a","status_code":"200","gross_amount":"1","signature_key":"${"0".repeat(128)}"}' });`,
};

const figures = Object.fromEntries(Object.keys(code).map((name) => [name, []]));
for (let run = -1; run < runs; run += 1) {
  for (const name of Object.keys(code).toSorted(() => Math.random() - 0.5)) {
    const timed = `const start = performance.now(); ${code[name]}; process.stdout.write(String(performance.now() - start)); process.exit(0);`;
    const output = execFileSync(process.execPath, ["--no-warnings", "--input-type=module", "--eval", timed], {
      cwd: import.meta.dirname,
      encoding: "utf8",
    });
    if (run >= 0) figures[name].push(Number(output));
  }
}
const medians = Object.fromEntries(
  Object.entries(figures).map(([name, list]) => [name, list.toSorted((a, b) => a - b)[Math.floor(list.length / 2)]]),
);
report("Import", medians, "ms", "xendit-node");
