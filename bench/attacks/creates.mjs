// Schedules of creating links over a network that loses, repeats and delays requests and answers, with proxies that answer in a
// gateway's place. Callers follow the rules of docs/reference/create.md. Their results are compared with the links of the model gateways.
import { createPaymentLinks, idr } from "../../packages/core/dist/index.js";
import { createMidtransDriver } from "../../packages/driver-midtrans/dist/index.js";
import { createSingapayDriver } from "../../packages/driver-singapay/dist/index.js";
import { createStripeDriver } from "../../packages/driver-stripe/dist/index.js";
import { createXenditDriver } from "../../packages/driver-xendit/dist/index.js";
import { createXfersDriver } from "../../packages/driver-xfers/dist/index.js";
import { createMidtrans, MIDTRANS_URL } from "./gateways/midtrans.mjs";
import { json, noReply, replyOf } from "./gateways/replies.mjs";
import { createSingapay, SINGAPAY_URL } from "./gateways/singapay.mjs";
import { createStripe, STRIPE_URL } from "./gateways/stripe.mjs";
import { createXendit, XENDIT_URL } from "./gateways/xendit.mjs";
import { createXfers, XFERS_URL } from "./gateways/xfers.mjs";

const ACCOUNT = "01K0DEMOACCOUNT0000000000A";
const CUSTOMER = { name: "Sari", email: "sari@example.test", phone: "+628110000001" };
const CLIENT_STATUSES = [
  400, 401, 402, 403, 404, 405, 406, 407, 408, 409, 410, 411, 412, 413, 414, 415, 417, 421, 422, 423, 424, 425, 426,
  428, 429, 431, 444, 451, 460, 499,
];
const page = (status) => ({
  status,
  headers: { "content-type": "text/html" },
  text: `<!doctype html><title>${status}</title><h1>${status}</h1><p>Request blocked.</p>`,
});

/** Responses in a gateway's place: none has the provider's own form. */
const STRANGERS = [
  (random) => page(random.pick(CLIENT_STATUSES)),
  (random) => page(random.pick(CLIENT_STATUSES)),
  (random) => ({ ...page(random.pick(CLIENT_STATUSES)), text: "" }),
  (random) => json(random.pick(CLIENT_STATUSES), { message: "Forbidden" }),
  (random) => json(random.pick(CLIENT_STATUSES), { type: "about:blank", title: "Forbidden" }),
  (random) => ({ ...page(random.pick([500, 502, 503, 504, 520, 522, 524])) }),
  (random) => ({
    ...page(random.pick([301, 302, 303, 307, 308])),
    headers: { location: "https://login.example.test/" },
  }),
  () => page(200),
  () => ({ status: 204, headers: {}, text: "" }),
  () => json(200, {}),
  () => json(200, { status: "ok" }),
];

/** The provider's own refusals, in its own form. */
const REFUSALS = {
  midtrans: (random) =>
    random.pick([
      json(400, { error_messages: ["transaction_details.gross_amount must be greater than 0"] }),
      json(401, { error_messages: "Access denied due to unauthorized request" }),
      json(429, { error_messages: ["too many requests"] }),
    ]),
  xfers: (random) =>
    random.pick([
      json(400, { errors: [{ code: "005", title: "Invalid parameters", detail: "amount" }] }),
      json(401, { errors: [{ code: "002", title: "Access denied", detail: "" }] }),
    ]),
  singapay: (random) =>
    random.pick([
      json(401, { status: 401, success: false, error: { code: 401, message: "Invalid credentials" } }),
      json(422, {
        status: 422,
        success: false,
        error: { code: 422, message: "Validation error", errors: { title: ["no"] } },
      }),
    ]),
  stripe: (random) =>
    random.pick([
      json(400, { error: { type: "invalid_request_error", code: "amount_too_small", message: "no", param: "amount" } }),
      json(401, { error: { type: "invalid_request_error", message: "Invalid API Key provided" } }),
      json(429, { error: { type: "invalid_request_error", code: "rate_limit", message: "too many requests" } }),
    ]),
  xendit: (random) =>
    random.pick([
      json(400, { error_code: "MINIMAL_TRANSFER_AMOUNT_ERROR", message: "no" }),
      json(401, { error_code: "INVALID_API_KEY", message: "API key is not authorized" }),
      json(403, { error_code: "REQUEST_FORBIDDEN_ERROR", message: "no permission" }),
    ]),
};

/** The possible events of a create request. `doubled` is what a network does that sends a packet twice. */
const FATES = [
  [30, "answered"],
  [8, "lost on the way"],
  [8, "answer lost"],
  [6, "late"],
  [6, "doubled, first answer"],
  [6, "doubled, last answer"],
  [4, "not sent"],
  [9, "proxy before"],
  [14, "proxy after"],
  [3, "refused"],
  [3, "cut short"],
  [0.5, "hangs"],
  [0.5, "answer hangs"],
  [0.1, "hangs and does not listen"],
];
const READ_FATES = [
  [30, "answered"],
  [5, "lost on the way"],
  [4, "proxy before"],
  [1, "not sent"],
];

const QUIET = [[1, "answered"]];

const LOST = [
  ["timeout", true],
  ["broken", true, "UND_ERR_SOCKET"],
  ["broken", true, "ECONNRESET"],
];
const NOT_SENT = [
  ["connect", false, "ECONNREFUSED"],
  ["connect", false, "ENOTFOUND"],
];

/** The caller's own signal: deadlines would take real time. */
const giveUpSoon = ({ patience }) => setImmediate(() => patience.abort());

/** The result of a transport whose request was aborted. */
const whenAborted = (signal) =>
  new Promise((resolve) => {
    const stop = () => resolve(noReply(signal.reason?.name === "TimeoutError" ? "timeout" : "aborted", true));
    if (signal.aborted) stop();
    else signal.addEventListener("abort", stop, { once: true });
  });

const createWorld = (random) => {
  const clock = { nowMs: Date.parse("2026-03-15T03:20:40Z"), now: () => clock.nowMs };
  const models = {
    midtrans: createMidtrans({ random, clock, serverKey: "k" }),
    xfers: createXfers({ random, clock, signingSecret: "k" }),
    singapay: createSingapay({ random, clock, clientSecret: "k", target: "/", hasUniqueReferences: false }),
    "singapay-2": createSingapay({ random, clock, clientSecret: "k", target: "/", hasUniqueReferences: false }),
    stripe: createStripe({ random, clock }),
    xendit: createXendit({ random, clock }),
  };
  const world = { clock, models, schedule: undefined };

  /** One process of the merchant's: a facade with drivers of its own. */
  world.createCaller = () => {
    const caller = { made: [] };
    const transportOf = (key, baseUrl) => {
      const model = models[key];
      const carryOut = (request) => {
        const before = model.made;
        const reply = model.handle(request);
        if (model.made > before) caller.call?.made.push(key);
        return reply;
      };
      return {
        send: async ({ method, url, headers, body, signal }) => {
          const request = { method, path: url.slice(baseUrl.length), headers, body };
          const { schedule } = world;
          clock.nowMs += random.below(3000);
          while (schedule.late.length > 0 && random.chance(0.3)) schedule.late.shift()();
          // Concurrent calls take turns between any two requests.
          if (schedule.isConcurrent) await new Promise((resolve) => setImmediate(resolve));
          const isCreate = model.isCreate(request);
          const isToken = model.isToken?.(request) === true;
          const fate = random.weighted(isCreate || schedule.isQuiet ? schedule.fates : READ_FATES);
          schedule.trail.push(`${key} ${isCreate ? "create" : isToken ? "token" : "read"}: ${fate}`);
          const told = (reply) => {
            schedule.trail.push(`  HTTP ${reply.status} ${reply.text.slice(0, 60)}`);
            return replyOf(reply);
          };
          switch (fate) {
            case "answered":
              return told(carryOut(request));
            case "lost on the way":
              return noReply(...random.pick(LOST));
            case "answer lost":
              carryOut(request);
              return noReply(...random.pick(LOST));
            case "late": {
              const { call } = caller;
              schedule.late.push(() => {
                const before = model.made;
                model.handle(request);
                if (model.made > before) call?.made.push(key);
                schedule.trail.push(`${key} create: arrives late`);
              });
              return noReply("timeout", true);
            }
            case "doubled, first answer": {
              const reply = carryOut(request);
              carryOut(request);
              return told(reply);
            }
            case "doubled, last answer":
              carryOut(request);
              return told(carryOut(request));
            case "not sent":
              return noReply(...random.pick(NOT_SENT));
            case "proxy before":
              return told(random.pick(STRANGERS)(random));
            case "proxy after":
              carryOut(request);
              return told(random.pick(STRANGERS)(random));
            case "refused":
              return told(REFUSALS[key.replace(/-2$/, "")](random));
            case "cut short": {
              const reply = carryOut(request);
              return told({ ...reply, text: reply.text.slice(0, random.below(reply.text.length)) });
            }
            case "hangs":
              giveUpSoon(caller);
              return whenAborted(signal);
            case "answer hangs":
              carryOut(request);
              giveUpSoon(caller);
              return whenAborted(signal);
            case "hangs and does not listen":
              if (random.chance(0.5)) carryOut(request);
              giveUpSoon(caller);
              return new Promise(() => {});
            default:
              throw new Error(`no such fate: ${fate} ${signal.aborted}`);
          }
        },
      };
    };
    const environment = "sandbox";
    const account = { environment, clientId: "c", clientSecret: "k", apiKey: "k", accountId: ACCOUNT };
    const gateways = {
      midtrans: createMidtransDriver({ environment, serverKey: "k", transport: transportOf("midtrans", MIDTRANS_URL) }),
      xfers: createXfersDriver({
        environment,
        apiKey: "test_x",
        secretKey: "x",
        signingSecrets: ["k"],
        transport: transportOf("xfers", XFERS_URL),
      }),
      singapay: createSingapayDriver({ ...account, transport: transportOf("singapay", SINGAPAY_URL) }),
      "singapay-2": createSingapayDriver({
        ...account,
        apiVersion: 2,
        transport: transportOf("singapay-2", SINGAPAY_URL),
      }),
      stripe: createStripeDriver({
        environment,
        secretKey: "sk_test_x",
        webhookSecrets: ["k"],
        transport: transportOf("stripe", STRIPE_URL),
      }),
      xendit: createXenditDriver({
        environment,
        secretKey: "xnd_development_x",
        webhookTokens: ["k"],
        transport: transportOf("xendit", XENDIT_URL),
      }),
    };
    const facadeOf = (keys) =>
      createPaymentLinks({ default: keys[0], clock, gateways, route: [{ gateways: keys }], timeoutMs: 20_000 });
    caller.along = Object.fromEntries(ROUTES.map((keys) => [keys.join(), facadeOf(keys)]));
    return caller;
  };
  return world;
};

const ROUTES = [
  ["midtrans"],
  ["xfers"],
  ["singapay"],
  ["singapay-2"],
  ["midtrans", "xfers"],
  ["xfers", "midtrans"],
  ["midtrans", "singapay"],
  ["singapay", "midtrans"],
  ["xfers", "singapay-2"],
  ["singapay-2", "xfers", "midtrans"],
  ["stripe"],
  ["xendit"],
  ["stripe", "xfers"],
  ["midtrans", "stripe"],
  ["xendit", "stripe", "singapay"],
];
/** Stripe for a day, under the key that the driver makes of the reference. */
const TAKES_A_REFERENCE_ONCE = new Set(["midtrans", "xfers", "stripe"]);

export const run = async ({ random, shares, short }) => {
  const target = Math.ceil((short ? 3000 : 100_000) / shares);
  const world = createWorld(random);
  const callers = [world.createCaller(), world.createCaller()];
  const failures = [];
  const found = {
    second: 0,
    secondAtScan: 0,
    falselyRefused: 0,
    falselyOk: 0,
    unknown: 0,
    calls: 0,
    ok: 0,
    untyped: 0,
    repeats: 0,
    other: 0,
  };
  let scheduleNumber = 0;

  const fail = (figure, kind, schedule, text) => {
    found[figure] += 1;
    failures.push({ kind, text: `schedule ${scheduleNumber}: ${text}\n      ${schedule.trail.join("\n      ")}` });
  };

  const liveLinks = (reference) =>
    Object.entries(world.models).flatMap(([key, model]) =>
      model.liveLinks(reference, ACCOUNT).map((each) => ({ gateway: key, ...each })),
    );

  /** One call, with what its own requests made. */
  const callOnce = async (caller, schedule, { keys, reference, amount, pinned }) => {
    const call = { made: [], told: [], keys };
    caller.call = call;
    const request = {
      reference,
      title: "Order",
      amount: idr(amount),
      customer: CUSTOMER,
      ...(pinned && { gateway: pinned }),
    };
    caller.patience = new AbortController();
    const result = await caller.along[keys.join()].create(
      { ...request, omitIfUnsupported: ["customer"] },
      { signal: caller.patience.signal },
    );
    found.calls += 1;
    schedule.calls.push(call);
    if (result.isOk()) {
      found.ok += 1;
      const { value } = result;
      schedule.trail.push(`result: ok ${value.gateway} ${value.url}`);
      const isThere = liveLinks(reference).some(
        (each) => each.gateway === value.gateway && each.url === value.url && each.amount === amount,
      );
      if (!isThere) fail("falselyOk", "ok without such a link", schedule, `ok for ${value.url}, Rp${amount}`);
      call.link = value;
      return { kind: "ok", gateway: value.gateway };
    }
    const { error } = result;
    const errors = error.tried ?? [error];
    for (const each of errors) {
      schedule.trail.push(`result: ${each.gateway} ${each.kind} ${each.outcome}`);
      if (!["unknown", "refused", "not_sent"].includes(each.outcome))
        fail("untyped", "no outcome", schedule, each.kind);
      call.told.push({ gateway: each.gateway, outcome: each.outcome, kind: each.kind });
    }
    if (errors.some(({ outcome }) => outcome === "unknown")) found.unknown += 1;
    return error;
  };

  /** Goes by the rules: after `unknown`, never to another gateway, and again only where a reference is taken once. */
  const createByRules = async (caller, schedule, { keys, reference, amount }) => {
    let pinned;
    const times = random.between(1, 4);
    for (let time = 0; time < times; time += 1) {
      const outcome = await callOnce(caller, schedule, { keys, reference, amount, pinned });
      if (outcome.kind === "ok") {
        // The same request again is the same link.
        pinned = outcome.gateway;
        if (!TAKES_A_REFERENCE_ONCE.has(pinned) || random.chance(0.7)) return;
        continue;
      }
      if (outcome.kind === "duplicate_reference") {
        pinned = outcome.gateway;
        if (!TAKES_A_REFERENCE_ONCE.has(pinned)) return;
        continue;
      }
      const unknown = (outcome.tried ?? [outcome]).find((each) => each.outcome === "unknown");
      if (unknown) pinned = unknown.gateway;
      if (pinned && !TAKES_A_REFERENCE_ONCE.has(pinned)) return;
    }
  };

  /**
   * After all faults, the request that made the link returns that link again, and one for another amount is a duplicate: on every
   * gateway, and without a second link.
   */
  const askAgain = async (schedule, reference) => {
    const [live, ...others] = liveLinks(reference);
    if (!live || others.length > 0) return;
    for (const amount of [live.amount, live.amount + 1000]) {
      schedule.fates = QUIET;
      schedule.isQuiet = true;
      const keys = [live.gateway];
      const outcome = await callOnce(callers[1], schedule, { keys, reference, amount, pinned: live.gateway });
      const link = outcome.kind === "ok" ? schedule.calls.at(-1).link : outcome.existing;
      const isRight =
        outcome.kind === (amount === live.amount ? "ok" : "duplicate_reference") && link?.url === live.url;
      found.repeats += 1;
      const what = amount === live.amount ? "the same request again" : "another amount under the same reference";
      if (!isRight)
        fail(
          "other",
          `${what}: ${live.gateway}`,
          schedule,
          `gives ${outcome.kind} ${link?.url}, not ${live.url}: ${outcome.hint}`,
        );
    }
  };

  const judge = (schedule, reference) => {
    const live = liveLinks(reference);
    if (live.length > 1) {
      const isUnique = live.every(({ gateway }) => TAKES_A_REFERENCE_ONCE.has(gateway));
      const where = live.map(({ gateway, url }) => `${gateway} ${url}`).join(" and ");
      fail(isUnique ? "second" : "secondAtScan", `a second link: ${schedule.keys.join(", ")}`, schedule, where);
    }
    for (const { told, made } of schedule.calls) {
      const lie = told.find(({ gateway, outcome }) => outcome !== "unknown" && made.includes(gateway));
      if (!lie) continue;
      fail(
        "falselyRefused",
        `${lie.outcome}, ${lie.kind}: ${lie.gateway}`,
        schedule,
        `${lie.gateway} made the link by this call`,
      );
    }
  };

  for (; scheduleNumber < target; scheduleNumber += 1) {
    const keys = random.pick(ROUTES);
    const reference = `R-${scheduleNumber}`;
    const amount = random.pick([50_000, 190_000]);
    const takesOnce = keys.every((key) => TAKES_A_REFERENCE_ONCE.has(key));
    const isConcurrent = keys.length === 1 && takesOnce && random.chance(0.3);
    // Where a reference can be taken twice, a network that doubles a request makes two links whatever anybody does.
    const fates = takesOnce ? FATES : FATES.filter(([, fate]) => !fate.startsWith("doubled"));
    const schedule = { keys, late: [], trail: [], calls: [], fates, isConcurrent };
    world.schedule = schedule;
    world.clock.nowMs += random.below(600_000);
    for (const model of Object.values(world.models)) model.reset?.();
    if (isConcurrent) {
      const other = random.chance(0.2) ? 75_000 : amount;
      await Promise.all([
        createByRules(callers[0], schedule, { keys, reference, amount }),
        createByRules(callers[1], schedule, { keys, reference, amount: other }),
      ]);
    } else {
      await createByRules(callers[0], schedule, { keys, reference, amount });
      // Another process tries the same later, or something else under the same reference.
      if (keys.length === 1 && takesOnce && random.chance(0.2)) {
        const other = random.chance(0.3) ? 75_000 : amount;
        await createByRules(callers[1], schedule, { keys, reference, amount: other });
      }
    }
    while (schedule.late.length > 0) schedule.late.shift()();
    if (random.chance(0.15)) await askAgain(schedule, reference);
    judge(schedule, reference);
  }

  const must = (figure, cases, count) => ({ figure, cases, expected: 0, found: count, holds: count === 0 });
  return {
    rows: [
      must("second live links, where a reference is taken once", target, found.second),
      must("second live links, with a gateway that takes it twice", target, found.secondAtScan),
      must("false refused or not_sent", found.calls, found.falselyRefused),
      must("false ok", found.ok, found.falselyOk),
      must("repeats that give another answer than the link", found.repeats, found.other),
      must("errors without an outcome", found.calls, found.untyped),
      { figure: "calls that end in unknown", cases: found.calls, expected: "-", found: found.unknown },
    ],
    failures,
  };
};
