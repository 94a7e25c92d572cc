import { createPaymentLinks, idr } from "@tautan/core";
import { createMemoryDriver } from "@tautan/driver-memory";

const gateway = createMemoryDriver({ deliverTo: () => new Response(null, { status: 200 }) });
const links = createPaymentLinks({ default: "shop", gateways: { shop: gateway } });

gateway.simulate.failNext("create", "lost_answer");
const created = await links.create({ reference: "INV-001", amount: idr(190_000) });
console.log(created.isOk(), gateway.calls); // true [ "create", "find" ]
gateway.expectLink("INV-001", { status: "active" }); // exactly one link

gateway.simulate.loseNextDelivery();
await gateway.simulate.pay("INV-001");
console.log(gateway.deliveries[0]?.answers); // []
await gateway.simulate.redeliver();
console.log(gateway.deliveries[0]?.answers); // [ 200 ]
