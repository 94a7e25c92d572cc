// `npm run example -- hono-edge`
import { startShop } from "./shop.ts";

const shop = await startShop({ port: Number(process.env["PORT"] ?? 4130) });
console.log(`The shop on workerd:    ${shop.url}
Payments and webhooks:  ${shop.sandbox.control.url}

Buy a ticket, pay on the page of the simulated Midtrans, and load the order again. Ctrl-C ends both.`);

for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
  process.once(signal, () => void shop.close().then(() => process.exit(0)));
}
