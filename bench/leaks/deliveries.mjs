// Deliveries of every driver, each of another payment: genuine, with a wrong signature, and of a wrong form; as text, bytes and Requests.
import { GATEWAYS, NOW_MS, prepareDeliveries, requestOf, SECRET } from "../deliveries.mjs";

const FORMS = [(delivery) => delivery, (delivery) => ({ ...delivery, body: Buffer.from(delivery.body) }), requestOf];

/** Of ten deliveries, the one that is refused for its signature, and the one that is refused for its form. */
const [FORGED, MALFORMED] = [3, 7];

const signed = async (samples, gateway, number) => {
  const reference = `INV-${number}`;
  const linkId = samples.madeUpLinkId(reference);
  const events = Object.values(samples.events);
  const event = events[number % events.length];
  const body = JSON.stringify(event({ reference, linkId, amount: "190000", atMs: NOW_MS - (number % 60_000) }));
  const url = `/webhooks/${gateway}`;
  const secret = number % 10 === FORGED ? `${SECRET}-of-somebody-else` : SECRET;
  return { method: "POST", url, ...(await samples.sign(body, { secret, target: url, atMs: NOW_MS })) };
};

/** Returns a function that delivers so many webhooks, in order. */
export const prepareDeliveryWork = async () => {
  const { links } = await prepareDeliveries();
  const samples = Object.fromEntries(
    await Promise.all(
      GATEWAYS.map(async (name) => [
        name,
        (await import(`../../packages/driver-${name}/dist/testing.js`)).webhookSamples,
      ]),
    ),
  );
  let number = 0;
  return async (count) => {
    for (const end = number + count; number < end; number += 1) {
      const gateway = GATEWAYS[number % GATEWAYS.length];
      const delivery = await signed(samples[gateway], gateway, number);
      if (number % 10 === MALFORMED) delivery.body = delivery.body.slice(0, -1);
      const parsed = await links.parseWebhook(gateway, FORMS[number % FORMS.length](delivery));
      const isGenuine = number % 10 !== FORGED && number % 10 !== MALFORMED;
      if (parsed.isOk() !== isGenuine) {
        throw new Error(`${gateway}, delivery ${number}: ${parsed.isOk() ? "accepted" : parsed.error.message}`);
      }
    }
  };
};
