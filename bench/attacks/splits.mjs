// Midtrans signs order_id, status_code and gross_amount without anything between them. One genuine delivery is cut at all other
// places; only the cut that Midtrans made may be taken.

import { createHash } from "node:crypto";
import { createPaymentLinks } from "../../packages/core/dist/index.js";
import { createMidtransDriver } from "../../packages/driver-midtrans/dist/index.js";

const serverKey = "SB-Mid-server-attacks";
const links = createPaymentLinks({
  default: "midtrans",
  gateways: { midtrans: createMidtransDriver({ serverKey, environment: "sandbox" }) },
});

const parse = (body) =>
  links.parseWebhook("midtrans", {
    method: "POST",
    url: "/webhooks/midtrans",
    headers: { "content-type": "application/json" },
    body,
  });

const bodyOf = (orderId, statusCode, grossAmount, signature, fields) =>
  `{"order_id":${JSON.stringify(orderId)},"status_code":${statusCode},"gross_amount":${grossAmount},"signature_key":"${signature}",${JSON.stringify(fields).slice(1)}`;

const isNumber = (text) => /^(?:0|[1-9]\d*)(?:\.\d+)?$/.test(text);

/** Both ways to write a field: as text, and as a number where it is one. */
const spellings = (text) => [JSON.stringify(text), ...(isNumber(text) ? [text] : [])];

const cutsOf = (text) => {
  const cuts = [];
  for (let first = 1; first < text.length - 1; first += 1) {
    for (let second = first + 1; second < text.length; second += 1) {
      cuts.push([text.slice(0, first), text.slice(first, second), text.slice(second)]);
    }
  }
  return cuts;
};

/** Posts every cut of one delivery. Gives the cuts that were taken, each with what was read. */
const postAll = async ({ orderId, statusCode, grossAmount, status, reference }, asNumbers) => {
  const text = orderId + statusCode + grossAmount;
  const signature = createHash("sha512")
    .update(text + serverKey)
    .digest("hex");
  const fields = {
    transaction_time: "2026-01-01 07:01:00",
    transaction_status: status,
    transaction_id: "11111111-2222-4333-8444-555555555555",
    payment_type: "bank_transfer",
    currency: "IDR",
    fraud_status: "accept",
    custom_field1: reference,
  };
  const cuts = cutsOf(text);
  const taken = [];
  for (const cut of cuts) {
    const [order, code, amount] = cut;
    const forms = asNumbers
      ? spellings(code).flatMap((each) => spellings(amount).map((other) => [each, other]))
      : [[JSON.stringify(code), JSON.stringify(amount)]];
    for (const [writtenCode, writtenAmount] of forms) {
      const parsed = await parse(bodyOf(order, writtenCode, writtenAmount, signature, fields));
      if (parsed.isErr()) continue;
      const isGenuine = order === orderId && code === statusCode && amount === grossAmount;
      const namesLink = parsed.value.observations.some(
        ({ linkCandidates = [], history }) => linkCandidates.length > 0 || history?.reference !== undefined,
      );
      taken.push({ cut: cut.join("|"), isGenuine, namesLink });
      break;
    }
  }
  return { cases: cuts.length, taken };
};

const ISSUE = { orderId: "INV-001-1767225600123", grossAmount: "190000.00", reference: "INV-001" };

const randomDelivery = (random) => {
  const reference = random.pick([
    () => `INV-${random.text(3, "0123456789")}`,
    () => random.text(random.between(1, 12), "ABCabc0123456789_-"),
    () => `ord-${random.text(13, "0123456789")}`,
  ])();
  const [statusCode, status] = random.pick([
    ["201", "pending"],
    ["200", "settlement"],
    ["202", "deny"],
  ]);
  return {
    orderId: `${reference}-${random.between(1_600_000_000_000, 1_899_999_999_999)}`,
    statusCode,
    status,
    grossAmount: `${random.between(1, 999)}${random.pick(["000", "500", "001", "00200"])}.00`,
    reference,
  };
};

export const run = async ({ random, short }) => {
  const failures = [];
  const rows = [];
  /** `counts` selects the accepted cuts that count: only the genuine one may be among them. */
  const attack = async (figure, deliveries, { asNumbers = false, counts = () => true } = {}) => {
    let cases = 0;
    let found = 0;
    let genuine = 0;
    for (const delivery of deliveries) {
      const { cases: count, taken } = await postAll(delivery, asNumbers);
      const counted = taken.filter(counts);
      cases += count;
      found += counted.length;
      genuine += counted.filter(({ isGenuine }) => isGenuine).length;
      const wrong = counted.filter(({ isGenuine }) => !isGenuine);
      failures.push(...wrong.map(({ cut }) => ({ kind: figure, text: `taken: ${cut}` })));
    }
    const expected = deliveries.length;
    rows.push({ figure, cases, expected, found, holds: found === expected && genuine === expected });
  };
  const pending = { ...ISSUE, statusCode: "201", status: "pending" };
  await attack("the issue's delivery, pending: taken", [pending]);
  await attack("the issue's delivery, paid: taken", [{ ...ISSUE, statusCode: "200", status: "settlement" }]);
  await attack("the issue's delivery, fields as numbers too: taken", [pending], { asNumbers: true });
  // Of some deliveries one more cut has three digits before a well-formed amount. Its order id is none that a link gives.
  const others = Array.from({ length: short ? 4 : 40 }, () => randomDelivery(random));
  await attack("other deliveries: taken for a link's", others, {
    asNumbers: true,
    counts: ({ namesLink }) => namesLink,
  });
  return { rows, failures };
};
