import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import {
  createPaymentLinks,
  type Delivery,
  idr,
  type PaymentLink,
  type PaymentLinkError,
  type PaymentLinks,
  type Result,
  type WebhookError,
} from "@tautan/core";
import { createMidtransDriver } from "@tautan/driver-midtrans";
import { createSingapayDriver } from "@tautan/driver-singapay";
import { createXfersDriver } from "@tautan/driver-xfers";
import { onTestFinished } from "vitest";
import {
  type ApiFaultName,
  createSandbox,
  type FaultSetting,
  type RecordedRequest,
  type Sandbox,
  type SandboxOptions,
} from "../src/index.ts";
import { startMs } from "./support.ts";

/** Those whose links are created here. Other providers have their own tests. */
export type ShopGateway = "midtrans" | "xfers" | "singapay";

const gateways: readonly ShopGateway[] = ["midtrans", "xfers", "singapay"];

/** A webhook as the merchant's back end saw it. */
export interface Heard {
  readonly gateway: ShopGateway;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: Buffer;
  /** What the driver makes of it. */
  readonly parsed: Result<Delivery, WebhookError>;
  /** When it came, by the sandbox's clock. */
  readonly atMs: number;
}

export interface Shop {
  readonly sandbox: Sandbox;
  readonly links: PaymentLinks;
  readonly heard: readonly Heard[];
  readonly create: (gateway: ShopGateway, reference?: string) => Promise<Result<PaymentLink, PaymentLinkError>>;
  /** Lets a fault strike the call that creates the next link. */
  readonly strikeCreate: (gateway: ShopGateway, fault: ApiFaultName, setting: FaultSetting) => void;
  /** The pay page of a new link. */
  readonly createUrl: (gateway: ShopGateway, reference?: string) => Promise<string>;
  /** How many times each call reached the provider's server, as `POST /path`, without token calls. */
  readonly calls: (gateway: ShopGateway) => readonly string[];
}

/** A merchant on all three gateways of a sandbox that stands still, with a webhook address that answers as the drivers say. */
export const openShop = async (options: SandboxOptions = {}, timeoutMs = 30_000): Promise<Shop> => {
  const sandbox = await createSandbox({ seed: "shop", clock: { frozenAt: startMs }, ...options });
  onTestFinished(() => sandbox.close());
  const { midtrans, xfers, singapay } = sandbox;
  const { signingSecret, ...xfersKeys } = xfers.credentials;
  const environment = "sandbox" as const;
  const links = createPaymentLinks({
    default: "midtrans",
    clock: sandbox.clock,
    timeoutMs,
    gateways: {
      midtrans: createMidtransDriver({ environment, baseUrl: midtrans.url, ...midtrans.credentials }),
      xfers: createXfersDriver({
        environment,
        baseUrl: `${xfers.url}/api/v4`,
        ...xfersKeys,
        signingSecrets: [signingSecret],
      }),
      singapay: createSingapayDriver({ environment, baseUrl: singapay.url, ...singapay.credentials }),
    },
  });
  const heard = await listen(sandbox, links);
  const create: Shop["create"] = (gateway, reference = "INV-1") =>
    Promise.resolve(
      links.create({
        gateway,
        reference,
        title: "Concert",
        amount: idr(20_000),
        usage: { limit: 1 },
        customer: { name: "Sari", email: "sari@example.test", phone: "+628110000001" },
        omitIfUnsupported: ["customer"],
      }),
    );
  return {
    sandbox,
    links,
    heard,
    create,
    strikeCreate(gateway, fault, setting) {
      // Before a create at SingaPay its newest links are looked through: the fault is for what comes after that.
      if (gateway === "singapay")
        afterNextRequest(sandbox, () => {
          sandbox.chaos.set(gateway, fault, setting);
        });
      else sandbox.chaos.set(gateway, fault, setting);
    },
    async createUrl(gateway, reference) {
      const created = await create(gateway, reference);
      if (created.isErr()) throw new Error(created.error.message);
      return created.value.url;
    },
    calls: (gateway) =>
      sandbox.requests
        .filter(({ provider, path }) => provider === gateway && !path.includes("access-token"))
        .map(({ method, path }) => `${method} ${path.split("?")[0]}`),
  };
};

/** Before the answer to the next request is sent. The list of requests is the same one all along. */
const afterNextRequest = ({ requests }: Sandbox, work: () => void): void => {
  const entries = requests as RecordedRequest[];
  const push = entries.push.bind(entries);
  Object.assign(entries, {
    push: (...added: RecordedRequest[]) => {
      Object.assign(entries, { push });
      work();
      return push(...added);
    },
  });
};

const listen = async (sandbox: Sandbox, links: PaymentLinks): Promise<readonly Heard[]> => {
  const heard: Heard[] = [];
  const server = createServer((request, response) => {
    void (async () => {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk as Buffer);
      const body = Buffer.concat(chunks);
      const { url = "/", headers } = request;
      const gateway = url.slice(1) as ShopGateway;
      const parsed = await links.parseWebhook(gateway, { method: "POST", url, headers, body });
      heard.push({ gateway, headers, body, parsed, atMs: sandbox.clock.now() });
      const answer = parsed.isOk() ? parsed.value.acknowledgement : parsed.error.acknowledgement;
      response.writeHead(answer.status, answer.headers).end(answer.body);
    })();
  });
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  for (const gateway of gateways) {
    sandbox.setWebhookUrl(gateway, `http://127.0.0.1:${(server.address() as AddressInfo).port}/${gateway}`);
  }
  return heard;
};
