import { spawnSync } from "node:child_process";
import { existsSync, globSync } from "node:fs";
import { basename, join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { expect, test } from "vitest";
import { connectionOf } from "../checks/gateway-lists.mjs";

const ROOT = resolve(import.meta.dirname, "../..");

interface Definition {
  readonly credentials: Readonly<Record<string, string>>;
}

/** Every driver with samples of webhooks, with the keys of the sandbox. */
const gatewaysToRead = async (): Promise<readonly object[]> => {
  const names = globSync("packages/driver-*", { cwd: ROOT }).map((path) => basename(path).replace("driver-", ""));
  const gateways: object[] = [];
  for (const name of names.toSorted()) {
    const connection = connectionOf(ROOT, name);
    const samples = join(ROOT, `packages/driver-${name}/src/webhook-samples.ts`);
    if (connection === undefined || !existsSync(samples)) continue;
    const module = await import(pathToFileURL(join(ROOT, `packages/sandbox/src/${name}/definition.ts`)).href);
    const [definition] = Object.values(module as Readonly<Record<string, Definition>>);
    const { webhookSamples } = await import(pathToFileURL(samples).href);
    const options: Record<string, unknown> = { environment: "sandbox" };
    for (const [option, { credential, isList }] of Object.entries(connection.keys)) {
      const value = definition?.credentials[credential];
      options[option] = isList ? [value] : value;
    }
    const { secretOptions } = webhookSamples as { readonly secretOptions: readonly string[] };
    const secret = [secretOptions.map((option) => options[option]).find((each) => each !== undefined)].flat()[0];
    gateways.push({ name, options, secret });
  }
  return gateways;
};

test("a process that only reads webhooks loads neither undici nor zod, as long as each has the documented form", async () => {
  const gateways = await gatewaysToRead();
  expect(gateways.length).toBeGreaterThan(0);
  const program = join(import.meta.dirname, "webhook-only.mjs");
  const { stdout, stderr } = spawnSync(
    process.execPath,
    ["--conditions=@tautan/source", program, JSON.stringify(gateways)],
    {
      encoding: "utf8",
    },
  );
  expect(stderr).toBe("");
  const report = JSON.parse(stdout);
  expect(report.read).toBe(report.sent);
  expect(report.whileRead).toEqual(["neverthrow"]);
  // A webhook of another form loads zod, for the names of its fields, and still no undici.
  expect(report.malformed).toBeGreaterThan(0);
  expect(report.afterwards).toEqual(["neverthrow", "zod"]);
});
