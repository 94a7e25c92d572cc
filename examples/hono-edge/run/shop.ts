// The shop on workerd, and the gateway's API on this machine.
import { type AddressInfo, createServer } from "node:net";
import { resolve } from "node:path";
import { createSandbox, type Sandbox } from "@tautan/sandbox";
import { type RunningWorker, runWorker } from "./workerd.ts";

export interface ShopOptions {
  /** Default: a free port. */
  readonly port?: number;
  /** The folder of the orders. Default: they are lost at the end. */
  readonly storage?: string;
  /** Default: the key that the sandbox knows. */
  readonly serverKey?: string;
  readonly compatibilityDate?: string;
}

export interface Shop {
  readonly url: string;
  readonly sandbox: Sandbox<"midtrans">;
  /** What workerd has printed. */
  readonly output: () => string;
  /** Ends the Worker and starts it again, on the same port. */
  restart(): Promise<void>;
  close(): Promise<void>;
}

export const startShop = async ({
  port: given,
  storage,
  serverKey,
  compatibilityDate,
}: ShopOptions = {}): Promise<Shop> => {
  const port = given ?? (await freePort());
  const sandbox = await createSandbox({
    gateways: ["midtrans"],
    webhookUrls: { midtrans: `http://127.0.0.1:${port}/webhooks/midtrans` },
  });
  const start = (): Promise<RunningWorker> =>
    runWorker({
      entry: resolve(import.meta.dirname, "../src/worker.ts"),
      env: {
        MIDTRANS_SERVER_KEY: serverKey ?? sandbox.midtrans.credentials.serverKey,
        MIDTRANS_BASE_URL: sandbox.midtrans.url,
      },
      durableObjects: { ORDERS: "Order" },
      storage,
      compatibilityDate,
      port,
    });
  try {
    let worker = await start();
    return {
      url: worker.url,
      sandbox,
      output: () => worker.output(),
      restart: async () => {
        await worker.close();
        worker = await start();
      },
      close: async () => {
        await worker.close();
        await sandbox.close();
      },
    };
  } catch (error) {
    await sandbox.close();
    throw error;
  }
};

/** The sandbox needs the address of the shop, and the shop that of the sandbox. */
const freePort = async (): Promise<number> => {
  const server = createServer();
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const { port } = server.address() as AddressInfo;
  await new Promise<void>((done) => server.close(() => done()));
  return port;
};
