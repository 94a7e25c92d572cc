import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { PaymentLinks } from "@tautan/core";
import { createPaymentLinksFromConfig, type DriverDefinition, type Environment } from "@tautan/core/config";
import { createMemoryDriver, type MemoryDriver, memory as memoryDefinition } from "@tautan/driver-memory";
import { createSandbox, type Sandbox } from "@tautan/sandbox";
import { onTestFinished } from "vitest";
import {
  DRIVERS,
  environmentOf,
  GATEWAY_KEYS,
  type GatewayKey,
  onSandbox,
  readConfiguration,
} from "../src/configuration.ts";
import { createMerchant, type Merchant, type MerchantEvents } from "../src/merchant.ts";
import { startWebServer } from "../src/web-server.ts";

export const GATEWAYS = ["memory", ...GATEWAY_KEYS] as const;
type Gateway = (typeof GATEWAYS)[number];

export interface Shop {
  readonly sandbox: Sandbox<GatewayKey>;
  readonly memory: MemoryDriver;
  readonly env: Environment;
  /** The configuration file with all gateways, and a default. */
  readonly configuration: (defaultKey: string) => {
    readonly default: string;
    readonly gateways: Readonly<Record<string, object>>;
  };
  readonly load: (configuration: unknown) => Promise<PaymentLinks>;
  /** Opens a back end on the web and has the sandbox's webhooks sent there. */
  readonly serve: (links: PaymentLinks, events?: MerchantEvents) => Promise<Merchant>;
  /** Lets a customer pay: at a gateway in the sandbox, or at the memory driver, whose webhook is then brought by hand. */
  readonly pay: (merchant: Merchant, key: Gateway, url: string, reference: string) => Promise<void>;
}

/** A sandbox, a memory driver and the configuration that puts the same merchant on any of them. */
export const openShop = async (): Promise<Shop> => {
  const sandbox = await createSandbox({ gateways: GATEWAY_KEYS });
  onTestFinished(() => sandbox.close());
  const folder = mkdtempSync(join(tmpdir(), "tautan-merchant-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const database = join(folder, "shop.db");
  const memory = createMemoryDriver();
  const env = environmentOf(sandbox);
  const drivers: readonly DriverDefinition[] = [{ ...memoryDefinition, create: () => memory }, ...DRIVERS];
  const base = onSandbox(readConfiguration(), sandbox);
  return {
    sandbox,
    memory,
    env,
    configuration: (defaultKey) => ({
      default: defaultKey,
      gateways: { ...base.gateways, memory: { driver: "memory" } },
    }),
    load: async (configuration) => {
      const loaded = await createPaymentLinksFromConfig(configuration, { drivers, env });
      if (loaded.isErr()) throw new Error(loaded.error.message);
      return loaded.value;
    },
    serve: async (links, events) => {
      const merchant = createMerchant(links, events, { database });
      onTestFinished(async () => {
        await sandbox.idle();
        await merchant.close();
      });
      const server = await startWebServer(merchant, 0);
      onTestFinished(() => server.close());
      await sandbox.idle();
      for (const key of GATEWAY_KEYS) {
        sandbox.setWebhookUrl(key, `${server.url}/webhooks/${key}`);
      }
      return merchant;
    },
    pay: async (merchant, key, url, reference) => {
      if (key !== "memory") {
        await sandbox.pay(url);
        await sandbox.idle();
        return;
      }
      const { webhook } = await memory.simulate.pay(reference);
      const request = new Request(`https://shop.example${webhook.url}`, webhook);
      await merchant.receive("memory", request);
    },
  };
};
