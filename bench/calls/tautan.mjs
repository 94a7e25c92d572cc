// The drivers: how each is created, and what is asked of it.

import { createPaymentLinks, idr, money } from "../../packages/core/dist/index.js";
import { createTransport, withRetries } from "../../packages/driver-kit/dist/index.js";
import { createMidtransDriver } from "../../packages/driver-midtrans/dist/index.js";
import { createSingapayDriver } from "../../packages/driver-singapay/dist/index.js";
import { createStripeDriver } from "../../packages/driver-stripe/dist/index.js";
import { createXenditDriver } from "../../packages/driver-xendit/dist/index.js";
import { createXfersDriver } from "../../packages/driver-xfers/dist/index.js";
import { createSandbox } from "../../packages/sandbox/dist/index.js";
import { referenceOf } from "./reference.mjs";

const customer = { name: "Budi", email: "budi@example.com", phone: "+628123456789" };
const expiresAt = "2031-01-01T00:00:00.000Z";
const amount = idr(150_000);
const items = [{ id: "a1", name: "Paket", quantity: 1, unitPrice: amount }];

/** By name: the driver's options of the sandbox's credentials, and the request of a create without its reference. */
export const DRIVERS = {
  midtrans: {
    createDriver: createMidtransDriver,
    optionsOf: ({ serverKey }) => ({ serverKey }),
    request: { amount, customer, items, expiresAt, title: "Paket" },
  },
  xfers: {
    basePath: "/api/v4",
    createDriver: createXfersDriver,
    optionsOf: ({ apiKey, secretKey, signingSecret }) => ({ apiKey, secretKey, signingSecrets: [signingSecret] }),
    request: { amount, customer, expiresAt, title: "Paket" },
  },
  singapay: {
    createDriver: createSingapayDriver,
    optionsOf: ({ clientId, clientSecret, apiKey, accountId }) => ({ clientId, clientSecret, apiKey, accountId }),
    request: { amount, expiresAt, title: "Paket", items: [{ name: "Paket", quantity: 1, unitPrice: amount }] },
  },
  xendit: {
    createDriver: createXenditDriver,
    optionsOf: ({ secretKey, webhookToken }) => ({ secretKey, webhookTokens: [webhookToken] }),
    request: { amount, customer, items, expiresAt, title: "Paket" },
  },
  stripe: {
    createDriver: createStripeDriver,
    optionsOf: ({ secretKey }) => ({ secretKey }),
    request: { amount: money("150", "USD"), title: "Paket", metadata: { order: "a1" } },
  },
};

export const createLinks = (name, { url, credentials }, more, core) => {
  const { basePath = "", createDriver, optionsOf } = DRIVERS[name];
  const driver = createDriver({ environment: "sandbox", baseUrl: url + basePath, ...optionsOf(credentials), ...more });
  return createPaymentLinks({ default: name, gateways: { [name]: driver }, ...core });
};

export const valueOf = async (operation) => {
  const result = await operation;
  if (result.isErr()) throw new Error(`${result.error.operation}: ${result.error.message}`);
  return result.value;
};

/** The sandbox's replies to one create and one get, by method and path, and how many requests each takes later. */
export const recordedReplies = async (name) => {
  // An hour ahead: a link that seems older than its request would be read once more.
  const clock = { now: () => Date.now() + 3_600_000 };
  const sandbox = await createSandbox({ gateways: [name], clock });
  const replies = new Map();
  let requests = 0;
  const transport = withRetries(createTransport());
  const recording = {
    send: async (request) => {
      const sent = await transport.send(request);
      const { status, header, text } = sent._unsafeUnwrap();
      const headers = ["content-type", "request-id"].map((each) => [each, header(each)]).filter(([, value]) => value);
      const { pathname, search } = new URL(request.url);
      requests += request.purpose === "token" ? 0 : 1;
      replies.set(`${request.method} ${pathname}${search}`, {
        status,
        headers: Object.fromEntries(headers),
        body: text,
      });
      return sent;
    },
  };
  const links = createLinks(name, sandbox[name], { transport: recording }, { clock });
  const { id } = await valueOf(links.create({ ...DRIVERS[name].request, reference: referenceOf(0) }));
  const createRequests = requests;
  await valueOf(links.get(id));
  await sandbox.close();
  const { credentials } = sandbox[name];
  return {
    id,
    credentials,
    replies: [...replies],
    requests: { create: createRequests, get: requests - createRequests },
  };
};
