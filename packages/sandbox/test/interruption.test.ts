// The law of the state file: a sandbox whose process ends at any time goes on as if it had not.
import { copyFile, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, onTestFinished, test } from "vitest";
import {
  createSandbox,
  type FaultName,
  type Provider,
  type RecordedDelivery,
  type RecordedRequest,
  type Sandbox,
  type SandboxOptions,
} from "../src/index.ts";
import { createLinkAt } from "./create-link.ts";
import {
  type Caller,
  call,
  hourMs,
  midtransCaller,
  minuteMs,
  singapayCaller,
  startMerchant,
  startMs,
  textAt,
  xfersCaller,
} from "./support.ts";

const providers = ["midtrans", "xfers", "singapay"] as const;
const free = { control: 0, midtrans: 0, xfers: 0, singapay: 0 };

type Step =
  | { readonly do: "create"; readonly provider: Provider }
  | { readonly do: "act"; readonly action: Action; readonly link: number; readonly method: string | undefined }
  | { readonly do: "call"; readonly call: Call; readonly link: number }
  | { readonly do: "advance"; readonly minutes: number }
  | { readonly do: "fault"; readonly provider: Provider; readonly fault: FaultName; readonly next: number }
  | { readonly do: "answer"; readonly status: number }
  | { readonly do: "interrupt"; readonly isKilled: boolean };

const actions = ["open", "pay", "fail", "settle", "expire", "reverse"] as const;
type Action = (typeof actions)[number];
const calls = ["read", "close", "cancel"] as const;
type Call = (typeof calls)[number];

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 3, arbitrary: fc.record({ do: fc.constant("create" as const), provider: fc.constantFrom(...providers) }) },
  {
    weight: 8,
    arbitrary: fc.record({
      do: fc.constant("act" as const),
      action: fc.constantFrom(...actions),
      link: fc.nat(5),
      method: fc.constantFrom(undefined, "credit_card", "permata_va", "VA_BRI"),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({ do: fc.constant("call" as const), call: fc.constantFrom(...calls), link: fc.nat(5) }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ do: fc.constant("advance" as const), minutes: fc.constantFrom(1, 3, 16, 600, 1_500) }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant("fault" as const),
      provider: fc.constantFrom(...providers),
      fault: fc.constantFrom<FaultName>(
        "delay_webhook",
        "reorder_webhooks",
        "drop_webhook",
        "wrong_key",
        "duplicate_webhook",
        "rate_limit",
      ),
      next: fc.integer({ min: 1, max: 3 }),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("answer" as const), status: fc.constantFrom(200, 500, 503) }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constant("interrupt" as const), isKilled: fc.boolean() }) },
);

/** A sandbox with what its merchant knows. */
interface World {
  sandbox: Sandbox;
  readonly links: { readonly provider: Provider; readonly reference: string; readonly path: string }[];
  readonly merchant: Awaited<ReturnType<typeof startMerchant>>;
  /** Where each provider was, from the first start on. */
  readonly hosts: Map<string, Provider>;
  readonly interrupt: (world: World, isKilled: boolean) => Promise<void>;
}

async function take(world: World, step: Step): Promise<unknown> {
  const { sandbox, links, merchant } = world;
  switch (step.do) {
    case "create": {
      const reference = `INV-${links.length}`;
      const url = await createLinkAt(sandbox, step.provider, reference);
      links.push({ provider: step.provider, reference, path: new URL(url).pathname });
      return url;
    }
    case "act": {
      const link = links[step.link % Math.max(links.length, 1)];
      if (link === undefined) return undefined;
      const takesMethod = step.action === "open" || step.action === "pay" || step.action === "fail";
      const options = takesMethod && step.method !== undefined ? { method: step.method } : {};
      return sandbox[step.action](sandbox[link.provider].url + link.path, options);
    }
    case "call": {
      const link = links[step.link % Math.max(links.length, 1)];
      return link === undefined ? undefined : callApi(sandbox, step.call, link);
    }
    case "advance":
      return sandbox.advance(step.minutes * minuteMs);
    case "fault":
      sandbox.chaos.set(step.provider, step.fault, { next: step.next });
      return undefined;
    case "answer":
      merchant.answerWith(step.status);
      return undefined;
    case "interrupt":
      // What is under way when a process ends is sent again, which another test shows.
      await sandbox.idle();
      return world.interrupt(world, step.isKilled);
  }
}

/** With a token for the day it is in Jakarta. */
function singapayToday(sandbox: Sandbox): Promise<Caller> {
  const inJakarta = new Date(sandbox.clock.now() + 7 * hourMs).toISOString();
  return singapayCaller(sandbox, inJakarta.slice(0, 10).replaceAll("-", ""));
}

/** Reads, closes or cancels by the provider's own API. */
async function callApi(sandbox: Sandbox, what: Call, link: World["links"][number]): Promise<unknown> {
  const { provider, reference, path } = link;
  if (provider === "midtrans") {
    const api = midtransCaller(sandbox);
    if (what === "cancel") {
      const { json } = await api("GET", `/v1/payment-links/${reference}`);
      const [purchase] = (json["purchases"] ?? []) as readonly { readonly order_id: string }[];
      return (await api("POST", `/v2/${purchase?.order_id}/cancel`)).text;
    }
    return (await api(what === "read" ? "GET" : "DELETE", `/v1/payment-links/${reference}`)).text;
  }
  if (provider === "xfers") {
    const api = xfersCaller(sandbox);
    const resource = `/api/v4/payment_links${path}`;
    if (what === "read") return (await api("GET", resource)).text;
    const action = what === "close" ? "cancel" : "receive_payment";
    return (await api("POST", `${resource}/tasks`, { data: { attributes: { action } } })).text;
  }
  const api = await singapayToday(sandbox);
  const { accountId } = sandbox.singapay.credentials;
  const list = `/api/v1.0/payment-link-manage/${accountId}`;
  const { json } = await api("GET", list);
  const found = (json["data"] as readonly { readonly id: number; readonly reff_no: string }[] | undefined)?.find(
    ({ reff_no }) => reff_no === reference,
  );
  if (what === "close") return (await api("DELETE", `${list}/${found?.id}`)).text;
  if (what === "cancel") {
    const update = {
      title: "Later",
      max_usage: 5,
      required_customer_detail: false,
      status: "closed",
      expired_at: null,
    };
    return (await api("PUT", `${list}/${found?.id}`, update)).text;
  }
  return (await api("GET", `${list}/${found?.id}`)).text;
}

/** Everything that can be seen of a sandbox and of what it told, but for its addresses, signatures made of them, and real time. */
async function viewOf({ sandbox, links, merchant }: World): Promise<unknown> {
  const chaos = sandbox.chaos.faults();
  sandbox.chaos.clear();
  const singapay = await singapayToday(sandbox);
  const { accountId } = sandbox.singapay.credentials;
  const attemptIds = sandbox.deliveries.flatMap(({ provider, body }) =>
    provider === "midtrans" ? [textAt(JSON.parse(body), "transaction_id")] : [],
  );
  const reads: unknown[] = [];
  for (const link of links) reads.push(await callApi(sandbox, "read", link));
  for (const id of attemptIds) reads.push((await midtransCaller(sandbox)("GET", `/v2/${id}/status`)).text);
  return {
    reads,
    histories: (await singapay("GET", `/api/v1.0/payment-link-histories/${accountId}`)).text,
    links: (await call(`${sandbox.control.url}/links`)).text,
    chaos,
    nowMs: sandbox.clock.now(),
    requests: sandbox.requests.map((entry) => comparable(entry, "content-length")),
    deliveries: sandbox.deliveries.map((entry) => comparable(entry, "Xfers-Signature", "X-Signature")),
    heard: merchant.received.map(({ body }) => String(body)),
  };
}

function comparable(entry: RecordedRequest | RecordedDelivery, ...without: readonly string[]): unknown {
  const headers = Object.entries(entry.headers).filter(([name]) => !without.includes(name));
  return { ...entry, headers, durationMs: undefined };
}

/** JSON in which each address is that of the first start. */
function textOf({ hosts, merchant }: World, value: unknown): string {
  const text = JSON.stringify(value ?? null).replaceAll(merchant.url, "http://merchant");
  return [...hosts].reduce((rest, [host, provider]) => rest.replaceAll(host, provider), text);
}

function meet(world: World): void {
  for (const provider of providers) world.hosts.set(new URL(world.sandbox[provider].url).host, provider);
}

async function live(steps: readonly Step[], options: SandboxOptions, interrupt: World["interrupt"]): Promise<unknown> {
  const merchant = await startMerchant();
  const webhookUrls = { midtrans: `${merchant.url}/`, xfers: `${merchant.url}/`, singapay: `${merchant.url}/` };
  const sandbox = await createSandbox({ seed: 7, clock: { frozenAt: startMs }, webhookUrls, ...options });
  const world: World = { sandbox, links: [], merchant, hosts: new Map(), interrupt };
  meet(world);
  const results: string[] = [];
  for (const step of steps) {
    const result = await take(world, step).catch((error: unknown) => String(error));
    meet(world);
    results.push(textOf(world, result));
  }
  results.push(textOf(world, await viewOf(world)));
  await world.sandbox.close();
  return results.map((text): unknown => JSON.parse(text));
}

describe("a sandbox with a state file", () => {
  test("goes on as if it had not been interrupted, whenever it is closed or killed", async () => {
    const folder = await mkdtemp(join(tmpdir(), "tautan-interruption-"));
    onTestFinished(() => rm(folder, { recursive: true }));
    let files = 0;
    const newFile = (): string => {
      files += 1;
      return join(folder, `${files}.sqlite`);
    };
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 25 }), async (steps) => {
        let stateFile = newFile();
        const interrupted = await live(steps, { stateFile }, async (world, isKilled) => {
          // What a killed process leaves behind: the file as it is at that moment.
          const left = newFile();
          if (isKilled) {
            for (const end of ["", "-wal"]) await copyFile(stateFile + end, left + end);
          }
          await world.sandbox.close();
          if (isKilled) stateFile = left;
          world.sandbox = await createSandbox({ stateFile, ports: free });
        });
        expect(interrupted).toEqual(await live(steps, {}, () => Promise.resolve()));
      }),
      { numRuns: 100 },
    );
  }, 60_000);
});
