import type { Context, Hono } from "hono";
import {
  createInputReader,
  createProviderApp,
  hasBasicAuth,
  isProblems,
  type JsonObject,
  readJson,
  requireAuth,
  sentencesOf,
} from "../simulator-kit/index.ts";
import { readLinkAttributes } from "./create-request.ts";
import { invalid, jsonApi, XFERS_ERRORS } from "./errors.ts";
import { linkResource, statusOf, type XfersLink, type XfersLinks } from "./links.ts";

/** The state of the API. */
interface XfersApi {
  readonly apiKey: string;
  readonly secretKey: string;
  readonly links: XfersLinks;
  readonly now: () => number;
  readonly payUrl: (link: XfersLink) => string;
  readonly callBack: (link: XfersLink) => Promise<void>;
}

const { refuse, answers } = XFERS_ERRORS;

const ROOT = "/api/v4/payment_links";
const ACTIONS = ["cancel", "receive_payment", "settle"] as const;
type Action = (typeof ACTIONS)[number];

/** The payment link endpoints of Indonesia, with the sandbox-only tasks. */
export const createXfersApp = (api: XfersApi): Hono => {
  const app = createProviderApp(answers);
  app.use(
    "/api/*",
    requireAuth(
      (request) => hasBasicAuth(request, api.apiKey, api.secretKey),
      (context) => refuse(context, 401, "The API key or the secret key is wrong"),
    ),
  );
  app.post(ROOT, (context) => createLink(context, api));
  app.get(`${ROOT}/:id`, (context) => {
    const link = api.links.get(context.req.param("id"));
    return link === undefined ? unknownLink(context) : showLink(context, api, link, 200);
  });
  app.post(`${ROOT}/:id/tasks`, (context) => runTask(context, api));
  return app;
};

const createLink = async (context: Context, api: XfersApi): Promise<Response> => {
  const body = await readJson(context);
  if (body === undefined) return malformed(context);
  const { referenceId } = attributesIn(body);
  const earlier = typeof referenceId === "string" ? api.links.by("referenceId", referenceId) : undefined;
  // docs.fazz.com, v4-ID, Idempotent requests: a known referenceId does not change the first result. The other
  // fields are not compared: the page has no such rule.
  if (earlier !== undefined) return showLink(context, api, earlier, 201);
  const attributes = readLinkAttributes(body, api.now());
  if (isProblems(attributes)) return invalid(context, ...sentencesOf(attributes));
  return showLink(context, api, api.links.add(attributes, api.now()), 201);
};

const runTask = async (context: Context, api: XfersApi): Promise<Response> => {
  const link = api.links.get(context.req.param("id") ?? "");
  if (link === undefined) return unknownLink(context);
  const body = await readJson(context);
  if (body === undefined) return malformed(context);
  const reader = createInputReader();
  const action = reader.text("action", attributesIn(body)["action"], { required: true, oneOf: ACTIONS }) as
    | Action
    | undefined;
  if (action === undefined) return invalid(context, ...sentencesOf(reader.problems));
  const status = statusOf(link, api.now());
  const expected = action === "settle" ? "paid" : "pending";
  if (status !== expected) {
    return invalid(context, `The payment link is ${status}; ${action} needs it to be ${expected}`);
  }
  if (action === "cancel") {
    link.storedStatus = "cancelled";
    api.links.put(link);
  } else {
    link.storedStatus = action === "settle" ? "completed" : "paid";
    if (action === "receive_payment") link.paidAtMs = api.now();
    void api.callBack(link);
  }
  const attributes = { targetId: link.id, targetType: "payment_link", action };
  return jsonApi(context, { data: { type: "task", attributes } }, 201);
};

const attributesIn = (body: JsonObject): JsonObject => {
  const reader = createInputReader();
  const data = reader.record("data", body["data"]) ?? {};
  return reader.record("data.attributes", data["attributes"]) ?? {};
};

const showLink = (context: Context, api: XfersApi, link: XfersLink, status: 200 | 201): Response =>
  jsonApi(context, linkResource(link, api.payUrl(link), api.now()), status);

const unknownLink = (context: Context): Response => refuse(context, 404, "There is no payment link with this id");

const malformed = (context: Context): Response => invalid(context, "The request body is not a JSON object");
