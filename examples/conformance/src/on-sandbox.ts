// What the subjects of all drivers share: a new sandbox for every test, and real HTTP to it.
import {
  createTestClock,
  type FaultyNetwork,
  type PayPage,
  type RawWebhook,
  type Running,
  type TestClock,
} from "@tautan/conformance";
import type { AnyDriver } from "@tautan/core/driver";
import { createTransport, type Transport } from "@tautan/driver-kit";
import { withRetries } from "@tautan/driver-kit/http";
import { createSandbox, type Provider, type ProviderServers, type SandboxActions } from "@tautan/sandbox";

/** The actions of a sandbox that has one provider. */
export interface OnSandbox extends Running {
  readonly sandbox: SandboxActions;
  /** Of the provider's API. */
  readonly url: string;
  readonly clock: TestClock;
}

/** Starts a sandbox and a driver that sends through the network. Webhooks are recorded, not sent. */
export const startOnSandbox = async <Name extends Provider>(
  network: FaultyNetwork,
  provider: Name,
  createDriver: (server: ProviderServers[Name], transport: Transport) => AnyDriver,
): Promise<OnSandbox> => {
  const clock = createTestClock();
  const sandbox = await createSandbox({ clock, gateways: [provider] });
  const server = (sandbox as Pick<ProviderServers, Name>)[provider];
  // The kit's retries are outside the network's wrapper, so that every request is counted.
  const transport = withRetries(network.aroundTransport(createTransport({ maxRetries: 0 })), { retryDelayMs: 0 });
  return {
    driver: createDriver(server, transport),
    url: server.url,
    sandbox,
    clock,
    deliveries: async () => {
      await sandbox.idle();
      return sandbox.deliveries.filter((each) => each.provider === provider).map(webhookOf);
    },
    stop: () => sandbox.close(),
  };
};

/** A webhook without an address is signed for the path `/`. */
const webhookOf = ({ method, headers, body }: SandboxActions["deliveries"][number]): RawWebhook => ({
  method,
  url: "/",
  headers,
  body,
});

const FIELDS = ["name", "email", "phone"] as const;

const ENTITIES: ReadonlyMap<string, string> = new Map([
  ["&lt;", "<"],
  ["&gt;", ">"],
  ["&quot;", '"'],
  ["&#39;", "'"],
  ["&amp;", "&"],
]);

const plain = (html: string): string => html.replace(/&(?:lt|gt|quot|#39|amp);/g, (each) => ENTITIES.get(each) ?? each);

/** The sandbox's pay page, as a browser receives it. */
const readPayPage = async (url: string): Promise<PayPage> => {
  const html = await (await fetch(url)).text();
  const leadsTo = /<a href="([^"]+)"[^>]*>Back to the merchant/.exec(html)?.[1];
  return {
    text: plain(html.replace(/<style>.*?<\/style>/s, "").replace(/<[^>]+>/g, " ")),
    asksFor: FIELDS.filter((name) => new RegExp(`<input id="${name}"[^>]* required`).test(html)),
    leadsTo: leadsTo && plain(leadsTo),
  };
};

/** Actions of payers and time that are equal for every provider of the sandbox. */
export const actsOnSandbox = {
  look: (_running: OnSandbox, { url }: { readonly url: string }) => readPayPage(url),
  open: ({ sandbox }: OnSandbox, { url }: { readonly url: string }) => sandbox.open(url),
  pay: ({ sandbox }: OnSandbox, { url }: { readonly url: string }, amount?: { readonly amount: string }) =>
    sandbox.pay(url, amount && { amount: Number(amount.amount) }),
  payLate: ({ sandbox }: OnSandbox, { url }: { readonly url: string }) => sandbox.pay(url),
  payAfterClose: ({ sandbox }: OnSandbox, { url }: { readonly url: string }) => sandbox.pay(url),
  fail: ({ sandbox }: OnSandbox, { url }: { readonly url: string }) => sandbox.fail(url),
  settle: ({ sandbox }: OnSandbox, { url }: { readonly url: string }) => sandbox.settle(url),
  wait: ({ clock }: OnSandbox, ms: number) => clock.advance(ms),
} as const;

/** A webhook with the fields of its JSON changed. */
export const withBody = (webhook: RawWebhook, change: (body: Record<string, unknown>) => object): RawWebhook => ({
  ...webhook,
  body: JSON.stringify(change(JSON.parse(webhook.body) as Record<string, unknown>)),
});

/** A webhook with changed headers or, for `undefined`, removed ones; names in any case. */
export const withHeaders = (webhook: RawWebhook, changes: Readonly<Record<string, string | undefined>>): RawWebhook => {
  const headers = new Map(Object.entries(webhook.headers).map(([name, value]) => [name.toLowerCase(), value]));
  for (const [name, value] of Object.entries(changes)) {
    if (value === undefined) headers.delete(name);
    else headers.set(name, value);
  }
  return { ...webhook, headers: Object.fromEntries(headers) };
};
