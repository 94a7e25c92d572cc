// The law of the state file: a sandbox whose process ends at any time goes on as if it had not.
import { copyFile, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, onTestFinished, test } from "vitest";
import {
  createSandbox,
  type DefaultProvider,
  type FaultName,
  type RecordedDelivery,
  type RecordedRequest,
  type Sandbox,
  type SandboxOptions,
} from "../src/index.ts";
import { type ApiCall, callApi, type KnownLink, singapayToday } from "./api-calls.ts";
import { createLinkAt } from "./create-link.ts";
import { call, midtransCaller, minuteMs, startMerchant, startMs, textAt } from "./support.ts";

const providers = ["midtrans", "xfers", "singapay"] as const;
const free = { control: 0, midtrans: 0, xfers: 0, singapay: 0 };
const actions = [
  "open",
  "pay",
  "fail",
  "settle",
  "expire",
  "approve",
  "deny",
  "reverse",
  "refund",
  "chargeback",
] as const;
type Action = (typeof actions)[number];
const calls: readonly ApiCall[] = ["read", "close", "cancel", "update"];
const faults: readonly FaultName[] = ["delay_webhook", "reorder_webhooks", "drop_webhook", "wrong_key", "rate_limit"];

type Step =
  | { readonly do: "create"; readonly reference: string }
  | {
      readonly do: "act";
      readonly action: Action;
      readonly link: number;
      readonly method: string | undefined;
      readonly isNamed: boolean;
    }
  | { readonly do: "call"; readonly call: ApiCall; readonly link: number }
  | { readonly do: "advance"; readonly minutes: number }
  | { readonly do: "fault"; readonly fault: FaultName; readonly next: number }
  | { readonly do: "answer"; readonly status: number | undefined };

/** How the process ends after a step. */
type End = "closed" | "killed" | undefined;

const kind = <const Name extends Step["do"]>(name: Name): fc.Arbitrary<Name> => fc.constant(name);

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 2, arbitrary: fc.record({ do: kind("create"), reference: fc.constantFrom("INV-1", "INV-2") }) },
  {
    weight: 6,
    arbitrary: fc.record({
      do: kind("act"),
      action: fc.constantFrom(...actions),
      link: fc.nat(1),
      method: fc.constantFrom(undefined, undefined, "credit_card", "permata_va", "gopay", "VA_BRI"),
      isNamed: fc.boolean(),
    }),
  },
  { weight: 3, arbitrary: fc.record({ do: kind("call"), call: fc.constantFrom(...calls), link: fc.nat(1) }) },
  { weight: 3, arbitrary: fc.record({ do: kind("advance"), minutes: fc.constantFrom(1, 3, 16, 600, 1_500) }) },
  {
    weight: 1,
    arbitrary: fc.record({
      do: kind("fault"),
      fault: fc.constantFrom(...faults),
      next: fc.integer({ min: 1, max: 3 }),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: kind("answer"), status: fc.constantFrom(undefined, 200, 500, 503) }) },
);

const life: fc.Arbitrary<Life> = fc.record({
  provider: fc.constantFrom(...providers),
  steps: fc.array(fc.tuple(step, fc.constantFrom<End[]>(undefined, "closed", "killed")), {
    minLength: 4,
    maxLength: 20,
  }),
});

interface Life {
  readonly provider: DefaultProvider;
  readonly steps: readonly (readonly [Step, End])[];
}

/** A sandbox with what its merchant knows. */
interface World {
  sandbox: Sandbox;
  readonly provider: DefaultProvider;
  readonly links: KnownLink[];
  readonly merchant: Awaited<ReturnType<typeof startMerchant>>;
  /** Where the providers were, from the first start on. */
  readonly hosts: Set<string>;
}

const take = async (world: World, step: Step): Promise<unknown> => {
  const { sandbox, provider, links, merchant } = world;
  switch (step.do) {
    case "create": {
      const url = await createLinkAt(sandbox, provider, step.reference);
      const path = new URL(url).pathname;
      if (!links.some((link) => link.path === path)) links.push({ provider, reference: step.reference, path });
      return url;
    }
    case "act":
      return act(world, step);
    case "call": {
      const link = links[step.link];
      return link === undefined ? undefined : callApi(sandbox, step.call, link);
    }
    case "advance":
      return sandbox.advance(step.minutes * minuteMs);
    case "fault":
      sandbox.chaos.set(provider, step.fault, { next: step.next });
      return undefined;
    case "answer":
      merchant.answerWith(step.status ?? 200);
      sandbox.setWebhookUrl(provider, step.status === undefined ? undefined : `${merchant.url}/`);
      return undefined;
  }
};

const act = async ({ sandbox, links }: World, step: Extract<Step, { do: "act" }>): Promise<unknown> => {
  const link = links[step.link];
  if (link === undefined) return undefined;
  const url = sandbox[link.provider].url + link.path;
  const listed = (await call(`${sandbox.control.url}/links`)).text;
  const known = JSON.parse(listed) as readonly { link: string; payments: readonly { id: string }[] }[];
  const payment = known.find((summary) => summary.link === url)?.payments.at(-1)?.id;
  const takesMethod = step.action === "open" || step.action === "pay" || step.action === "fail";
  return sandbox[step.action](url, {
    ...(takesMethod && step.method !== undefined ? { method: step.method } : {}),
    ...(step.isNamed && payment !== undefined ? { payment } : {}),
  });
};

/** Everything that can be seen of it, but for real time, and signatures made of addresses. */
const viewOf = async ({ sandbox, links, merchant }: World): Promise<unknown> => {
  const chaos = sandbox.chaos.faults();
  sandbox.chaos.clear();
  const singapay = await singapayToday(sandbox);
  const reads: unknown[] = [];
  for (const link of links) reads.push(await callApi(sandbox, "read", link));
  const transactions = sandbox.deliveries.filter(({ provider }) => provider === "midtrans");
  for (const { body } of transactions) {
    const id = textAt(JSON.parse(body), "transaction_id");
    reads.push((await midtransCaller(sandbox)("GET", `/v2/${id}/status`)).text);
  }
  const { accountId } = sandbox.singapay.credentials;
  return {
    chaos,
    reads,
    histories: (await singapay("GET", `/api/v1.0/payment-link-histories/${accountId}`)).text,
    links: (await call(`${sandbox.control.url}/links`)).text,
    nowMs: sandbox.clock.now(),
    requests: sandbox.requests.map((entry) => comparable(entry, "content-length")),
    deliveries: sandbox.deliveries.map((entry) => comparable(entry, "Xfers-Signature", "X-Signature")),
    heard: merchant.received.map(({ body }) => String(body)),
  };
};

const comparable = (entry: RecordedRequest | RecordedDelivery, ...without: readonly string[]): unknown => {
  const headers = Object.entries(entry.headers).filter(([name]) => !without.includes(name));
  return { ...entry, headers, durationMs: undefined };
};

/** JSON without the addresses, which change with each start. */
const textOf = ({ hosts, merchant }: World, value: unknown): string => {
  const text = JSON.stringify(value ?? null).replaceAll(merchant.url, "http://merchant");
  return [...hosts].reduce((rest, host) => rest.replaceAll(host, "provider"), text);
};

const meet = (world: World): void => {
  for (const provider of providers) world.hosts.add(new URL(world.sandbox[provider].url).host);
};

/** What came of each step, and how it all looks afterwards. `interrupt` gives the sandbox that follows. */
const live = async (
  { provider, steps }: Life,
  options: SandboxOptions,
  interrupt: (sandbox: Sandbox, end: "closed" | "killed") => Promise<Sandbox>,
): Promise<unknown> => {
  const merchant = await startMerchant();
  const webhookUrls = { [provider]: `${merchant.url}/` };
  const sandbox = await createSandbox({ seed: 7, clock: { frozenAt: startMs }, webhookUrls, ...options });
  const world: World = { sandbox, provider, links: [], merchant, hosts: new Set() };
  meet(world);
  const results: string[] = [];
  for (const [step, end] of steps) {
    const result = await take(world, step).catch((error: unknown) => String(error));
    // What is under way when a process ends is sent again, which another test shows.
    await world.sandbox.idle();
    if (end !== undefined) world.sandbox = await interrupt(world.sandbox, end);
    meet(world);
    results.push(textOf(world, result));
  }
  results.push(textOf(world, await viewOf(world)));
  await world.sandbox.close();
  return results.map((text): unknown => JSON.parse(text));
};

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
      fc.asyncProperty(life, async (life) => {
        let stateFile = newFile();
        const interrupted = await live(life, { stateFile }, async (sandbox, end) => {
          // What a killed process leaves behind: the file as it is at that moment.
          const left = newFile();
          if (end === "killed") {
            for (const part of ["", "-wal"]) await copyFile(stateFile + part, left + part);
          }
          await sandbox.close();
          if (end === "killed") stateFile = left;
          return createSandbox({ stateFile, ports: free });
        });
        expect(interrupted).toEqual(await live(life, {}, (sandbox) => Promise.resolve(sandbox)));
      }),
      { numRuns: Number(process.env["INTERRUPTION_RUNS"] ?? 25) },
    );
  }, 300_000);
});
