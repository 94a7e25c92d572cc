import { describe, expect, onTestFinished, test } from "vitest";
import type { FaultName, Provider, Sandbox } from "../src/index.ts";
import { createSandbox } from "../src/index.ts";
import { columnIn, look, outcomeOf, submit, valueOf } from "./inspect.ts";
import type { Page, Part } from "./page.ts";
import { startedProviders, startSandbox, xfersCaller } from "./support.ts";

const providers = ["midtrans", "xfers", "singapay"] as const;

/** The fields that every fault has. */
const LABELS: ReadonlyMap<string, string> = new Map([
  ["next", "The next times"],
  ["probability", "Or with a probability"],
]);

const settingOf = (sandbox: Sandbox, provider: Provider, fault: FaultName): unknown => {
  const { settings = {} } = sandbox.chaos.faults().find(({ name }) => name === fault) ?? {};
  return settings[provider];
};

const countSet = (sandbox: Sandbox): number =>
  sandbox.chaos.faults().flatMap(({ settings }) => Object.keys(settings)).length;

/** The parts of the page that are about one fault each, by its name. */
const partsOf = (page: Page): ReadonlyMap<string, Part> =>
  new Map(page.all("group").map((part) => [part.element.id, part]));

/** The part of the page that is about one fault. */
const partOf = async (sandbox: Pick<Sandbox, "control">, fault: string, query = ""): Promise<Part> =>
  partIn(await look(sandbox, `/chaos${query}`), fault);

const partIn = (page: Page, fault: string): Part => {
  const part = partsOf(page).get(fault);
  if (part === undefined) throw new Error(`The page has no ${fault}; it has ${[...partsOf(page).keys()].join(", ")}.`);
  return part;
};

/** What a field is explained by. */
const hintOf = (part: Part, role: "textbox" | "combobox", name: string | RegExp): string => {
  const ids = part.get(role, name).element.getAttribute("aria-describedby")?.split(" ") ?? [];
  return ids.map((id) => part.element.querySelector(`[id="${id}"]`)?.textContent ?? "").join(" ");
};

const optionsOf = (part: Part, name: string | RegExp): readonly string[] =>
  part
    .get("combobox", name)
    .all("option")
    .map(({ text }) => text);

describe("the page of chaos shows", () => {
  test("each fault with what it does, and a form of its own, which a link opens", async () => {
    const { sandbox } = await startSandbox();
    const parts = partsOf(await look(sandbox, "/chaos"));
    const started = startedProviders.map(({ name }) => name);
    const possible = sandbox.chaos
      .faults()
      .filter((one) => one.providers.some((name) => started.some((each) => each === name)));
    expect([...parts.keys()]).toEqual(possible.map(({ name }) => name));
    for (const { name, does } of possible) {
      expect(parts.get(name)?.text).toContain(does);
      expect(parts.get(name)?.has("button", `Set ${name}`)).toBe(true);
    }
    const isOpen = async (query: string): Promise<boolean> =>
      (await partOf(sandbox, "drop_webhook", query)).element.hasAttribute("open");
    expect([await isOpen("?fault=drop_webhook"), await isOpen("")]).toEqual([true, false]);
  });

  test("of each parameter its unit, its range and its default, and none where a fault takes none", async () => {
    const { sandbox } = await startSandbox();
    for (const [fault, name, byDefault, hint] of [
      ["delay_webhook", "delayMs", "60000", "clock, from 0 to 2592000000 (30 days). Default: 60000 (1 minute)."],
      ["reorder_webhooks", "delayMs", "60000", "clock, from 0 to 2592000000 (30 days). Default: 60000 (1 minute)."],
      ["stale_timestamp", "ageSeconds", "600", "Seconds, from 1 to 7776000 (90 days). Default: 600 (10 minutes)."],
      ["rate_limit", "retryAfterSeconds", "1", "Seconds, from 0 to 86400 (1 day). Default: 1."],
      ["slow_bytes", "pauseMs", "50", "Milliseconds of real time, from 0 to 600000 (10 minutes). Default: 50."],
    ] as const) {
      const part = await partOf(sandbox, fault);
      const label = new RegExp(`, ${name}$`);
      expect(valueOf(part, "textbox", label)).toBe(byDefault);
      expect(hintOf(part, "textbox", label)).toContain(hint);
    }
    for (const fault of ["html_body", "html_body_after_commit"]) {
      const part = await partOf(sandbox, fault);
      const offered = optionsOf(part, "Answer, status");
      expect(offered.slice(0, 3)).toEqual(["502", "200", "400"]);
      expect(offered.filter((status) => /^[45]/.test(status))).toHaveLength(42);
      expect(hintOf(part, "combobox", "Answer, status")).toContain("HTTP status. Default: 502.");
    }
    const bare = await partOf(sandbox, "drop_webhook");
    const names = [...bare.element.querySelectorAll("[name]")].map((field) => field.getAttribute("name"));
    expect(names).toEqual(["fault", "provider", "next", "probability"]);
    expect([...bare.all("combobox"), ...bare.all("textbox")]).toHaveLength(3);
  });

  test("where a fault is possible, and no gateway that was not started", async () => {
    const { sandbox } = await startSandbox();
    const offered = async (fault: string): Promise<readonly string[]> =>
      optionsOf(await partOf(sandbox, fault), "Gateway");
    expect(await offered("drop_webhook")).toEqual([
      ...startedProviders.map(({ label }) => label),
      "All gateways, each separately",
    ]);
    expect(await offered("expired_token")).toEqual(["SingaPay"]);
    expect((await partOf(sandbox, "expired_token")).text).toContain("SingaPay only");
    const lonely = await createSandbox({ gateways: ["xfers"] });
    onTestFinished(() => lonely.close());
    const page = await look(lonely, "/chaos");
    expect([partsOf(page).has("expired_token"), page.text.includes("Midtrans")]).toEqual([false, false]);
  });

  test("what is set, and how often it has happened", async () => {
    const { sandbox } = await startSandbox();
    expect((await look(sandbox, "/chaos")).text).toContain("No fault is set.");
    sandbox.chaos.set("xfers", "server_error", { next: 2 });
    sandbox.chaos.set("midtrans", "delay_webhook", { probability: 0.25, delayMs: 7_200_000 });
    await xfersCaller(sandbox)("GET", "/api/v4/payment_links/x");
    const page = await look(sandbox, "/chaos");
    expect([columnIn(page, "Fault"), columnIn(page, "Gateway"), columnIn(page, "How often")]).toEqual([
      ["delay_webhook", "server_error"],
      ["Midtrans", "Xfers"],
      ["with a probability of 0.25, delayMs 7200000 (2 hours)", "the next time, status 500"],
    ]);
    expect(partIn(page, "server_error").text).toContain("Xfers: set, happened once A 5xx");
    await xfersCaller(sandbox)("GET", "/api/v4/payment_links/x");
    expect((await partOf(sandbox, "server_error")).text).toContain("Xfers: happened 2 times A 5xx");
  });
});

describe("the page of chaos sets", () => {
  test("how often, with the parameters of the fault; what is left empty is the default", async () => {
    const { sandbox } = await startSandbox();
    const fields = { provider: "xfers", fault: "server_error", next: "2", probability: "", status: "503" };
    const place = "/inspector/chaos?fault=server_error#server_error";
    expect(outcomeOf(await submit(sandbox, "/chaos", fields))).toEqual([303, place]);
    expect((await xfersCaller(sandbox)("GET", "/api/v4/payment_links/x")).status).toBe(503);
    expect(settingOf(sandbox, "xfers", "server_error")).toEqual({ next: 1, status: 503 });
    await submit(sandbox, "/chaos", { provider: "midtrans", fault: "slow_bytes", probability: " .25 ", pauseMs: " " });
    expect(settingOf(sandbox, "midtrans", "slow_bytes")).toEqual({ probability: 0.25, pauseMs: 50 });
  });

  test("and its form says so, until it is cleared", async () => {
    const { sandbox } = await startSandbox();
    const set = await submit(sandbox, "/chaos", { provider: "xfers", fault: "rate_limit", next: "2" });
    const path = (set.headers.get("location") ?? "").replace("/inspector", "").replace(/#.*/, "");
    const sentence = "Set for Xfers: the next 2 times, retryAfterSeconds 1.";
    expect(partIn(await look(sandbox, path), "rate_limit").get("status").text).toBe(sentence);
    sandbox.chaos.clear();
    expect((await look(sandbox, path)).text).not.toContain("Set for Xfers");
  });

  test("each gateway where the fault is possible, in one go", async () => {
    const { sandbox } = await startSandbox();
    await submit(sandbox, "/chaos", { provider: "all", fault: "drop_webhook", next: "3" });
    await submit(sandbox, "/chaos", { provider: "all", fault: "stale_timestamp", next: "1", ageSeconds: "60" });
    expect(providers.map((provider) => settingOf(sandbox, provider, "drop_webhook"))).toEqual([
      { next: 3 },
      { next: 3 },
      { next: 3 },
    ]);
    expect([countSet(sandbox), settingOf(sandbox, "singapay", "stale_timestamp")]).toEqual([
      4,
      { next: 1, ageSeconds: 60 },
    ]);
  });

  test.each([
    ["rate_limit", {}, "rate_limit: set either next (how many times) or probability, but neither is set"],
    [
      "rate_limit",
      { next: "1", probability: "0.5" },
      "rate_limit: set either next (how many times) or probability, but both are set",
    ],
    ["rate_limit", { next: "0" }, "rate_limit: next must be a whole number, 1 or more, but is 0"],
    ["rate_limit", { next: "1.0" }, 'rate_limit: next must be a whole number, 1 or more, but is "1.0"'],
    ["rate_limit", { probability: "often" }, 'rate_limit: probability must be a number from 0 to 1, but is "often"'],
    ["rate_limit", { probability: "1.5" }, "rate_limit: probability must be a number from 0 to 1, but is 1.5"],
    [
      "rate_limit",
      { next: "1", retryAfterSeconds: "-1" },
      "rate_limit: retryAfterSeconds must be a whole number from 0 to 86400, but is -1",
    ],
    [
      "delay_webhook",
      { next: "1", delayMs: "60.000" },
      'delay_webhook: delayMs must be a whole number from 0 to 2592000000, but is "60.000"',
    ],
    [
      "delay_webhook",
      { next: "1", delayMs: "1e3" },
      'delay_webhook: delayMs must be a whole number from 0 to 2592000000, but is "1e3"',
    ],
    [
      "stale_timestamp",
      { next: "1", ageSeconds: "0" },
      "stale_timestamp: ageSeconds must be a whole number from 1 to 7776000, but is 0",
    ],
    [
      "slow_bytes",
      { next: "1", pauseMs: "600001" },
      "slow_bytes: pauseMs must be a whole number from 0 to 600000, but is 600001",
    ],
    [
      "server_error",
      { next: "1", status: "501" },
      "server_error: status must be one of 500, 502, 503, 504, but is 501",
    ],
  ] as const)("nothing with %s %j, and says why next to what was typed", async (fault, typed, sentence) => {
    const { sandbox } = await startSandbox();
    const refused = await submit(sandbox, "/chaos", { provider: "singapay", fault, ...typed });
    expect(outcomeOf(refused)).toEqual([400, sentence]);
    const part = partIn(refused, fault);
    expect(part.element.hasAttribute("open")).toBe(true);
    expect([part.get("alert").text, part.get("alert").element.id]).toEqual([sentence, `${fault}-refusal`]);
    expect(valueOf(part, "combobox", "Gateway")).toBe("singapay");
    for (const [name, text] of Object.entries(typed)) {
      if (name !== "status") expect(valueOf(part, "textbox", LABELS.get(name) ?? new RegExp(`, ${name}$`))).toBe(text);
    }
    const invalid = refused.all("textbox").filter(({ element }) => element.getAttribute("aria-invalid") === "true");
    expect(invalid).toHaveLength(fault === "server_error" ? 0 : 1);
    expect(countSet(sandbox)).toBe(0);
  });

  test("nothing for a gateway where it is not possible, nothing unknown, and of all gateways none where one refuses", async () => {
    const { sandbox } = await startSandbox();
    const post = async (fields: Record<string, string>): Promise<readonly unknown[]> =>
      outcomeOf(await submit(sandbox, "/chaos", { next: "1", ...fields }));
    expect(await post({ provider: "xfers", fault: "expired_token" })).toEqual([
      400,
      "expired_token is for singapay only",
    ]);
    expect(await post({ provider: "all", fault: "rate_limit", delayMs: "1" })).toEqual([
      400,
      'there is no "delayMs" for rate_limit, which takes probability, next, retryAfterSeconds',
    ]);
    expect(await post({ provider: "all", fault: "rain" })).toEqual([400, expect.stringContaining('no fault "rain"')]);
    expect(await post({ provider: "all" })).toEqual([400, expect.stringContaining("there is no fault")]);
    expect([
      (await post({ provider: "nobody", fault: "rate_limit" }))[0],
      (await post({ fault: "rate_limit" }))[0],
    ]).toEqual([404, 404]);
    expect(countSet(sandbox)).toBe(0);
  });

  test("nothing of a fault of SingaPay where SingaPay was not started", async () => {
    const sandbox = await createSandbox({ gateways: ["midtrans", "xfers"] });
    onTestFinished(() => sandbox.close());
    expect(outcomeOf(await submit(sandbox, "/chaos", { provider: "all", fault: "expired_token", next: "1" }))).toEqual([
      400,
      "expired_token is for singapay only",
    ]);
  });

  test("no markup, whichever field it is typed into", async () => {
    const { sandbox } = await startSandbox();
    const hostile = `"><script>alert(1)</script>`;
    const good = { provider: "midtrans", fault: "rate_limit", next: "1", probability: "", retryAfterSeconds: "1" };
    for (const fields of [
      ...Object.keys(good).map((name) => ({ ...good, [name]: hostile })),
      { ...good, [hostile]: "1" },
      { ...good, ["__proto__"]: "1" },
    ]) {
      const { status, html } = await submit(sandbox, "/chaos", fields);
      expect([status === 400 || status === 404, html.includes("<script>alert")]).toEqual([true, false]);
    }
    const kept = await submit(sandbox, "/chaos", { ...good, retryAfterSeconds: hostile });
    expect(valueOf(partIn(kept, "rate_limit"), "textbox", "Time to wait, retryAfterSeconds")).toBe(hostile);
    expect((await look(sandbox, `/chaos?fault=${encodeURIComponent(hostile)}`)).html).not.toContain("<script>alert");
    expect(countSet(sandbox)).toBe(0);
  });
});

describe("the page of chaos clears", () => {
  const startWithThree = async (): Promise<Sandbox> => {
    const { sandbox } = await startSandbox();
    sandbox.chaos.set("midtrans", "rate_limit", { next: 1 });
    sandbox.chaos.set("xfers", "rate_limit", { next: 1 });
    sandbox.chaos.set("xfers", "drop_webhook", { next: 1 });
    return sandbox;
  };

  test.each([
    ["one fault of one gateway", { provider: "xfers", fault: "rate_limit" }, 2],
    ["one fault of all gateways", { provider: "all", fault: "rate_limit" }, 1],
    ["all of one gateway", { provider: "xfers" }, 1],
    ["everything", { provider: "all" }, 0],
  ] as const)("%s", async (_name, fields, left) => {
    const sandbox = await startWithThree();
    expect(outcomeOf(await submit(sandbox, "/chaos/clear", fields))).toEqual([303, "/inspector/chaos"]);
    expect(countSet(sandbox)).toBe(left);
  });

  test("nothing that there is not", async () => {
    const sandbox = await startWithThree();
    const rain = await submit(sandbox, "/chaos/clear", { provider: "xfers", fault: "rain" });
    expect(outcomeOf(rain)).toEqual([400, expect.stringContaining('there is no fault "rain"')]);
    expect((await submit(sandbox, "/chaos/clear", { provider: "xfers", fault: "" })).status).toBe(400);
    expect((await submit(sandbox, "/chaos/clear", { provider: "nobody" })).status).toBe(404);
    expect((await submit(sandbox, "/chaos/clear")).status).toBe(404);
    expect(countSet(sandbox)).toBe(3);
  });

  test("with a button for each gateway that has something set, and one for all", async () => {
    const sandbox = await startWithThree();
    const page = await look(sandbox, "/chaos");
    const clearing = page.all("button", /^Clear (?:all|every)/).map(({ text }) => text);
    expect(clearing).toEqual(["Clear all of Midtrans", "Clear all of Xfers", "Clear everything"]);
    expect((await page.press("Clear rate_limit of Xfers")).text).toContain("drop_webhook");
    expect(countSet(sandbox)).toBe(2);
  });
});
