// A shop with three gateways, whose links are paid at the sandbox. The deliveries are signed as the gateways sign them.
import { copyFileSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { createPaymentLinks, idr, type PaymentLinks } from "@tautan/core";
import { createMidtransDriver } from "@tautan/driver-midtrans";
import { signMidtransNotification } from "@tautan/driver-midtrans/testing";
import { createSingapayDriver } from "@tautan/driver-singapay";
import { signSingapayWebhook } from "@tautan/driver-singapay/testing";
import { createXfersDriver } from "@tautan/driver-xfers";
import { signXfersCallback } from "@tautan/driver-xfers/testing";
import { createLedger, type Ledger, type SqliteTransaction, sqlite } from "@tautan/ledger";
import { createSandbox, type Sandbox } from "@tautan/sandbox";

export const GATEWAYS = ["midtrans", "xfers", "singapay"] as const;
export type GatewayKey = (typeof GATEWAYS)[number];

/** A delivery as it goes over the wire. */
export interface Delivery {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

interface Signing {
  /** The path and query at which the gateway calls. */
  readonly target: string;
  readonly atMs?: number;
}

export interface Shop {
  readonly links: PaymentLinks;
  readonly sandbox: Sandbox;
  /** The report that the link of this gateway was paid, or another one, signed anew. */
  sign(gateway: GatewayKey, signing: Signing): Promise<Delivery>;
  /** A ledger that knows the three links, in a database of its own. */
  openLedger(): Ledger<SqliteTransaction, undefined>;
  close(): Promise<void>;
}

const linksAt = (sandbox: Sandbox): PaymentLinks => {
  const { signingSecret, ...xfersKeys } = sandbox.xfers.credentials;
  return createPaymentLinks({
    default: "midtrans",
    gateways: {
      midtrans: createMidtransDriver({
        environment: "sandbox",
        baseUrl: sandbox.midtrans.url,
        ...sandbox.midtrans.credentials,
      }),
      xfers: createXfersDriver({
        environment: "sandbox",
        baseUrl: `${sandbox.xfers.url}/api/v4`,
        ...xfersKeys,
        signingSecrets: [signingSecret],
      }),
      singapay: createSingapayDriver({
        environment: "sandbox",
        baseUrl: sandbox.singapay.url,
        ...sandbox.singapay.credentials,
      }),
    },
  });
};

export const openShop = async (): Promise<Shop> => {
  const sandbox = await createSandbox();
  const folder = mkdtempSync(join(tmpdir(), "tautan-webhooks-"));
  const links: PaymentLinks = linksAt(sandbox);
  const template = join(folder, "template.db");
  const ledger = createLedger({ links, database: sqlite(template) });
  for (const gateway of GATEWAYS) {
    const request = { gateway, reference: `INV-${gateway}`, title: "Concert, day 1", amount: idr(190_000) };
    const customer = { name: "Sari Dewi", email: "sari@example.test", phone: "+628110000001" };
    const created = await ledger.create({ ...request, customer, omitIfUnsupported: ["customer"] });
    if (created.isErr()) throw new Error(`${created.error.message} ${created.error.hint}`);
    await sandbox.pay(created.value.url);
  }
  await ledger.end();

  const bodyOf = (gateway: GatewayKey): string => {
    const sent = sandbox.deliveries.findLast((each) => each.provider === gateway);
    if (!sent) throw new Error(`the sandbox has sent nothing for ${gateway}`);
    return sent.body;
  };
  const sign: Shop["sign"] = async (gateway, { target, atMs = Date.now() }) => {
    const body = bodyOf(gateway);
    if (gateway === "xfers") {
      return { body, headers: await signXfersCallback(body, sandbox.xfers.credentials.signingSecret) };
    }
    if (gateway === "singapay") {
      const secret = sandbox.singapay.credentials.clientSecret;
      return { body, headers: await signSingapayWebhook(body, { secret, target, atMs }) };
    }
    const signed = await signMidtransNotification(JSON.parse(body), sandbox.midtrans.credentials.serverKey);
    return { body: JSON.stringify(signed), headers: { "content-type": "application/json" } };
  };

  let opened = 0;
  const ledgers: Ledger<SqliteTransaction, undefined>[] = [];
  return {
    links,
    sandbox,
    sign,
    openLedger: () => {
      const path = join(folder, `${(opened += 1)}.db`);
      copyFileSync(template, path);
      const database = new DatabaseSync(path);
      // The settings of a connection of one's own stay, and no test is about power failures.
      database.exec("PRAGMA synchronous = OFF");
      const copy = createLedger({ links, database: sqlite(database) });
      ledgers.push(copy);
      return copy;
    },
    close: async () => {
      for (const each of ledgers) await each.end();
      await sandbox.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
};
