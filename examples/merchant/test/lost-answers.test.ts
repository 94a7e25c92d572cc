// Links whose answers never came, at the sandbox.
import { createPaymentLinks, idr } from "@tautan/core";
import { createTransport, type HttpRequest, type Transport } from "@tautan/driver-kit";
import { createXfersDriver } from "@tautan/driver-xfers";
import { createSandbox } from "@tautan/sandbox";
import { err } from "neverthrow";
import { expect, onTestFinished, test } from "vitest";

const order = {
  reference: "LOST-1",
  title: "Concert, day 1",
  amount: idr(190_000),
  customer: { name: "Sari", email: "sari@example.test", phone: "+628110000001" },
} as const;

/** A network that brings every request and loses the answers to the first few that create something. */
const losing = (answers: number): Transport & { readonly creates: HttpRequest[] } => {
  const transport = createTransport();
  const creates: HttpRequest[] = [];
  return {
    creates,
    send: async (request) => {
      const reply = await transport.send(request);
      if (request.method !== "POST") return reply;
      creates.push(request);
      return creates.length <= answers ? err({ reason: "broken", sent: true }) : reply;
    },
  };
};

const openXfers = async (answers: number) => {
  const sandbox = await createSandbox();
  onTestFinished(() => sandbox.close());
  const { signingSecret, ...keys } = sandbox.xfers.credentials;
  const transport = losing(answers);
  const xfers = createXfersDriver({
    environment: "sandbox",
    baseUrl: `${sandbox.xfers.url}/api/v4`,
    ...keys,
    signingSecrets: [signingSecret],
    transport,
  });
  return { sandbox, transport, links: createPaymentLinks({ default: "xfers", gateways: { xfers } }) };
};

test("Xfers: the identical request, sent once more, gives the one link that the first made", async () => {
  const { sandbox, transport, links } = await openXfers(1);
  const link = (await links.create(order))._unsafeUnwrap();
  expect(transport.creates.map((each) => each.body)).toEqual(Array(2).fill(transport.creates[0]?.body));
  const payment = await sandbox.pay(link.url);
  expect(`xfers:${payment.id}`).toBe(link.id);
  expect((await links.get(link.id))._unsafeUnwrap()).toMatchObject({ status: "exhausted", reference: "LOST-1" });
});

test("Xfers: where that answer is lost too, the outcome is unknown and there is no third request", async () => {
  const { transport, links } = await openXfers(2);
  expect((await links.create(order))._unsafeUnwrapErr()).toMatchObject({ kind: "network", outcome: "unknown" });
  expect(transport.creates).toHaveLength(2);
});
