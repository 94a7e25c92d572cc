// A process that only reads webhooks: reports the packages of others that it loaded, first for webhooks of the documented form, then for those
// that lack a field. Usage: node --conditions=@tautan/source webhook-only.mjs '[{ "name": …, "options": …, "secret": … }]'
import { registerHooks } from "node:module";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";

const PACKAGES = resolve(import.meta.dirname, "../../packages");
const TARGET = "/webhooks";
const loaded = new Set();
registerHooks({
  load: (url, context, next) => {
    const name = url.match(/.*\/node_modules\/((?:@[^/]+\/)?[^/]+)\//)?.[1];
    if (name !== undefined && !name.startsWith("@tautan/")) loaded.add(name);
    return next(url, context);
  },
});

const importFrom = (path) => import(pathToFileURL(join(PACKAGES, path)).href);
const { createPaymentLinks } = await importFrom("core/src/index.ts");

const gateways = [];
for (const { name, options, secret } of JSON.parse(process.argv[2])) {
  const { webhookSamples } = await importFrom(`driver-${name}/src/testing.ts`);
  const [, create] = Object.entries(await importFrom(`driver-${name}/src/index.ts`)).find(([key]) =>
    /^create\w+Driver$/.test(key),
  );
  const links = createPaymentLinks({ default: name, gateways: { [name]: create(options) } });
  const atMs = Date.now();
  const linkId = webhookSamples.madeUpLinkId("INV-001");
  const subject = { reference: "INV-001", linkId, linkUrl: "https://pay.example.test/a", amount: "190000", atMs };
  const bodies = Object.values(webhookSamples.events).map((bodyOf) => bodyOf(subject));
  const parse = async (body) => {
    const signed = await webhookSamples.sign(JSON.stringify(body), { secret, target: TARGET, atMs });
    return links.parseWebhook(name, { method: "POST", url: `https://shop.example.test${TARGET}`, ...signed });
  };
  gateways.push({ bodies, parse });
}

let read = 0;
for (const { bodies, parse } of gateways) {
  for (const body of bodies) {
    const parsed = await parse(body);
    if (parsed.isOk()) read += 1;
    else console.error(parsed.error.message);
  }
}
const whileRead = [...loaded].sort();

/** A body once without each of its fields, at any depth. */
const incomplete = (body) =>
  Object.entries(body).flatMap(([key, value]) => [
    Object.fromEntries(Object.entries(body).filter(([other]) => other !== key)),
    ...(typeof value === "object" && value !== null && !Array.isArray(value)
      ? incomplete(value).map((inner) => ({ ...body, [key]: inner }))
      : []),
  ]);

let malformed = 0;
for (const { bodies, parse } of gateways) {
  for (const body of incomplete(bodies[0])) {
    const parsed = await parse(body);
    if (parsed.isErr() && parsed.error.kind === "malformed_webhook") malformed += 1;
  }
}
const sent = gateways.reduce((total, { bodies }) => total + bodies.length, 0);
console.log(JSON.stringify({ sent, read, whileRead, malformed, afterwards: [...loaded].sort() }));
