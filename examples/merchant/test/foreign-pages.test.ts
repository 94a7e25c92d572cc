// A create that was carried out, and answered by something on the way: no route may make a second link.
import { createPaymentLinks, idr } from "@tautan/core";
import { createTransport, type HttpRequest, type Transport } from "@tautan/driver-kit";
import { createMidtransDriver } from "@tautan/driver-midtrans";
import { createSingapayDriver } from "@tautan/driver-singapay";
import { createXfersDriver } from "@tautan/driver-xfers";
import { createSandbox, type Sandbox } from "@tautan/sandbox";
import { ok } from "neverthrow";
import { expect, onTestFinished, test } from "vitest";

const order = {
  reference: "PAGE-1",
  title: "Concert, day 1",
  amount: idr(190_000),
  customer: { name: "Sari", email: "sari@example.test", phone: "+628110000001" },
  omitIfUnsupported: ["customer"],
} as const;

const STATUSES = [
  400, 401, 402, 403, 404, 405, 406, 407, 408, 409, 410, 411, 412, 413, 414, 415, 416, 417, 421, 422, 423, 425, 426,
  428, 429, 431, 451,
];

/** A network that brings every request, and puts a page in place of the answer to the first create. */
const behindAProxy = (status: number): Transport & { readonly creates: HttpRequest[] } => {
  const transport = createTransport({ maxRetries: 0 });
  const creates: HttpRequest[] = [];
  return {
    creates,
    send: async (request) => {
      const reply = await transport.send(request);
      if (request.purpose !== "create") return reply;
      creates.push(request);
      if (creates.length > 1) return reply;
      return ok({ status, header: () => "text/html", text: "<!doctype html><html><h1>Request blocked</h1></html>" });
    },
  };
};

const driversOf = ({ midtrans, xfers, singapay }: Sandbox, transport: Transport) => {
  const { signingSecret, ...keys } = xfers.credentials;
  const common = { environment: "sandbox", transport } as const;
  return {
    midtrans: createMidtransDriver({ ...common, baseUrl: midtrans.url, ...midtrans.credentials }),
    xfers: createXfersDriver({
      ...common,
      baseUrl: `${xfers.url}/api/v4`,
      ...keys,
      signingSecrets: [signingSecret],
    }),
    singapay: createSingapayDriver({ ...common, baseUrl: singapay.url, ...singapay.credentials }),
  };
};

test.each([
  ["midtrans", "singapay"],
  ["singapay", "midtrans"],
  ["xfers", "midtrans"],
] as const)("%s: whatever status the page has, there is one link, and %s is not asked", async (first, second) => {
  const sandbox = await createSandbox();
  onTestFinished(() => sandbox.close());
  for (const status of STATUSES) {
    const transport = behindAProxy(status);
    const spare = createTransport();
    const asked: string[] = [];
    const watching: Transport = {
      send: (request) => {
        asked.push(request.url);
        return spare.send(request);
      },
    };
    const links = createPaymentLinks({
      default: first,
      gateways: {
        [first]: driversOf(sandbox, transport)[first],
        [second]: driversOf(sandbox, watching)[second],
      },
      route: [{ gateways: [first, second] }],
    });
    const created = await links.create({ ...order, reference: `PAGE-${status}` });
    expect([status, created._unsafeUnwrap().gateway]).toEqual([status, first]);
    expect(asked).toEqual([]);
    // Xfers answers the identical request with the first link; the others are asked for it.
    expect(new Set(transport.creates.map((each) => each.body)).size).toBe(1);
    expect(transport.creates).toHaveLength(first === "xfers" ? 2 : 1);
  }
});
