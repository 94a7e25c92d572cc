import {
  bearerOf,
  createErrors,
  createInputReader,
  createProviderApp,
  DAY_MS,
  hasBasicAuth,
  type InputReader,
  type JsonObject,
  type Problem,
  type ProviderDefinition,
  pageByCursor,
  RefusedAction,
  readForm,
  replayByKey,
  requireAuth,
  SECOND_MS,
  type SimulatorContext,
  wholeNumberIn,
} from "@tautan/sandbox/simulator-kit";
import type { Context, Hono } from "hono";
import { acmeKey } from "./account.ts";
import { type AcmeLinks, type Item, type NewLink, STATUSES } from "./links.ts";

export const envelope: ProviderDefinition["errorBody"] = (_path, status, message) => ({
  contentType: "application/json",
  body: { error: { type: status < 500 ? "invalid_request_error" : "api_error", message } },
});

const { refuse, answers } = createErrors(envelope, {
  tooLarge: "The request is too large.",
  notFound: "Unrecognized request URL.",
  crashed: "Something went wrong.",
});

const invalid = (call: Context, { path, message }: Problem): Response =>
  call.json({ error: { type: "invalid_request_error", message: `${path} ${message}`, param: path } }, 400);

const KEY_PROBLEMS = {
  in_progress: [409, "A request with this key is in progress."],
  other_request: [400, "This key was used with another request."],
} as const;

const TAKEN_REFERENCE = { path: "reference", message: "has been used" };

/** Links and refunds under /v1: forms in, JSON out. */
export const createAcmeApp = ({ state, clock }: SimulatorContext, links: AcmeLinks): Hono => {
  const app = createProviderApp(answers);
  const isAllowed = (request: Request): boolean => bearerOf(request) === acmeKey || hasBasicAuth(request, acmeKey, "");
  app.use(
    "/v1/*",
    requireAuth(isAllowed, (call) => refuse(call, 401, "Invalid API key provided.")),
    replayByKey({
      header: "Idempotency-Key",
      collection: state.collection("acmeReplies"),
      clock,
      keptMs: DAY_MS,
      isKept: ({ status }) => status !== 400,
      refuse(call, problem) {
        const [status, message] = KEY_PROBLEMS[problem];
        return call.json({ error: { type: "idempotency_error", message } }, status);
      },
    }),
  );

  app.post("/v1/payment_links", async (call) => {
    const fields = await readForm(call);
    if (fields === undefined) return refuse(call, 400, "Invalid request body.");
    const request = readLink(fields, clock.now());
    if ("path" in request) return invalid(call, request);
    if (links.by("reference", request.reference)) return invalid(call, TAKEN_REFERENCE);
    return call.json(links.resource(links.create(request)));
  });

  app.get("/v1/payment_links", (call) => {
    const { status, limit, starting_after: after } = call.req.query();
    const reader = createInputReader();
    reader.text("status", status, { oneOf: STATUSES });
    const count = reader.integer("limit", wholeNumberIn(limit), { min: 1, max: 100 }) ?? 10;
    const found = links.all().filter((link) => status === undefined || link.status === status);
    const page = pageByCursor(found.toReversed(), ({ id }) => id, { limit: count, after });
    const [problem] = reader.problems;
    if (problem !== undefined) return invalid(call, problem);
    if (page === undefined) return invalid(call, { path: "starting_after", message: "is not in this list" });
    return call.json({ object: "list", has_more: page.hasMore, data: page.items.map(links.resource) });
  });

  app.get("/v1/payment_links/:id", (call) => {
    const link = links.get(call.req.param("id"));
    return link === undefined ? refuse(call, 404, "No such payment link.") : call.json(links.resource(link));
  });

  app.post("/v1/refunds", async (call) => {
    const reader = createInputReader();
    const fields = (await readForm(call)) ?? {};
    const link = links.get(reader.text("payment_link", fields["payment_link"], { required: true }) ?? "");
    const amount = reader.integer("amount", wholeNumberIn(fields["amount"]), { min: 1 });
    const [problem] = reader.problems;
    if (problem !== undefined) return invalid(call, problem);
    if (link === undefined) return refuse(call, 404, "No such payment link.");
    try {
      void links.refund(link, amount);
    } catch (error) {
      if (error instanceof RefusedAction) return refuse(call, 400, error.message);
      throw error;
    }
    return call.json({ object: "refund", status: "succeeded", payment_link: link.id });
  });
  return app;
};

/** Reads the fields of a create request, or what is wrong with it first. */
const readLink = (fields: JsonObject, nowMs: number): NewLink | Problem => {
  const reader = createInputReader();
  reader.text("currency", fields["currency"], { required: true, oneOf: ["eur"] });
  const expiry = { min: Math.ceil(nowMs / SECOND_MS) + 1, max: 99_999_999_999 };
  const expiresAt = reader.integer("expires_at", wholeNumberIn(fields["expires_at"]), expiry);
  const request = {
    reference: reader.text("reference", fields["reference"], { required: true, max: 40 }) ?? "",
    items: (reader.list("line_items", fields["line_items"], { required: true }) ?? []).map((item, index) =>
      readItem(reader, `line_items[${index}]`, item),
    ),
    metadata: reader.record("metadata", fields["metadata"]) ?? {},
    expiresAtMs: expiresAt === undefined ? nowMs + DAY_MS : expiresAt * SECOND_MS,
  };
  return reader.problems[0] ?? request;
};

const readItem = (reader: InputReader, path: string, value: unknown): Item => {
  const item = reader.record(path, value) ?? {};
  const price = reader.record(`${path}[price_data]`, item["price_data"], { required: true }) ?? {};
  const count = (name: string, sent: unknown, max: number): number =>
    reader.integer(path + name, wholeNumberIn(sent), { required: true, min: 1, max }) ?? 0;
  return {
    name: reader.text(`${path}[price_data][name]`, price["name"], { required: true, max: 100 }) ?? "",
    cents: count("[price_data][unit_amount]", price["unit_amount"], 99_999_999),
    quantity: count("[quantity]", item["quantity"], 100),
  };
};
