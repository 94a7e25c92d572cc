// docs.stripe.com/api
import type { Context, Hono } from "hono";
import {
  bearerOf,
  createKeyedReplies,
  createProviderApp,
  DAY_MS,
  hasBasicAuth,
  type JsonObject,
  type KeyedReplies,
  parseForm,
  type Records,
  RefusedAction,
  readForm,
  requireAuth,
} from "../simulator-kit/index.ts";
import type { StripeAccount } from "./account.ts";
import { API_VERSION, STRIPE_CREDENTIALS } from "./credentials.ts";
import type { StripeDisputes } from "./disputes.ts";
import { missing, refusal, STRIPE_ERRORS, StripeRefusal } from "./errors.ts";
import { expanded } from "./expand.ts";
import { newId } from "./ids.ts";
import { readLinkChange, readLinkRequest } from "./link-request.ts";
import type { StripeLinks } from "./links.ts";
import { pageOf, readCreated, readListQuery } from "./lists.ts";
import type { StripeCharge } from "./model.ts";
import { changedMetadata, type Params, readParams } from "./params.ts";
import type { StripePayments } from "./payments.ts";
import { readPriceRequest } from "./price-request.ts";
import type { StripeRefunds } from "./refunds.ts";
import { listOf } from "./resources.ts";

/** Carries out a request whose parameters are right. It must not wait. */
type Work = () => JsonObject;

/** The parts that the routes use. */
interface StripeApi {
  readonly account: StripeAccount;
  readonly links: StripeLinks;
  readonly payments: StripePayments;
  readonly refunds: StripeRefunds;
  readonly disputes: StripeDisputes;
}

// "API keys ... Bearer", docs.stripe.com/api/authentication; Basic with the key as the user, too.
const isAllowed = (request: Request): boolean =>
  bearerOf(request) === STRIPE_CREDENTIALS.secretKey || hasBasicAuth(request, STRIPE_CREDENTIALS.secretKey, "");

const KEY_PROBLEMS = {
  in_progress: [
    409,
    "idempotency_key_in_use",
    "There is currently another in-progress request using this Idempotency Key. Try again later.",
  ],
  other_request: [
    400,
    undefined,
    "Keys for idempotent requests can only be used with the same parameters they were first used with. Try using a key other than the one sent if you meant to execute a different request.",
  ],
} as const;

/** Forms in, JSON out, under /v1. `replies` can store a 500 that a fault sent. */
export const createStripeApi = (api: StripeApi): { readonly app: Hono; readonly replies: KeyedReplies } => {
  const { account, links, payments, refunds, disputes } = api;
  const { store, show, context } = account;
  const app = createProviderApp(STRIPE_ERRORS.answers);
  const requestIds = context.random.fork("request ids");

  // docs.stripe.com/error-low-level: parameters that fail validation, a missing key and a collision are not stored; the
  // result of what was begun is, whatever it is.
  const replies = createKeyedReplies({
    header: "Idempotency-Key",
    collection: context.state.collection("stripeReplies"),
    clock: context.clock,
    keptMs: DAY_MS,
    replayedHeader: ["Idempotent-Replayed", "true"],
    isKept: ({ status, headers }) => status < 500 && headers.get(BEGUN) !== null,
    refuse(call, problem) {
      const [status, code, message] = KEY_PROBLEMS[problem];
      return refusal(call, { status, type: "idempotency_error", ...(code !== undefined && { code }), message });
    },
  });

  app.use("/v1/*", async (call, next) => {
    await next();
    call.res.headers.delete(BEGUN);
    call.header("Request-Id", newId(requestIds, "req"));
    call.header("Stripe-Version", call.req.header("stripe-version") ?? API_VERSION);
    const key = call.req.header("idempotency-key");
    if (key !== undefined) call.header("Idempotency-Key", key);
  });
  app.use(
    "/v1/*",
    requireAuth(isAllowed, (call) => {
      const sent = bearerOf(call.req.raw);
      return STRIPE_ERRORS.refuse(
        call,
        401,
        sent === undefined
          ? "You did not provide an API key. You need to provide your API key in the Authorization header, using Bearer auth (e.g. 'Authorization: Bearer YOUR_SECRET_KEY')."
          : "Invalid API Key provided: it is not the sandbox's.",
      );
    }),
    async (call, next) => {
      const version = call.req.header("stripe-version");
      if (version !== undefined && !/^\d{4}-\d{2}-\d{2}(\.[a-z]+)?$/.test(version)) {
        return refusal(call, { status: 400, message: `Invalid Stripe API version: ${version}` });
      }
      const key = call.req.header("idempotency-key");
      if (key === undefined || key.length <= 255) return next();
      return refusal(call, {
        status: 400,
        type: "idempotency_error",
        message: "Idempotency keys must be at most 255 characters long.",
      });
    },
    replies.middleware,
  );

  /** Answers with an object, or with what is wrong. `read` asks for all parameters, and `work` is what then happens. */
  const answer = (
    call: Context,
    fields: JsonObject | undefined,
    read: (params: Params) => Work,
    expandable?: RegExp,
  ): Response => {
    if (fields === undefined) return refusal(call, { status: 400, message: "Invalid request body." });
    const { params, problem } = readParams(fields);
    const expand = params.texts("expand") ?? [];
    // Before anything is done; a read has nothing to undo.
    const stranger = expandable === undefined ? undefined : expand.find((path) => !expandable.test(path));
    if (stranger !== undefined) {
      params.refuse("expand", { message: `This property cannot be expanded (${stranger}).` });
    }
    const work = read(params);
    const wrong = problem();
    if (wrong !== undefined) return refusal(call, wrong);
    const cause = { id: null, idempotency_key: call.req.header("idempotency-key") ?? null };
    try {
      const object = account.events.causedBy(cause, work);
      return begun(call.json(expanded(account, object, expand)));
    } catch (error) {
      if (error instanceof RefusedAction) return begun(refusal(call, { status: 400, message: error.message }));
      if (!(error instanceof StripeRefusal)) throw error;
      const reply = refusal(call, error.error);
      // An error that names a parameter is validation, wherever it was found.
      return error.error.param === undefined ? begun(reply) : reply;
    }
  };

  const get = (path: string, read: (params: Params, id: string) => Work): void => {
    app.get(path, (call) =>
      answer(call, parseForm(new URL(call.req.url).search.slice(1)), (params) =>
        read(params, call.req.param("id") ?? ""),
      ),
    );
  };
  const post = (path: string, expandable: RegExp, read: (params: Params, id: string) => Work): void => {
    app.post(path, async (call) =>
      answer(call, await readForm(call), (params) => read(params, call.req.param("id") ?? ""), expandable),
    );
  };

  /** The list and the reading of one kind of object. */
  const readable = <Item extends { readonly id: string }>(
    path: string,
    kind: string,
    records: Pick<Records<Item>, "all" | "get">,
    asObject: (item: Item) => JsonObject,
    readFilter: (params: Params) => (item: Item) => boolean,
  ): void => {
    get(path, (params) => {
      const query = readListQuery(params);
      const filter = readFilter(params);
      return () => {
        const { items, hasMore } = pageOf(records.all().filter(filter).toReversed(), query, kind);
        return listOf(path, items.map(asObject), hasMore) as JsonObject;
      };
    });
    get(`${path}/:id`, (_params, id) => () => asObject(found(records, kind, id)));
  };

  post("/v1/prices", /^product$/, (params) => {
    const request = readPriceRequest(params);
    return () => show.price(links.createPrice(request));
  });
  readable("/v1/prices", "price", store.prices, show.price, (params) => {
    const [isActive, currency, product] = [params.flag("active"), params.text("currency"), params.text("product")];
    return (price) =>
      isActive !== !price.isActive &&
      [undefined, price.currency].includes(currency) &&
      [undefined, price.productId].includes(product);
  });
  readable("/v1/products", "product", store.products, show.product, (params) => {
    const isActive = params.flag("active");
    return (product) => isActive !== !product.isActive;
  });

  post("/v1/payment_links", EXPANDABLE_OF_LINKS, (params) => {
    const request = readLinkRequest(params);
    return () => show.link(links.create(request));
  });
  readable("/v1/payment_links", "payment link", store.links, show.link, (params) => {
    const isActive = params.flag("active");
    return (link) => isActive !== !link.isActive;
  });
  post("/v1/payment_links/:id", EXPANDABLE_OF_LINKS, (params, id) => {
    const change = readLinkChange(params);
    return () => {
      const link = found(store.links, "payment link", id);
      links.update(link, change);
      return show.link(link);
    };
  });
  get("/v1/payment_links/:id/line_items", (params, id) => {
    const query = readListQuery(params);
    return () => {
      const { items } = found(store.links, "payment link", id);
      const page = pageOf(items, query, "line item");
      return listOf(`/v1/payment_links/${id}/line_items`, show.lineItems(page.items, null), page.hasMore) as JsonObject;
    };
  });

  readable("/v1/checkout/sessions", "checkout.session", store.sessions, show.session, (params) => {
    const link = params.text("payment_link");
    const intent = params.text("payment_intent");
    const status = params.text("status", { oneOf: ["open", "complete", "expired"] });
    const customer = params.text("customer");
    const email = params.object("customer_details")?.text("email", { required: true });
    const isCreatedThen = readCreated(params);
    return (session) =>
      [undefined, session.linkId].includes(link) &&
      (intent === undefined || session.intentId === intent) &&
      (status === undefined || session.status === status) &&
      (customer === undefined || session.customerId === customer) &&
      (email === undefined || session.payer?.email === email) &&
      isCreatedThen(session.createdAtMs);
  });
  get("/v1/checkout/sessions/:id/line_items", (params, id) => {
    const query = readListQuery(params);
    return () => {
      const { items, chosenAmount } = found(store.sessions, "checkout.session", id);
      const page = pageOf(items, query, "line item");
      const url = `/v1/checkout/sessions/${id}/line_items`;
      return listOf(url, show.lineItems(page.items, chosenAmount), page.hasMore) as JsonObject;
    };
  });
  post("/v1/checkout/sessions/:id/expire", /^(line_items|payment_link|payment_intent)$/, (_params, id) => () => {
    const session = found(store.sessions, "checkout.session", id);
    if (session.status !== "open") {
      const message = `Only Checkout Sessions with a status in ["open"] can be expired. This Checkout Session has a status of ${session.status}.`;
      throw new StripeRefusal({ status: 400, message });
    }
    void payments.expire(session);
    return show.session(session);
  });

  readable("/v1/payment_intents", "payment_intent", store.intents, show.intent, (params) => {
    const isCreatedThen = readCreated(params);
    return ({ createdAtMs }) => isCreatedThen(createdAtMs);
  });
  readable("/v1/charges", "charge", store.charges, show.charge, (params) => {
    const intent = params.text("payment_intent");
    const isCreatedThen = readCreated(params);
    return (charge) => [undefined, charge.intentId].includes(intent) && isCreatedThen(charge.createdAtMs);
  });

  post("/v1/refunds", /^(charge|payment_intent)$/, (params) => {
    const [charge, intent] = [params.text("charge"), params.text("payment_intent")];
    if (charge === undefined && intent === undefined) {
      params.refuse("charge", {
        code: "parameter_missing",
        message: "One of the following params should be provided for this request: payment_intent or charge.",
      });
    }
    params.unsimulated(
      "customer",
      "currency",
      "origin",
      "instructions_email",
      "refund_application_fee",
      "reverse_transfer",
    );
    const request = {
      amount: params.integer("amount", { min: 1 }),
      reason: params.text("reason", { oneOf: ["duplicate", "fraudulent", "requested_by_customer"] }) ?? null,
      metadata: params.metadata("metadata") || {},
    };
    return () => {
      const { refund, notified } = refunds.create(chargeToRefund(account, charge, intent), request);
      void notified;
      return show.refund(refund);
    };
  });
  readable("/v1/refunds", "refund", store.refunds, show.refund, (params) => {
    const [charge, intent] = [params.text("charge"), params.text("payment_intent")];
    const isCreatedThen = readCreated(params);
    return (refund) =>
      [undefined, refund.chargeId].includes(charge) &&
      [undefined, refund.intentId].includes(intent) &&
      isCreatedThen(refund.createdAtMs);
  });

  readable("/v1/disputes", "dispute", store.disputes, show.dispute, (params) => {
    const [charge, intent] = [params.text("charge"), params.text("payment_intent")];
    const isCreatedThen = readCreated(params);
    return (dispute) =>
      [undefined, dispute.chargeId].includes(charge) &&
      [undefined, dispute.intentId].includes(intent) &&
      isCreatedThen(dispute.createdAtMs);
  });
  post("/v1/disputes/:id", /^(charge|payment_intent)$/, (params, id) => {
    const evidence = params.object("evidence")?.text("uncategorized_text") ?? null;
    const isSubmitted = params.flag("submit") ?? true;
    const metadata = params.metadata("metadata");
    return () => {
      const dispute = found(store.disputes, "dispute", id);
      const changed = changedMetadata(dispute.metadata, metadata);
      if (dispute.status === "won" || dispute.status === "lost") {
        throw new StripeRefusal({ status: 400, message: `This dispute is already closed: it is ${dispute.status}.` });
      }
      dispute.metadata = changed as typeof dispute.metadata;
      void disputes.respond(dispute, evidence, evidence !== null && isSubmitted);
      return show.dispute(dispute);
    };
  });
  post("/v1/disputes/:id/close", /^(charge|payment_intent)$/, (_params, id) => () => {
    const dispute = found(store.disputes, "dispute", id);
    if (dispute.status === "won" || dispute.status === "lost") {
      throw new StripeRefusal({ status: 400, message: `This dispute is already closed: it is ${dispute.status}.` });
    }
    void disputes.close(dispute, "lost");
    return show.dispute(dispute);
  });

  readable(
    "/v1/events",
    "event",
    store.events,
    ({ body }) => JSON.parse(body) as JsonObject,
    (params) => {
      const type = params.text("type");
      const isCreatedThen = readCreated(params);
      return (event) => [undefined, event.type].includes(type) && isCreatedThen(event.createdAtMs);
    },
  );
  return { app, replies };
};

const EXPANDABLE_OF_LINKS = /^line_items(\.data(\.price(\.product)?)?)?$/;

/** Marks the reply of a request whose execution began. It does not leave the server. */
const BEGUN = "X-Begun";

const begun = (reply: Response): Response => {
  reply.headers.set(BEGUN, "1");
  return reply;
};

const found = <Item>(records: Pick<Records<Item>, "get">, kind: string, id: string): Item => {
  const item = records.get(id);
  if (item === undefined) throw new StripeRefusal(missing(kind, id));
  return item;
};

const chargeToRefund = (
  { store }: StripeAccount,
  id: string | undefined,
  intentId: string | undefined,
): StripeCharge => {
  if (intentId !== undefined) {
    const intent = store.intents.get(intentId);
    if (intent === undefined) throw new StripeRefusal(missing("payment_intent", intentId, "payment_intent"));
    const charge = intent.status === "succeeded" ? store.charges.get(intent.chargeId ?? "") : undefined;
    if (charge !== undefined && (id === undefined || id === charge.id)) return charge;
    const message = `This PaymentIntent (${intentId}) does not have a successful charge to refund.`;
    throw new StripeRefusal({ status: 400, code: "payment_intent_unexpected_state", message, param: "payment_intent" });
  }
  const charge = store.charges.get(id ?? "");
  if (charge === undefined) throw new StripeRefusal(missing("charge", id ?? "", "charge"));
  return charge;
};
