// A merchant with many links, each with one payment, and the signed webhooks of further ones. Rows are copies of what the ledger itself
// stored for one link and one webhook, so that their form is always the present one.
import { createHmac } from "node:crypto";
import { createPaymentLinks, idr } from "../../packages/core/dist/index.js";
import { createMemoryDriver } from "../../packages/driver-memory/dist/index.js";
import { createLedger } from "../../packages/ledger/dist/index.js";

const webhookSecret = "bench-secret-0123456789";
const gateway = createMemoryDriver({ webhookSecret });
export const links = createPaymentLinks({ default: "memory", gateways: { memory: gateway } });

const original = { reference: "original", link: "", payment: "" };
const bodies = { paid: "", settled: "" };

export const must = (result) => {
  if (result.isErr()) throw new Error(`the ledger failed: ${JSON.stringify(result.error)}`);
  return result.value;
};

/** A ledger on a database. */
export const openLedger = (database) => createLedger({ links, database });

/** Stores one link with one paid payment. All others are its copies. */
export const storeOriginal = async (ledger) => {
  if (original.link === "") {
    const made = await links.create({
      reference: original.reference,
      title: "Concert, day 1",
      amount: idr(190_000),
      usage: { limit: "unlimited" },
    });
    const link = must(made);
    original.link = link.providerId;
    const paid = await gateway.simulate.pay(link);
    original.payment = paid.payment;
    bodies.paid = paid.webhook.body;
    bodies.settled = (await gateway.simulate.settle(link)).webhook.body;
  }
  must(await ledger.migrate());
  must(await ledger.adopt());
  must(await ledger.ingest("memory", signed(bodies.paid)));
};

const signed = (body) => ({
  method: "POST",
  url: "/webhooks/memory",
  headers: {
    "content-type": "application/json",
    "memory-signature": createHmac("sha256", webhookSecret).update(body).digest("hex"),
  },
  body,
});

export const linkName = (number) => `seed-link-${number}`;
export const paymentName = (number) => `seed-payment-${number}`;
export const referenceName = (number) => `seed-reference-${number}`;

/** A webhook about a payment of the link with a number. */
export const webhookOf = (state, number, payment) =>
  signed(
    bodies[state]
      .replaceAll(original.link, linkName(number))
      .replaceAll(original.reference, referenceName(number))
      .replaceAll(original.payment, payment),
  );

/** The time of the link with a number: seven seconds after the one before. */
export const createdAt = (number) => new Date(Date.UTC(2020, 0, 1) + number * 7_000).toISOString();

/**
 * SQL that copies the original into `count` links, each with a payment, its delivery and its event. `words` spells what the databases
 * spell differently; `columnsOf` lists the columns of a table, so that each column is copied that is not named here.
 */
export const copies = async (count, { numbers, time, digest, json, columnsOf }) => {
  const named = (column) =>
    json(
      column,
      (text) =>
        `replace(replace(replace(${text}, '${original.link}', 'seed-link-' || i), '${original.payment}', 'seed-payment-' || i), '"${original.reference}"', '"seed-reference-' || i || '"')`,
    );
  const link = `(SELECT ref FROM tautan_links WHERE reference = 'seed-reference-' || i)`;
  const history = `(SELECT h.ref FROM tautan_histories AS h WHERE h.provider_id = 'seed-payment-' || i AND h.gateway_ref = (SELECT min(ref) FROM tautan_gateways))`;
  const changed = {
    tautan_links: {
      provider_id: "'seed-link-' || i",
      reference: "'seed-reference-' || i",
      link: named("link"),
      used: "1",
      created_at: time,
    },
    tautan_histories: {
      link_ref: link,
      provider_id: "'seed-payment-' || i",
      record: named("record"),
      first_seen_at: time,
      changed_at: time,
    },
    tautan_deliveries: { digest, received_at: time, link_ref: link },
    tautan_events: {
      id: "'memory:seed-payment-' || i || '#paid'",
      link_ref: link,
      history_ref: history,
      at: time,
      learnt_at: time,
      handled_at: time,
    },
  };
  const statements = [];
  for (const [table, values] of Object.entries(changed)) {
    const columns = (await columnsOf(table)).filter((column) => column !== "ref" && column !== "seq");
    const selected = columns.map((column) => values[column] ?? `o.${column}`);
    const one = table === "tautan_events" ? "WHERE type = 'paid' ORDER BY 1 LIMIT 1" : "ORDER BY 1 LIMIT 1";
    statements.push(
      `INSERT INTO ${table} (${columns.join(", ")}) SELECT ${selected.join(", ")} FROM ${numbers(count)}, (SELECT * FROM ${table} ${one}) AS o`,
    );
  }
  return statements;
};

const below = (limit) => Math.floor(Math.random() * limit);

/**
 * Webhooks that each change something: by turns a new payment of some link, and the settlement of an earlier one. `settled` are the links
 * whose payments have been settled before.
 */
export const createArrivals = (count, run, settled = []) => {
  const settleable = Array.from({ length: count }, (_, index) => ({
    number: index + 1,
    payment: paymentName(index + 1),
  })).filter(({ number }) => !settled.includes(number));
  let serial = 0;
  return (size) => {
    const fresh = [];
    const webhooks = Array.from({ length: size }, (_, index) => {
      if (index % 2 === 0) {
        const payment = { number: below(count) + 1, payment: `payment-${run}-${(serial += 1)}` };
        fresh.push(payment);
        return webhookOf("paid", payment.number, payment.payment);
      }
      const at = below(settleable.length);
      const payment = settleable[at];
      settleable[at] = settleable.at(-1);
      settleable.pop();
      return webhookOf("settled", payment.number, payment.payment);
    });
    settleable.push(...fresh);
    return webhooks;
  };
};

/** Delivers webhooks to a ledger, so many at a time, and returns how many it stored. */
export const deliver = async (ledger, webhooks, { atOnce, state = "applied" }) => {
  let next = 0;
  const worker = async () => {
    while (next < webhooks.length) {
      const webhook = webhooks[next];
      next += 1;
      const ingested = must(await ledger.ingest("memory", webhook));
      if (ingested.state !== state) throw new Error(`expected ${state}, got ${ingested.state}`);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
  return webhooks.length;
};

/** A page of 50 links from a random place. */
export const readPage = async (ledger, count) => {
  const { items } = must(await ledger.list({ limit: 50, createdTo: createdAt(60 + below(count - 60)) }));
  if (items.length !== 50) throw new Error(`expected 50 links on a page, got ${items.length}`);
};
