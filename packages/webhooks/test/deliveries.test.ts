// What a gateway can send, in every framework, over a socket, with a ledger and without.
import { historiesIn, type Observation } from "@tautan/core";
import type { Ledger, LedgerEvent, SqliteTransaction } from "@tautan/ledger";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import type { WebhookProblem, WebhookReceiver } from "../src/index.ts";
import { FRAMEWORKS, type Framework, type Running } from "./support/servers.ts";
import { type Delivery, GATEWAYS, type GatewayKey, openShop, type Shop } from "./support/shop.ts";

let shop: Shop;
beforeAll(async () => {
  shop = await openShop();
});
afterAll(() => shop.close());

const running: Running[] = [];
afterEach(async () => {
  for (const each of running.splice(0)) await each.close();
});

const HOUR_MS = 60 * 60 * 1000;
const ACCEPTED = { midtrans: 200, xfers: 200, singapay: 200 } as const;
const RETRY_LATER = { midtrans: 429, xfers: 503, singapay: 429 } as const;

interface Endpoint {
  send(gateway: string, delivery: Delivery): Promise<number>;
  readonly problems: WebhookProblem[];
  /** The references that were reported as paid, each time. */
  paid(): Promise<readonly string[]>;
}

type Open = (framework: Framework, start?: Framework["start"]) => Promise<Endpoint>;

const serve = async (receiver: WebhookReceiver, start: Framework["start"]) => {
  const problems: WebhookProblem[] = [];
  const server = await start(receiver, { onProblem: (problem) => void problems.push(problem) });
  running.push(server);
  const send: Endpoint["send"] = async (gateway, { headers, body }) => {
    const response = await fetch(`${server.url}/webhooks/${gateway}`, { method: "POST", headers, body });
    await response.arrayBuffer();
    return response.status;
  };
  return { problems, send };
};

const withLedger: Open = async (framework, start = framework.start) => {
  const ledger: Ledger<SqliteTransaction, undefined> = shop.openLedger();
  const paid = async () => {
    const references: string[] = [];
    const record = (event: LedgerEvent): undefined => {
      if (event.type === "paid") references.push(event.reference);
    };
    (await ledger.drain(record))._unsafeUnwrap();
    return references;
  };
  return { ...(await serve({ ledger }, start)), paid };
};

const withoutLedger: Open = async (framework, start = framework.start) => {
  const events: Observation[] = [];
  const receiver = { links: shop.links, onEvent: (event: Observation) => void events.push(event) };
  const paid = async () =>
    events.flatMap(historiesIn).flatMap(({ isPaid, reference }) => (isPaid ? [reference ?? ""] : []));
  return { ...(await serve(receiver, start)), paid };
};

const targetOf = (gateway: GatewayKey): string => `/webhooks/${gateway}`;
const genuine = (gateway: GatewayKey): Promise<Delivery> => shop.sign(gateway, { target: targetOf(gateway) });
const each = <T>(use: (gateway: GatewayKey) => Promise<T>): Promise<T[]> => Promise.all(GATEWAYS.map(use));
const PAID = GATEWAYS.map((gateway) => `INV-${gateway}`);

describe.each(FRAMEWORKS)("$name", (framework) => {
  describe.each<[string, Open]>([
    ["with a ledger", withLedger],
    ["without one", withoutLedger],
  ])("%s", (mode, open) => {
    test("a genuine delivery of each gateway is accepted and handled", async () => {
      const endpoint = await open(framework);
      for (const gateway of GATEWAYS) {
        expect(await endpoint.send(gateway, await genuine(gateway))).toBe(ACCEPTED[gateway]);
      }
      expect((await endpoint.paid()).toSorted()).toEqual(PAID.toSorted());
      expect(endpoint.problems).toEqual([]);
    });

    test("a forged one is refused, and nothing of it is used", async () => {
      const endpoint = await open(framework);
      const statuses = await each(async (gateway) => {
        const { headers, body } = await genuine(gateway);
        return endpoint.send(gateway, { headers, body: body.replaceAll("190000", "190001") });
      });
      expect(statuses).toEqual([401, 401, 401]);
      expect(await endpoint.paid()).toEqual([]);
      expect(endpoint.problems).toHaveLength(3);
      for (const problem of endpoint.problems) {
        expect(problem).toMatchObject({ kind: "refused", status: 401, error: { kind: "signature_invalid" } });
      }
    });

    test("a duplicate is accepted", async () => {
      const endpoint = await open(framework);
      const delivery = await genuine("xfers");
      const statuses = [await endpoint.send("xfers", delivery), await endpoint.send("xfers", delivery)];
      expect(statuses).toEqual([200, 200]);
      // Without a ledger, it is the handler that recognises it.
      expect(await endpoint.paid()).toEqual(mode === "with a ledger" ? ["INV-xfers"] : ["INV-xfers", "INV-xfers"]);
    });

    test("an oversized one is refused with 413", async () => {
      const endpoint = await open(framework);
      const { headers } = await genuine("midtrans");
      const body = JSON.stringify({ order_id: "x".repeat(100_000) });
      expect(await endpoint.send("midtrans", { headers, body })).toBe(413);
      expect(endpoint.problems).toMatchObject([{ kind: "too_large", gateway: "midtrans", status: 413 }]);
      expect(await endpoint.paid()).toEqual([]);
    });

    test("one that a parser read before is requested again, and the problem names the line to change", async () => {
      const endpoint = await open(framework, framework.startParsed);
      for (const gateway of GATEWAYS) {
        expect(await endpoint.send(gateway, await genuine(gateway))).toBe(RETRY_LATER[gateway]);
      }
      expect(await endpoint.paid()).toEqual([]);
      expect(endpoint.problems).toHaveLength(3);
      for (const problem of endpoint.problems) {
        expect(problem).toMatchObject({ kind: "body_parsed", hint: expect.stringMatching(framework.repair) });
      }
    });

    test("a late one is as good as a punctual one", async () => {
      const endpoint = await open(framework);
      const late = await shop.sign("singapay", { target: targetOf("singapay"), atMs: Date.now() - 20 * HOUR_MS });
      expect(await endpoint.send("singapay", late)).toBe(200);
      expect(await endpoint.paid()).toEqual(["INV-singapay"]);
    });
  });
});
