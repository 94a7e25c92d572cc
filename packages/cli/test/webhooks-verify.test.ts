// tautan webhooks verify names the cause of every fault of the table, whatever form the delivery has.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { WEBHOOK_FAULTS, type WebhookFault } from "@tautan/example-conformance/webhook-faults";
import { describe, expect, test } from "vitest";
import { runHere } from "./support/in-process.ts";
import { jsonOf, projectOf, type Ran } from "./support/project.ts";

/** How a person has a delivery. */
const FORMS = {
  json: ({ request }: WebhookFault) => JSON.stringify(request),
  dump: ({ request: { method, url, headers, body } }: WebhookFault) =>
    [`${method} ${url} HTTP/1.1`, ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`), "", body].join(
      "\r\n",
    ),
} as const;

const verify = async (fault: WebhookFault, form: keyof typeof FORMS, ...more: string[]): Promise<Ran> => {
  const { folder } = projectOf({ "tautan.config.json": fault.config });
  writeFileSync(join(folder, "delivery"), FORMS[form](fault));
  const words = ["webhooks", "verify", "-g", fault.gateway, "--request", "delivery"];
  const publicUrl = fault.publicUrl === undefined ? [] : ["--public-url", fault.publicUrl];
  return runHere(folder, [...words, ...publicUrl, ...more], { env: fault.env, nowMs: fault.nowMs });
};

const HEX = /[0-9a-f]{16}/i;

describe.each(Object.keys(FORMS) as (keyof typeof FORMS)[])("of %s", (form) => {
  const faults = WEBHOOK_FAULTS.filter(({ request }) => form === "json" || typeof request.body === "string");
  test.each(faults.map((fault) => [fault.name, fault] as const))("%s", async (_, fault) => {
    const { cause, gateway, shows = {}, env } = fault;
    const ran = await verify(fault, form, "--json");
    expect(ran.stderr).toBe("");
    expect(jsonOf(ran)).toMatchObject({ cause, gateway, ...shows });
    expect(ran.code).toBe(cause === "genuine" ? 0 : 4);
    const secrets = [...Object.values(env), "random-token", "INV-001", "Jerry", "from=pay"];
    expect(secrets.filter((secret) => ran.stdout.includes(secret))).toEqual([]);
    expect(ran.stdout).not.toMatch(HEX);
  });
});

const faultNamed = (name: string): WebhookFault => {
  const found = WEBHOOK_FAULTS.find((each) => each.name === name);
  if (!found) throw new Error(`there is no fault ${name}`);
  return found;
};
