// Bodies of 64 KiB with a wrong signature, made to cost as much as can be found by search, beside an ordinary one of the same size.
// The verdict goes by bytes that are hashed, written and parsed, not by time, which a busy machine changes.
import crypto from "node:crypto";
import { syncBuiltinESMExports } from "node:module";

const SIZE = 2 ** 16;
const spent = { hashed: 0, written: 0, parsed: 0 };
const sizeOf = (data) => (typeof data === "string" ? Buffer.byteLength(data) : data.byteLength);

/** Counts in the runtime's functions that everything must use. Before the drivers are loaded. */
const watch = () => {
  const { hash, createHash, createHmac } = crypto;
  crypto.hash = (name, data, ...rest) => {
    spent.hashed += sizeOf(data);
    return hash(name, data, ...rest);
  };
  const watched = (make) => {
    return (...given) => {
      const made = make(...given);
      const { update } = made;
      made.update = (data, ...rest) => {
        spent.hashed += sizeOf(data);
        return update.call(made, data, ...rest);
      };
      return made;
    };
  };
  crypto.createHash = watched(createHash);
  crypto.createHmac = watched(createHmac);
  syncBuiltinESMExports();
  const { parse, stringify } = JSON;
  JSON.parse = (text, ...rest) => {
    spent.parsed += text.length;
    return parse(text, ...rest);
  };
  JSON.stringify = (...given) => {
    const text = stringify(...given);
    spent.written += text?.length ?? 0;
    return text;
  };
};

/** Pieces of JSON that grow, sink or sort badly. Each makes about as many bytes as it is asked for. */
const PIECES = {
  lists: (bytes) => "[".repeat(bytes / 2) + "]".repeat(bytes / 2),
  objects: (bytes) => `${'{"a":'.repeat(bytes / 6)}1${"}".repeat(bytes / 6)}`,
  "lists in objects": (bytes) => `${'{"a":['.repeat(bytes / 8)}1${"]}".repeat(bytes / 8)}`,
  "short lists deep down": (bytes) => `${"[".repeat(400)}${"[1],".repeat((bytes - 800) / 4)}1${"]".repeat(400)}`,
  "a wide list deep down": (bytes) => `${"[".repeat(500)}${"0,".repeat((bytes - 1000) / 2)}0${"]".repeat(500)}`,
  "empty objects": (bytes) => `[${"{},".repeat(bytes / 3)}{}]`,
  digits: (bytes) => `[${"0,".repeat(bytes / 2)}0]`,
  "short numbers that are long": (bytes) => `[${"1e20,".repeat(bytes / 5)}1]`,
  "small numbers that are long": (bytes) => `[${"1e-6,".repeat(bytes / 5)}1]`,
  "a long number": (bytes) => "9".repeat(bytes),
  "numbers with zeros": (bytes) => `[${"1.00000000,".repeat(bytes / 11)}1]`,
  markup: (bytes) => `"${"<&>".repeat(bytes / 3)}"`,
  "line separators": (bytes) => `"${"\u2028".repeat(bytes / 3)}"`,
  "control characters": (bytes) => `"${"\\n\\t".repeat(bytes / 4)}"`,
  quotes: (bytes) => `"${'\\"'.repeat(bytes / 2)}"`,
  "unpaired surrogates": (bytes) => `"${"\\ud800".repeat(bytes / 6)}"`,
  slashes: (bytes) => `"${"/".repeat(bytes)}"`,
  letters: (bytes) => `"${"é".repeat(bytes / 2)}"`,
  emoji: (bytes) => `"${"😀".repeat(bytes / 4)}"`,
  "many keys, backwards": (bytes) =>
    `{${Array.from({ length: bytes / 12 }, (_, at) => `"k${99_999 - at}":1`).join(",")}}`,
  "many keys, alike": (bytes) =>
    `{${Array.from({ length: bytes / 72 }, (_, at) => `"${"k".repeat(60)}${at}":1`).join(",")}}`,
  "one key many times": (bytes) => `{${'"k":1,'.repeat(bytes / 6)}"k":1}`,
  "white space": (bytes) => `[${" ".repeat(bytes)}1]`,
  "numbers as keys": (bytes) => `{${Array.from({ length: bytes / 9 }, (_, at) => `"${at}":0`).join(",")}}`,
};

const HEAD = {
  midtrans: (random) => {
    const fields = {
      order_id: "INV-001-1767225600123",
      signature_key: random.hex(128),
      transaction_status: "settlement",
      transaction_id: "x",
      payment_type: "qris",
    };
    const written = JSON.stringify(fields).slice(1, -1);
    return random.pick([
      `${written},"status_code":"200","gross_amount":"190000.00"`,
      `${written},"status_code":200,"gross_amount":190000`,
      `${written},"status_code":"200","gross_amount":190000.00`,
    ]);
  },
  xfers: () => '"data":{"id":"paymentlink_00112233445566778899aabbccddeeff","type":"payment_links","attributes":{}}',
  singapay: () => '"status":200,"success":true,"event":"payment-link-transaction"',
  stripe: () => '"id":"evt_1RQ0000000000000000000000","object":"event","type":"checkout.session.completed"',
  xendit: () => '"id":"579c8d61f23fa4ca35e52da4","external_id":"INV-001","status":"PAID"',
};

const HEADERS = {
  midtrans: () => ({}),
  xfers: (random) => ({ "xfers-signature": random.hex(64) }),
  singapay: (random, now) => ({
    authorization: `Bearer ${random.hex(32)}`,
    "x-timestamp": String(Math.floor(now / 1000)),
    "x-signature": random.hex(128),
  }),
  stripe: (random, now) => ({ "stripe-signature": `t=${Math.floor(now / 1000)},v1=${random.hex(64)}` }),
  xendit: (random) => ({ "x-callback-token": random.hex(48) }),
};

const fitted = (head, members, where) => {
  const body = where === "first" ? `{${members},${head}}` : `{${head},${members}}`;
  return Buffer.byteLength(body) > SIZE ? undefined : body + " ".repeat(SIZE - Buffer.byteLength(body));
};

export const run = async ({ random, short }) => {
  watch();
  const { createPaymentLinks } = await import("../../packages/core/dist/index.js");
  const { createMidtransDriver } = await import("../../packages/driver-midtrans/dist/index.js");
  const { createSingapayDriver } = await import("../../packages/driver-singapay/dist/index.js");
  const { createStripeDriver } = await import("../../packages/driver-stripe/dist/index.js");
  const { createXenditDriver } = await import("../../packages/driver-xendit/dist/index.js");
  const { createXfersDriver } = await import("../../packages/driver-xfers/dist/index.js");
  const environment = "sandbox";
  const nowMs = Date.parse("2026-03-15T03:20:40Z");
  const secrets = ["secret-one", "secret-two", "secret-three"];
  const links = createPaymentLinks({
    default: "midtrans",
    clock: { now: () => nowMs },
    maxWebhookBytes: SIZE,
    gateways: {
      midtrans: createMidtransDriver({ environment, serverKey: "key" }),
      xfers: createXfersDriver({ environment, apiKey: "test_x", secretKey: "x", signingSecrets: secrets }),
      singapay: createSingapayDriver({
        environment,
        clientId: "c",
        clientSecret: "s",
        apiKey: "k",
        accountId: "a",
        webhookSecrets: secrets,
      }),
      stripe: createStripeDriver({ environment, secretKey: "sk_test_x", webhookSecrets: secrets }),
      xendit: createXenditDriver({ environment, secretKey: "xnd_development_x", webhookTokens: secrets }),
    },
  });

  const costOf = async (gateway, body) => {
    const headers = { "content-type": "application/json", ...HEADERS[gateway](random, nowMs) };
    Object.assign(spent, { hashed: 0, written: 0, parsed: 0 });
    const before = process.cpuUsage();
    const parsed = await links.parseWebhook(gateway, { method: "POST", url: `/webhooks/${gateway}`, headers, body });
    const cpu = process.cpuUsage(before);
    if (parsed.isOk()) throw new Error(`${gateway}: a forged body was taken`);
    const { hashed, written, parsed: read } = spent;
    return { bytes: hashed + written + read, hashed, written, read, cpuMs: (cpu.user + cpu.system) / 1000 };
  };

  const ordinary = (gateway) => {
    const item = JSON.stringify({ name: "Concert, day 1", quantity: 2, price: 95_000, note: "Tribune A, row 12" });
    const head = HEAD[gateway](random);
    const times = Math.floor((SIZE - head.length - 20) / (item.length + 1));
    return fitted(head, `"items":[${Array.from({ length: times }, () => item).join(",")}]`, "last");
  };

  /** The parts of a body: pieces with their shares and places. */
  const invent = () => ({
    where: random.pick(["first", "last"]),
    parts: Array.from({ length: random.between(1, 3) }, () => ({
      name: random.pick(Object.keys(PIECES)),
      share: random.next(),
    })),
  });
  const varied = (recipe) => {
    if (random.chance(0.3)) return invent();
    const parts = recipe.parts.map((each) =>
      random.chance(0.4)
        ? { name: random.pick(Object.keys(PIECES)), share: random.next() }
        : { ...each, share: each.share * (0.5 + random.next()) },
    );
    return { where: random.chance(0.2) ? random.pick(["first", "last"]) : recipe.where, parts };
  };
  const cooked = (gateway, { where, parts }) => {
    const sum = parts.reduce((total, { share }) => total + share, 0);
    const head = HEAD[gateway](random);
    const room = SIZE - head.length - 60;
    const members = parts.map(({ name, share }, at) => {
      const bytes = Math.floor((room * share) / sum);
      return `"x${at}":${bytes < 1100 ? "0" : PIECES[name](bytes)}`;
    });
    return fitted(head, members.join(","), where);
  };

  const failures = [];
  const rows = [];
  const median = (list) => list.toSorted((left, right) => left - right)[Math.floor(list.length / 2)];
  for (const gateway of Object.keys(HEAD)) {
    const plain = ordinary(gateway);
    await costOf(gateway, plain);
    const plainCosts = [];
    for (let time = 0; time < 15; time += 1) plainCosts.push(await costOf(gateway, ordinary(gateway)));
    const base = median(plainCosts.map(({ bytes }) => bytes));
    const until = performance.now() + (short ? 1500 : 12_000);
    let worst = { bytes: 0 };
    let tried = 0;
    let slowest = { cpuMs: 0 };
    const openers = Object.keys(PIECES).map((name) => ({ where: "last", parts: [{ name, share: 1 }] }));
    while (performance.now() < until || openers.length > 0) {
      const recipe = openers.pop() ?? (worst.recipe ? varied(worst.recipe) : invent());
      const body = cooked(gateway, recipe);
      if (body === undefined) continue;
      tried += 1;
      const cost = await costOf(gateway, body);
      if (cost.bytes > worst.bytes) worst = { ...cost, recipe };
      if (cost.cpuMs > slowest.cpuMs) slowest = { ...cost, recipe };
    }
    const again = [];
    for (let time = 0; time < 5; time += 1) again.push(await costOf(gateway, cooked(gateway, slowest.recipe)));
    const cpuRatio = median(again.map(({ cpuMs }) => cpuMs)) / median(plainCosts.map(({ cpuMs }) => cpuMs));
    // A wrong token is refused before the body is looked at.
    const ratio = worst.bytes === base ? 1 : worst.bytes / base;
    const recipeOf = ({ where, parts }) =>
      `${parts.map(({ name, share }) => `${name} ${share.toFixed(2)}`).join(", ")}, ${where}`;
    if (ratio > 2) {
      failures.push({
        kind: gateway,
        text: `${recipeOf(worst.recipe)}: ${worst.hashed} bytes hashed, ${worst.written} written, ${worst.read} parsed; an ordinary body costs ${base} bytes in all`,
      });
    }
    rows.push({
      figure: `${gateway}: bytes of the worst body to those of an ordinary one`,
      cases: tried,
      expected: "<= 2",
      found: Number(ratio.toFixed(2)),
      holds: ratio <= 2,
      isHighest: true,
    });
    rows.push({
      figure: `${gateway}: the same in CPU time (${recipeOf(slowest.recipe).slice(0, 28)})`,
      cases: tried,
      expected: "-",
      found: Number(cpuRatio.toFixed(1)),
    });
  }
  return { rows, failures };
};
