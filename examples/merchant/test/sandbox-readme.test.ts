import { readFileSync } from "node:fs";
import { afterAll, expect, test } from "vitest";
import { links, sandbox } from "../readme/sandbox.ts";
import { orderOf } from "../src/merchant.ts";

const fileAt = (path: string): string => readFileSync(new URL(path, import.meta.url), "utf8");
const readme = fileAt("../../../packages/sandbox/README.md");

afterAll(() => sandbox.close());

test("the sandbox's README shows the drivers on the sandbox as they run", async () => {
  expect(readme).toContain(`\`\`\`ts\n${fileAt("../readme/sandbox.ts")}\`\`\``);
  for (const gateway of ["midtrans", "xfers", "singapay"] as const) {
    const order = orderOf(`README-${gateway}`);
    const link = (await links.create({ ...order, gateway }))._unsafeUnwrap();
    const origin = new URL(sandbox[gateway].url).origin;
    expect([link.url.startsWith(origin), (await links.get(link.id)).isOk()]).toEqual([true, true]);
  }
});

test("the sandbox's README lists the credentials as they are", () => {
  for (const gateway of ["midtrans", "xfers", "singapay"] as const) {
    for (const [name, value] of Object.entries(sandbox[gateway].credentials)) {
      expect(readme).toContain(`| \`sandbox.${gateway}.credentials.${name}\` | \`${value}\` |`);
    }
  }
});
