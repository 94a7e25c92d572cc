// The commands about links, at the sandbox of each provider: as processes if they read standard input, another environment, or
// print while they run.
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { runHere } from "./support/in-process.ts";
import { jsonOf, type Ran } from "./support/project.ts";
import { openSandboxProject } from "./support/sandbox-project.ts";

/** Xfers needs a customer; SingaPay takes none for links for several payments. */
const CUSTOMER = [
  "--customer-name",
  "Sari",
  "--customer-email",
  "sari@example.test",
  "--customer-phone",
  "+628110000001",
];

const customerAt = (gateway: string): readonly string[] => (gateway === "xfers" ? CUSTOMER : []);

let opened: Awaited<ReturnType<typeof openSandboxProject>>;
beforeAll(async () => {
  opened = await openSandboxProject();
});
afterAll(() => opened?.close());

/** Runs a command line in this process, after those before it. */
const run = (...words: string[]): Promise<Ran> => {
  const ran = before.then(() => runHere(opened.project.folder, words));
  before = ran.catch(() => undefined);
  return ran;
};
let before: Promise<unknown> = Promise.resolve();

/** A new link, whose id and URL are returned. */
const create = async (gateway: string, reference: string, ...more: string[]): Promise<{ id: string; url: string }> => {
  const words = ["--reference", reference, "--title", "Concert", "--amount", "190000", ...customerAt(gateway), ...more];
  const created = await run("links", "create", "-g", gateway, ...words, "--json");
  expect([created.stderr, created.code]).toEqual(["", 0]);
  return jsonOf(created);
};

const errorOf = (ran: Ran): unknown[] => [ran.code, /^error (\w+)/.exec(ran.stderr)?.[1], ran.stdout];

describe.each(["midtrans", "xfers", "singapay"])("links at %s", (gateway) => {
  test("create makes a link, which get and find read; another request with its reference is refused", async () => {
    const link = await create(gateway, "INV-1");
    expect(link).toMatchObject({ gateway, reference: "INV-1", amount: { amount: "190000", currency: "IDR" } });
    const other = [
      "--reference",
      "INV-1",
      "--title",
      "Concert",
      "--amount",
      "200000",
      ...customerAt(gateway),
      "--json",
    ];
    const [read, found, refused] = await Promise.all([
      run("links", "get", link.id),
      run("links", "find", "INV-1", "--gateway", gateway, "--quiet"),
      run("links", "create", "-g", gateway, ...other),
    ]);
    expect(read.stdout).toContain(link.url);
    expect(read.stdout).toContain("IDR 190,000");
    if (gateway === "xfers") expect(errorOf(found)).toEqual([4, "unsupported", ""]);
    else expect(found).toEqual({ code: 0, stdout: `${link.url}\n`, stderr: "" });
    // Xfers accepts a reference twice, and a link that is as recent as the request may be its own.
    const code = gateway === "xfers" ? 7 : 4;
    expect([refused.code, jsonOf(refused)]).toMatchObject([code, { error: { kind: "duplicate_reference" } }]);
  });
});

test("every option of create reaches the gateway, over those of the file", async () => {
  const request = { reference: "FROM-FILE", title: "Of the file", amount: { amount: "190000", currency: "IDR" } };
  const words = ["--from", "-", "--title", "Of the option", "--item", "Seat 19:30:2:95000", "--usage", "3"];
  const more = ["--method", "virtual_account/bca", "--redirect", "https://shop.example/thanks", "--expires-in", "2h"];
  const created = await opened.project.run(["links", "create", ...words, ...more, "--json"], {
    input: JSON.stringify(request),
  });
  const link = jsonOf(created);
  expect(link).toMatchObject({
    reference: "FROM-FILE",
    title: "Of the option",
    items: [{ name: "Seat 19:30", quantity: 2, unitPrice: { amount: "95000", currency: "IDR" } }],
    usage: { limit: 3 },
    redirect: { url: "https://shop.example/thanks" },
    methods: [{ kind: "virtual_account", channel: "bca" }],
  });
  expect(Date.parse(link.expiresAt) - Date.now()).toBeLessThanOrEqual(2 * 3_600_000);
});

test("a link of SingaPay is changed, closed, opened again, listed and deleted", async () => {
  const { id } = await create("singapay", "INV-2", "--usage", "2");
  const updated = await run("links", "update", id, "--title", "Concert, day 2", "--usage", "unlimited", "--json");
  expect([updated.code, jsonOf(updated)]).toMatchObject([0, { id, title: "Concert, day 2" }]);
  expect(await run("links", "close", id, "--yes")).toEqual({ code: 0, stdout: `${id} closed\n`, stderr: "" });
  const reopened = await run("links", "reopen", id, "--json");
  expect(jsonOf(reopened)).toMatchObject({ id, acceptsPayments: true });
  const listed = await run("links", "list", "--gateway", "singapay", "--limit", "100");
  expect(listed.stdout).toMatch(/^ID +REFERENCE +STATUS +AMOUNT +PAID +EXPIRES\n/);
  expect(listed.stdout).toMatch(new RegExp(`^${id} +INV-2 +active +IDR 190,000 +0`, "m"));
  expect(await run("links", "delete", id, "-y", "--json")).toMatchObject({ code: 0 });
  expect(errorOf(await run("links", "get", id))).toEqual([5, "not_found", ""]);
});

test("list continues at the cursor, and --all reads all pages", async () => {
  await Promise.all(["PAGE-1", "PAGE-2", "PAGE-3"].map((reference) => create("singapay", reference)));
  const [first, all] = await Promise.all([
    run("links", "list", "-g", "singapay", "--limit", "2", "--json"),
    run("links", "list", "-g", "singapay", "--limit", "2", "--all", "--quiet"),
  ]);
  const { items, nextCursor } = jsonOf(first);
  const second = jsonOf(await run("links", "list", "--cursor", nextCursor, "--json"));
  const ids = [...items, ...second.items].map((link: { id: string }) => link.id);
  expect(all.stdout.trim().split("\n")).toEqual(ids);
  expect(items).toHaveLength(2);
});

test("close asks, and without a terminal it needs --yes", async () => {
  const { id } = await create("midtrans", "INV-3");
  expect(errorOf(await run("links", "close", id))).toEqual([4, "not_confirmed", ""]);
  expect(await run("links", "get", id)).toMatchObject({ code: 0 });
});

test("watch prints each change until the link is paid; histories lists the payment", async () => {
  const { id, url } = await create("midtrans", "INV-4");
  let paid: Promise<unknown> | undefined;
  const watched = await opened.project.run(["links", "watch", id, "--interval", "20ms", "--json"], {
    onOutput: () => {
      paid ??= opened.sandbox.pay(url, { method: "bca_va" });
    },
  });
  await paid;
  const lines = watched.stdout
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));
  expect(lines[0]).toMatchObject({ link: { id, status: "active" } });
  expect(lines.at(-1)).toMatchObject({ link: { id, status: "exhausted" } });
  expect(lines.some(({ history }) => history?.isPaid === true)).toBe(true);
  expect(watched.code).toBe(0);
  const [table, quiet] = await Promise.all([run("histories", id), run("histories", id, "--paid", "--quiet")]);
  expect(table.stdout).toMatch(/ paid +IDR 190,000 +virtual_account/);
  expect(table.stdout).toContain(quiet.stdout.trim());
});

test("the payments of an account, its methods, and what a gateway supports", async () => {
  const [recent, methods, gateways, one] = await Promise.all([
    run("histories", "--since", "24h", "-g", "singapay", "--json"),
    run("methods", "-g", "singapay", "--json"),
    run("gateways", "--json"),
    run("gateways", "-g", "midtrans"),
  ]);
  expect(jsonOf(recent)).toEqual({ items: [] });
  expect(jsonOf(methods)).toEqual(expect.arrayContaining([expect.objectContaining({ kind: "virtual_account" })]));
  expect(jsonOf(gateways).map(({ key, isDefault }: { key: string; isDefault: boolean }) => [key, isDefault])).toEqual([
    ["midtrans", true],
    ["xfers", false],
    ["singapay", false],
  ]);
  expect(one.stdout).toMatch(/^list +– Midtrans publishes no list of links; instead: /m);
});

test("check reports what each gateway would refuse, and sends nothing", async () => {
  const before = opened.sandbox.requests.length;
  const words = ["--reference", "INV-9", "--amount", "190000", "--metadata", "till=7"];
  const [all, one] = await Promise.all([
    run("check", ...words, ...CUSTOMER),
    run("check", ...words, "-g", "singapay", "--json"),
  ]);
  expect(all.code).toBe(4);
  expect(all.stdout).toMatch(/^midtrans +no +.*metadata/m);
  expect([one.code, jsonOf(one)]).toMatchObject([jsonOf(one)[0].accepted ? 0 : 4, [{ gateway: "singapay" }]]);
  expect(opened.sandbox.requests).toHaveLength(before);
});

test.each([
  ["a link that does not exist", ["links", "get", "midtrans:NOWHERE"], 5, "not_found"],
  ["a gateway without a list", ["links", "list", "-g", "midtrans"], 4, "unsupported"],
  ["a gateway that changes nothing", ["links", "update", "midtrans:INV-1", "--title", "x"], 4, "unsupported"],
  ["a gateway without the payments of an account", ["histories", "--since", "24h"], 4, "unsupported"],
  ["a gateway without its methods", ["methods"], 4, "unsupported"],
  ["a gateway that is not configured", ["links", "find", "INV-1", "-g", "nope"], 3, "unknown_gateway"],
  ["an id that is none", ["histories", "INV-1"], 2, "invalid_request"],
  [
    "an amount that is read differently in each country",
    ["links", "create", "--reference", "A", "--amount", "190.000"],
    2,
    "invalid_request",
  ],
  ["a gateway that is not in the table", ["gateways", "-g", "nope"], 3, "invalid_config"],
])("refused: %s", async (_, words, code, kind) => {
  const before = opened.sandbox.requests.length;
  const ran = await run(...words);
  expect(errorOf(ran)).toEqual([code, kind, ""]);
  expect(ran.stderr).toMatch(/^error .+\nhint .+\n$/);
  if (kind !== "not_found") expect(opened.sandbox.requests).toHaveLength(before);
});

test("an outcome that is not known has its own exit code, and the same command again makes no second link", async () => {
  const words = ["links", "create", "--reference", "LOST-1", "--amount", "190000", "--timeout", "2s"];
  // The answer is lost, and so are those of the reads that look for the link.
  opened.sandbox.chaos.set("midtrans", "timeout_after_commit", { next: 4 });
  const lost = await run(...words);
  opened.sandbox.chaos.clear();
  expect(errorOf(lost)).toEqual([7, "timeout", ""]);
  expect(lost.stderr).toContain("Run the same command again");
  const again = await run(...words, "--json");
  expect([again.code, jsonOf(again).reference]).toEqual([0, "LOST-1"]);
});

test("keys that the gateway does not accept", async () => {
  const ran = await opened.project.run(["links", "get", "midtrans:INV-1", "--json"], {
    env: { MIDTRANS_KEY: "SB-canary-key" },
  });
  expect([ran.code, jsonOf(ran)]).toMatchObject([4, { error: { kind: "unauthenticated", gateway: "midtrans" } }]);
});
