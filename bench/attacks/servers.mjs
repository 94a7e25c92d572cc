// Hostile servers on real sockets: each behaviour, with each operation of each driver. The server knows what it executed.
// The caller's result is compared with that.
import { createServer } from "node:net";
import { createPaymentLinks, idr, OPERATIONS } from "../../packages/core/dist/index.js";
import { createMidtransDriver } from "../../packages/driver-midtrans/dist/index.js";
import { createSingapayDriver } from "../../packages/driver-singapay/dist/index.js";
import { createStripeDriver } from "../../packages/driver-stripe/dist/index.js";
import { createXenditDriver } from "../../packages/driver-xendit/dist/index.js";
import { createXfersDriver } from "../../packages/driver-xfers/dist/index.js";
import { BEHAVIOURS, HEAVY, PLAUSIBLE } from "./behaviours.mjs";
import { createMidtrans } from "./gateways/midtrans.mjs";
import { createSingapay } from "./gateways/singapay.mjs";
import { createStripe } from "./gateways/stripe.mjs";
import { createXendit } from "./gateways/xendit.mjs";
import { createXfers } from "./gateways/xfers.mjs";

const DEADLINE_MS = 300;
/** Generous: the machine may be busy with other things. */
const LATE_MS = 2000;
/** Whatever kept the process. */
const FAR_TOO_LATE_MS = 15_000;
/** No gateway is believed that asks to be left alone for longer. */
const MAX_SILENCE_MS = 60_000;
const AT_A_TIME = 24;
const ACCOUNT = "01K0DEMOACCOUNT0000000000A";
const CUSTOMER = { name: "Sari", email: "sari@example.test", phone: "+628110000001" };
const KINDS = new Set([
  "invalid_request",
  "unsupported",
  "amount_unrepresentable",
  "unknown_gateway",
  "unauthenticated",
  "forbidden",
  "not_found",
  "duplicate_reference",
  "invalid_state",
  "has_histories",
  "rate_limited",
  "unavailable",
  "timeout",
  "aborted",
  "network",
  "malformed_response",
  "reply_mismatch",
  "rejected",
]);

const CHANGES = new Set(["create", "update", "close", "reopen", "delete"]);
const isChange = ({ method }) => method !== "GET";
const isToken = ({ path }) => path.includes("/access-token/");
/** Which requests of an operation the hostility falls on. */
const SCOPES = {
  all: (request) => !isToken(request),
  changes: (request) => isChange(request) && !isToken(request),
  reads: (request) => !isChange(request),
  token: isToken,
  none: () => false,
};

/**
 * The drivers: each makes its model with a link that can be read and changed, and one that was paid. `state` is the truth that a
 * change is judged by.
 */
const SUBJECTS = {
  midtrans: {
    operations: ["create", "get", "find", "close", "delete", "listHistories", "getHistory", "confirm"],
    prepare: ({ random, clock, number }) => {
      const model = createMidtrans({ random, clock, serverKey: "k" });
      const create = (reference) =>
        model.handle({
          method: "POST",
          path: "/v1/payment-links",
          body: JSON.stringify({
            transaction_details: { order_id: reference, gross_amount: 190_000, payment_link_id: `s-${number}` },
            usage_limit: 1,
            custom_field1: reference,
          }),
        });
      const reference = `A-${number}`;
      create(reference);
      const attempt = model.open(reference, "bca_va");
      model.change(attempt, "settlement");
      return {
        model,
        reference,
        linkId: reference,
        historyId: attempt.purchase.orderId,
        url: model.liveLinks(reference)[0].url,
        state: () => (model.links.get(reference).isDeleted ? "gone" : "open"),
        liveLinks: model.liveLinks,
      };
    },
    driver: (baseUrl) => createMidtransDriver({ environment: "sandbox", serverKey: "k", baseUrl }),
  },
  xfers: {
    operations: ["create", "get", "close", "listHistories", "getHistory", "confirm"],
    prepare: ({ random, clock, number, operation }) => {
      const model = createXfers({ random, clock, signingSecret: "k" });
      const reference = `A-${number}`;
      const attributes = { amount: 190_000, referenceId: reference, description: "Order" };
      const more = { customerName: "Sari", customerEmail: CUSTOMER.email, customerPhoneNumber: "08110000001" };
      const body = JSON.stringify({ data: { attributes: { ...attributes, ...more } } });
      model.handle({ method: "POST", path: "/payment_links", body });
      const link = model.byReference(reference);
      if (operation !== "close" && operation !== "get") model.change(link, "paid");
      return {
        model,
        reference,
        linkId: link.id,
        historyId: `${link.id}#1`,
        url: `https://id-payment-link.xfers.com/${link.id}`,
        state: () => (link.status === "cancelled" ? "closed" : "open"),
        liveLinks: model.liveLinks,
      };
    },
    driver: (baseUrl) =>
      createXfersDriver({ environment: "sandbox", apiKey: "test_x", secretKey: "x", signingSecrets: ["k"], baseUrl }),
  },
  stripe: {
    operations: [
      "create",
      "get",
      "find",
      "list",
      "update",
      "close",
      "reopen",
      "listHistories",
      "listRecentHistories",
      "getHistory",
      "confirm",
    ],
    prepare: ({ random, clock, number, operation }) => {
      const model = createStripe({ random, clock });
      const reference = `A-${number}`;
      const form = new URLSearchParams({
        "line_items[0][price_data][currency]": "idr",
        "line_items[0][price_data][unit_amount]": "19000000",
        "line_items[0][price_data][product_data][name]": "Order",
        "line_items[0][quantity]": "1",
        "metadata[tautan_reference]": reference,
        "restrictions[completed_sessions][limit]": "1",
      });
      model.handle({ method: "POST", path: "/v1/payment_links", body: form.toString() });
      const link = model.byReference(reference);
      const session = CHANGES.has(operation) || operation === "get" ? undefined : model.pay(link);
      if (operation === "reopen") link.active = false;
      return {
        model,
        reference,
        linkId: link.id,
        historyId: session?.id,
        url: link.url,
        state: () => `${link.active ? "open" : "closed"}, ${link.limit}`,
        liveLinks: model.liveLinks,
      };
    },
    driver: (baseUrl) =>
      createStripeDriver({ environment: "sandbox", secretKey: "sk_test_x", webhookSecrets: ["k"], baseUrl }),
  },
  xendit: {
    operations: [
      "create",
      "get",
      "find",
      "list",
      "close",
      "listHistories",
      "listRecentHistories",
      "getHistory",
      "confirm",
    ],
    prepare: ({ random, clock, number, operation }) => {
      const model = createXendit({ random, clock });
      const reference = `A-${number}`;
      const body = JSON.stringify({ external_id: reference, amount: 190_000, currency: "IDR", description: "Order" });
      model.handle({ method: "POST", path: "/v2/invoices", body });
      const invoice = model.byReference(reference);
      if (operation !== "close" && operation !== "get") model.change(invoice, "PAID");
      return {
        model,
        reference,
        linkId: invoice.id,
        historyId: `${invoice.id}#1`,
        url: model.url(invoice),
        state: () => (invoice.status === "EXPIRED" ? "closed" : "open"),
        liveLinks: model.liveLinks,
      };
    },
    driver: (baseUrl) =>
      createXenditDriver({
        environment: "sandbox",
        secretKey: "xnd_development_x",
        webhookTokens: ["k"],
        baseUrl,
      }),
  },
  ...Object.fromEntries(
    [1, 2].map((apiVersion) => [
      `singapay ${apiVersion}`,
      {
        operations: [
          "create",
          "get",
          "find",
          "list",
          "update",
          "close",
          "reopen",
          "delete",
          "listHistories",
          "listRecentHistories",
          "getHistory",
          "listPaymentMethods",
          "confirm",
        ],
        prepare: ({ random, clock, number, operation }) => {
          const model = createSingapay({ random, clock, clientSecret: "k", target: "/", firstId: number * 10 });
          const reference = `A-${number}`;
          const link = model.addLink(ACCOUNT, reference, 190_000, apiVersion === 2);
          if (operation === "reopen") link.status = "closed";
          let history;
          if (["listHistories", "listRecentHistories", "getHistory", "confirm"].includes(operation)) {
            history = model.open(link);
            model.change(history, "paid");
          }
          return {
            model,
            reference,
            linkId: String(link.id),
            historyId: history?.reference,
            url: `https://sandbox-paymentlink.singapay.id/b2b/${reference}`,
            state: () => (model.accountOf(ACCOUNT).links.includes(link) ? `${link.status}, ${link.limit}` : "gone"),
            liveLinks: (each) => model.liveLinks(each, ACCOUNT),
          };
        },
        driver: (baseUrl) =>
          createSingapayDriver({
            environment: "sandbox",
            clientId: "c",
            clientSecret: "k",
            apiKey: "k",
            accountId: ACCOUNT,
            apiVersion,
            baseUrl,
          }),
      },
    ]),
  ),
};

const scopesOf = (subject, operation) => {
  const own = CHANGES.has(operation)
    ? operation === "create"
      ? ["all", "changes"]
      : ["all", "changes", "reads"]
    : ["all"];
  return subject.startsWith("singapay") ? [...own, "token"] : own;
};

/** Whether no client can see the lie: lists name nothing that was asked for, and Xendit answers `[]` if it has nothing. */
const isTrueOfLists = (subject, operation, behaviour) =>
  (operation === "list" || operation === "listRecentHistories") &&
  (behaviour === "the answer to the request before" || (behaviour === "an empty list" && subject.startsWith("xendit")));

/** The input of each operation, and whether an `ok` is true. */
const OPERATION_TESTS = {
  create: {
    call: (links, { number, timeoutMs }) =>
      links.create(
        {
          reference: `N-${number}`,
          title: "Order",
          amount: idr(190_000),
          customer: CUSTOMER,
          omitIfUnsupported: ["customer"],
        },
        { timeoutMs },
      ),
    isTrue: ({ value, subject, number }) =>
      subject
        .liveLinks(`N-${number}`)
        .some(({ url, amount }) => url === value.url && amount === 190_000 && value.amount.amount === "190000"),
  },
  get: {
    call: (links, { subject, id, timeoutMs }) => links.get(id(subject.linkId), { timeoutMs }),
    isTrue: ({ value, subject }) => isTheLink(value, subject),
  },
  find: {
    call: (links, { subject, timeoutMs }) => links.find({ reference: subject.reference }, { timeoutMs }),
    isTrue: ({ value, subject }) => isTheLink(value, subject),
  },
  list: {
    call: (links, { timeoutMs }) => links.list({ limit: 10 }, { timeoutMs }),
    isTrue: ({ value, subject }) => value.items.length === 1 && isTheLink(value.items[0], subject),
  },
  update: {
    call: (links, { subject, id, timeoutMs }) =>
      links.update(id(subject.linkId), { usage: { limit: 5 } }, { timeoutMs }),
    isTrue: ({ subject }) => subject.state().endsWith(", 5"),
  },
  close: {
    call: (links, { subject, id, timeoutMs }) => links.close(id(subject.linkId), { timeoutMs }),
    isTrue: ({ subject }) => /^(closed|gone)/.test(subject.state()),
  },
  reopen: {
    call: (links, { subject, id, timeoutMs }) => links.reopen(id(subject.linkId), { timeoutMs }),
    isTrue: ({ subject }) => subject.state().startsWith("open"),
  },
  delete: {
    call: (links, { subject, id, timeoutMs }) => links.delete(id(subject.linkId), { timeoutMs }),
    isTrue: ({ subject }) => subject.state() === "gone",
  },
  listHistories: {
    call: (links, { subject, id, timeoutMs }) => links.listHistories(id(subject.linkId), {}, { timeoutMs }),
    isTrue: ({ value, subject }) => value.items.length === 1 && isThePayment(value.items[0], subject),
  },
  listRecentHistories: {
    call: (links, { timeoutMs }) => links.listRecentHistories({ since: new Date(0) }, { timeoutMs }),
    isTrue: ({ value, subject }) => value.items.length === 1 && isThePayment(value.items[0], subject),
  },
  getHistory: {
    call: (links, { subject, id, timeoutMs }) => links.getHistory(id(subject.historyId), { timeoutMs }),
    isTrue: ({ value, subject }) => isThePayment(value, subject),
  },
  confirm: {
    call: (links, { subject, id, timeoutMs }) =>
      links.confirm(
        { kind: "notice", gateway: "gateway", trust: "unsigned", resource: "history", id: id(subject.historyId) },
        { timeoutMs },
      ),
    isTrue: ({ value, subject }) => value.kind === "history" && isThePayment(value.history, subject),
  },
  listPaymentMethods: {
    call: (links, { timeoutMs }) => links.listPaymentMethods({}, { timeoutMs }),
    isTrue: ({ value }) => value.length === 2,
  },
};

const isTheLink = (link, { reference, url }) =>
  link.reference === reference && link.url === url && link.amount.amount === "190000";
const isThePayment = (history, { historyId }) =>
  history.providerId === historyId && history.isPaid && history.amount?.amount === "190000";

/** How long this process could not run in all, because the machine or a server in here was busy: no call caused that. */
const watchStarvation = () => {
  const TICK_MS = 20;
  const starved = { ms: 0 };
  let lastMs = performance.now();
  setInterval(() => {
    const nowMs = performance.now();
    starved.ms += Math.max(nowMs - lastMs - TICK_MS, 0);
    lastMs = nowMs;
  }, TICK_MS).unref();
  return starved;
};

/** A server on a socket for one behaviour; the first part of a request's path is its case. */
const serve = async (behave, cases) => {
  const sockets = new Set();
  const shared = {};
  const server = createServer({ noDelay: true }, (socket) => {
    sockets.add(socket);
    let received = Buffer.alloc(0);
    const timers = new Set();
    socket.on("error", () => {});
    socket.on("close", () => {
      sockets.delete(socket);
      for (const timer of timers) clearInterval(timer);
    });
    const every = (ms, work) => {
      const timer = setInterval(() => (socket.writable ? work() : undefined), ms);
      timers.add(timer);
    };
    socket.on("data", (chunk) => {
      received = Buffer.concat([received, chunk]);
      for (;;) {
        const end = received.indexOf("\r\n\r\n");
        if (end === -1) return;
        const [line, ...lines] = received.subarray(0, end).toString("latin1").split("\r\n");
        const headers = Object.fromEntries(
          lines.map((each) => [
            each.slice(0, each.indexOf(":")).toLowerCase(),
            each.slice(each.indexOf(":") + 1).trim(),
          ]),
        );
        const length = Number(headers["content-length"] ?? 0);
        if (received.length < end + 4 + length) return;
        const body = received.subarray(end + 4, end + 4 + length).toString("utf8");
        received = received.subarray(end + 4 + length);
        const [method, target] = line.split(" ");
        const [, number, path] = /^\/(\d+)(\/.*)$/.exec(target) ?? [];
        const hostile = cases.get(Number(number));
        if (!hostile) return void socket.destroy();
        const request = { method, path, headers, body };
        const carryOut = () => hostile.subject.model.handle(request);
        hostile.requests.push(`${method} ${path}`);
        if (SCOPES[hostile.scope](request)) {
          behave({ socket, every, carryOut, request: { ...request, path: target }, server: shared });
          continue;
        }
        const { status, headers: told, text } = carryOut();
        const lines2 = Object.entries(told ?? {}).map(([name, value]) => `${name}: ${value}\r\n`);
        socket.write(
          `HTTP/1.1 ${status} OK\r\n${lines2.join("")}content-length: ${Buffer.byteLength(text)}\r\n\r\n${text}`,
        );
      }
    });
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    port: server.address().port,
    close: () => {
      for (const socket of sockets) socket.destroy();
      server.close();
    },
  };
};

export const run = async ({ random, short }) => {
  const failures = [];
  const found = { late: 0, untyped: 0, thrown: 0, refused: 0, ok: 0, calls: 0, unknown: 0, works: 0, silenced: 0 };
  const clock = { now: () => Date.now() };
  const starved = watchStarvation();
  let number = 100;

  const allCases = Object.keys(SUBJECTS).flatMap((name) =>
    SUBJECTS[name].operations.flatMap((operation) =>
      scopesOf(name, operation).map((scope) => ({ name, operation, scope })),
    ),
  );
  // The short form takes every behaviour with some of the calls.
  const casesOf = () => (short ? random.shuffled(allCases).slice(0, 7) : allCases);

  const attack = async (behaviour, timeoutMs, port, cases, { name, operation, scope }) => {
    number += 1;
    const own = number;
    const subject = SUBJECTS[name].prepare({ random, clock, number: own, operation });
    const hostile = { subject, scope, requests: [] };
    cases.set(own, hostile);
    const driver = SUBJECTS[name].driver(`http://127.0.0.1:${port}/${own}`);
    const links = createPaymentLinks({ default: "gateway", gateways: { gateway: driver } });
    const madeBefore = subject.model.made;
    const stateBefore = subject.state();
    const { call, isTrue } = OPERATION_TESTS[operation];
    const startedAt = performance.now();
    const starvedBefore = starved.ms;
    const fail = (figure, text) => {
      found[figure] += 1;
      failures.push({
        kind: `${figure}: ${name}, ${operation}`,
        text: `"${behaviour}" on ${scope}: ${text}\n      the server got: ${hostile.requests.join(", ")}`,
      });
    };
    const input = { number: own, subject, timeoutMs, id: (providerId) => `gateway:${providerId}` };
    let result;
    try {
      result = await call(links, input);
    } catch (thrown) {
      return fail("thrown", `${thrown?.stack}`);
    }
    found.calls += 1;
    const tookMs = performance.now() - startedAt;
    const isLate = tookMs - (starved.ms - starvedBefore) > LATE_MS || tookMs > FAR_TOO_LATE_MS;
    if (isLate && behaviour !== "none") fail("late", `${tookMs.toFixed(0)} ms for a deadline of ${DEADLINE_MS}`);
    if (typeof result?.isOk !== "function") return fail("untyped", "no result");
    if (result.isOk()) {
      const { value } = result;
      const isExempt =
        isTrueOfLists(name, operation, behaviour) || (PLAUSIBLE.has(behaviour) && !CHANGES.has(operation));
      if (!isExempt) {
        if (!isTrue({ value, subject, number: own }))
          fail("ok", `ok, but the truth is ${stateNow(subject, own)}: ${shown(value)}`);
      }
      found.works += 1;
      return undefined;
    }
    const { error } = result;
    const { kind, outcome, message, hint, gateway, operation: named } = error;
    const texts = [message, hint, gateway].every((each) => typeof each === "string" && each !== "");
    if (!KINDS.has(kind) || !["unknown", "refused", "not_sent"].includes(outcome) || !texts || named !== operation) {
      fail("untyped", shown(error));
    }
    if (behaviour === "none") fail("ok", `a server that is well gives ${shown(error)}`);
    if (outcome === "unknown") found.unknown += 1;
    const isChanged =
      operation === "create"
        ? subject.model.made > madeBefore
        : CHANGES.has(operation) && subject.state() !== stateBefore;
    if (behaviour.includes("Retry-After")) {
      // The server is well again: what is believed of its word must not silence it for long.
      hostile.scope = "none";
      const second = await call(links, input);
      const waitMs = second.isErr() ? second.error.retryAfterMs : undefined;
      if (waitMs > MAX_SILENCE_MS) fail("silenced", `the next call has to wait ${waitMs} ms`);
    }
    if (isChanged && outcome !== "unknown")
      fail("refused", `${kind}, ${outcome}, but the truth is ${stateNow(subject, own)}`);
  };
  const stateNow = (subject, own) => `${subject.state()}, new links: ${subject.liveLinks(`N-${own}`).length}`;
  const shown = (value) => JSON.stringify(value)?.slice(0, 300);

  const attackAll = async (behaviours, atATime) => {
    const waiting = behaviours
      .flatMap(([name, behave]) => {
        const cases = new Map();
        const starting = serve(behave, cases);
        return casesOf().map((each) => ({ name, cases, starting, each }));
      })
      .values();
    const lane = async () => {
      for (const { name, cases, starting, each } of waiting) {
        const { port } = await starting;
        await attack(name, DEADLINE_MS, port, cases, each);
      }
    };
    await Promise.all(Array.from({ length: atATime }, lane));
  };
  // With a server that is well everything must work. The first call loads code, which takes time.
  const well = new Map();
  const { port: wellPort } = await serve(answerWell, well);
  for (const each of allCases) await attack("none", 20_000, wellPort, well, each);
  const all = Object.entries(BEHAVIOURS);
  await attackAll(
    all.filter(([name]) => !HEAVY.has(name)),
    AT_A_TIME,
  );
  await attackAll(
    all.filter(([name]) => HEAVY.has(name)),
    3,
  );

  const behaviourCount = Object.keys(BEHAVIOURS).length;
  const must = (figure, count) => ({ figure, cases: found.calls, expected: 0, found: count, holds: count === 0 });
  return {
    rows: [
      must("late", found.late),
      must("untyped", found.untyped),
      must("thrown", found.thrown),
      must("refused or not_sent, but carried out", found.refused),
      must("ok, but untrue", found.ok),
      must("silenced for more than a minute by Retry-After", found.silenced),
      {
        figure: "behaviours",
        cases: found.calls,
        expected: 63,
        found: behaviourCount,
        holds: behaviourCount >= 63,
      },
      {
        figure: "calls that end in ok, and in unknown",
        cases: found.calls,
        expected: "-",
        found: `${found.works}, ${found.unknown}`,
      },
    ],
    failures,
  };
};

const answerWell = ({ socket, carryOut }) => {
  const { status, text } = carryOut();
  const type = "content-type: application/json";
  socket.write(`HTTP/1.1 ${status} OK\r\n${type}\r\ncontent-length: ${Buffer.byteLength(text)}\r\n\r\n${text}`);
};

if (Object.keys(OPERATION_TESTS).some((name) => !OPERATIONS.includes(name)))
  throw new Error("an operation is misspelt");
