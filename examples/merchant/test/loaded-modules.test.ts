// What an import loads: the promise that importing Tautan costs next to nothing, kept as a list.
import { execFileSync } from "node:child_process";
import { describe, expect, test } from "vitest";

/** Writes the modules that a fresh process loads for some code: files by package, built-in modules by name. */
const loadedBy = (code: string): readonly string[] => {
  const listing = `
    import { registerHooks } from "node:module";
    const before = new Set(process.moduleLoadList);
    const urls = [];
    registerHooks({ load: (url, context, next) => { urls.push(url); return next(url, context); } });
    await (async () => { ${code} })();
    const builtIn = process.moduleLoadList.filter((each) => !before.has(each)).map((each) => each.replace(/^\\w+ /, "builtin:"));
    process.stdout.write(JSON.stringify([...urls, ...builtIn]));`;
  const output = execFileSync(
    process.execPath,
    ["--conditions=@tautan/source", "--input-type=module", "--eval", listing],
    {
      cwd: import.meta.dirname,
      encoding: "utf8",
    },
  );
  return (JSON.parse(output) as string[]).map((each) =>
    each
      .replace(/^file:.*\/packages\/([^/]+)\/src\//, "$1/")
      .replace(/^file:.*\/node_modules\/undici\/index\.js$/, "all of undici")
      .replace(/^file:.*\/node_modules\/((?:@[^/]+\/)?[^/]+)\/.*$/, "$1"),
  );
};

const HEAVY = ["zod", "undici", "ts-pattern", "builtin:crypto", "builtin:http", "builtin:net"];
const files = (loaded: readonly string[]): readonly string[] =>
  [...new Set(loaded.filter((each) => !each.startsWith("builtin:") && !each.startsWith("node:")))].toSorted();
const heavyIn = (loaded: readonly string[]): readonly string[] => HEAVY.filter((each) => loaded.includes(each));

describe("what is loaded", () => {
  test("import @tautan/core: one other package, and all of its own code but the explanations", () => {
    const loaded = loadedBy('await import("@tautan/core");');
    expect(files(loaded).filter((each) => !each.startsWith("core/"))).toEqual(["neverthrow"]);
    expect(heavyIn(loaded)).toEqual([]);
    expect(loaded).toContain("core/operations/create.ts");
    expect(loaded.filter((each) => each.startsWith("core/explain/"))).toEqual([]);
  });

  test("@tautan/core/config is the only door to zod", () => {
    expect(files(loadedBy('await import("@tautan/core/config");'))).toContain("zod");
    expect(files(loadedBy('await import("@tautan/core/driver"); await import("@tautan/core/node");'))).not.toContain(
      "zod",
    );
  });

  test.each([["memory"], ["midtrans"], ["xfers"], ["singapay"]])(
    "import @tautan/driver-%s: no undici, no zod, no crypto",
    (name) => {
      const loaded = loadedBy(`await import("@tautan/driver-${name}");`);
      expect(loaded).toContain(`driver-${name}/index.ts`);
      expect(heavyIn(loaded)).toEqual([]);
      expect(loaded).not.toContain("driver-kit/undici-transport.ts");
      expect(loaded).not.toContain(`driver-${name}/wire.ts`);
    },
  );

  test("import @tautan/driver-midtrans: its own code and that of the kit, with neither schemas nor what sends requests", () => {
    const loaded = files(loadedBy('await import("@tautan/driver-midtrans");'));
    const isOfUs = (each: string): boolean => /^(core|driver-kit|driver-midtrans)\//.test(each);
    expect(loaded.filter((each) => !isOfUs(each))).toEqual(["neverthrow"]);
    expect(loaded).toContain("driver-midtrans/handlers.ts");
    expect(
      loaded.filter((each) => /(\/wire|\/schemas|-transport)\.ts$|^(?!core\/facade\/).*\/explain/.test(each)),
    ).toEqual([]);
  });

  const midtrans = `
    const { createPaymentLinks, idr } = await import("@tautan/core");
    const { createMidtransDriver } = await import("@tautan/driver-midtrans");
    const links = createPaymentLinks({ default: "m", gateways: { m: createMidtransDriver({ serverKey: "k", environment: "sandbox" }) } });`;

  test("making payment links loads nothing more", () => {
    expect(heavyIn(loadedBy(midtrans))).toEqual([]);
  });

  test("a process that only reads webhooks never loads undici or zod", () => {
    const loaded = loadedBy(`${midtrans}
      const { createHash } = await import("node:crypto");
      const body = { order_id: "A-1767225600123", status_code: "200", gross_amount: "1.00", transaction_id: "t", transaction_status: "settlement", payment_type: "qris" };
      body.signature_key = createHash("sha512").update("A-17672256001232001.00k").digest("hex");
      const delivery = await links.parseWebhook("m", { method: "POST", url: "/", headers: {}, body: JSON.stringify(body) });
      if (delivery.isErr()) throw new Error(delivery.error.message);`);
    expect(heavyIn(loaded)).toEqual(["builtin:crypto"]);
    expect(loaded).not.toContain("driver-kit/undici-transport.ts");
  });

  test("a first request loads the pool of undici, without the rest of it, and no schema", () => {
    const loaded = loadedBy(`
      ${midtrans.replace("serverKey", 'baseUrl: "http://127.0.0.1:9", serverKey')}
      const made = await links.create({ reference: "A-1", amount: idr(10_000) });
      if (made.isOk()) throw new Error("expected no server");`);
    expect(loaded).toContain("undici");
    expect(loaded).not.toContain("all of undici");
    expect(loaded).not.toContain("zod");
  });

  test("a request that is refused before any I/O loads neither undici nor a schema", () => {
    const loaded = loadedBy(
      `${midtrans} const made = await links.create({ reference: "", amount: idr(1) }); if (made.isOk()) throw new Error();`,
    );
    expect(heavyIn(loaded)).toEqual([]);
  });
});
