// `tautan dev` as a process, beside the program of a merchant.
import { onTestFinished } from "vitest";
import type { Project, Ran, RunOptions } from "./project.ts";

/** A running `tautan dev`. */
export interface Dev {
  /** Resolves with the match once standard output has it; rejects if the process ends before. */
  until(pattern: RegExp): Promise<RegExpExecArray>;
  kill(signal: NodeJS.Signals): void;
  readonly ended: Promise<Ran>;
}

/** Starts it on free ports. It ends with the test at the latest. */
export const startDev = (project: Project, words: readonly string[], options: RunOptions = {}): Dev => {
  let output = "";
  let send: ((signal: NodeJS.Signals) => void) | undefined;
  const looks = new Set<() => void>();
  const ended = project.run(["dev", "--port", "0", ...words], {
    ...options,
    onStart: (kill) => {
      send = kill;
    },
    onOutput: (text) => {
      output = text;
      for (const look of looks) look();
    },
  });
  onTestFinished(async () => {
    send?.("SIGTERM");
    await ended;
  });
  return {
    until: (pattern) =>
      new Promise((resolve, reject) => {
        const look = (): void => {
          const match = pattern.exec(output);
          if (!match) return;
          looks.delete(look);
          resolve(match);
        };
        looks.add(look);
        look();
        ended.then(({ code, stderr }) => {
          look();
          reject(new Error(`tautan dev ended with ${code} before ${pattern}:\n${output}\n${stderr}`));
        }, reject);
      }),
    kill: (signal) => send?.(signal),
    ended,
  };
};

/** A merchant's program: it creates links at the gateways of its configuration, and receives webhooks. */
export const MERCHANT = `
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { createPaymentLinksFromConfig } from "@tautan/core/config";
import { midtrans } from "@tautan/driver-midtrans";
import { singapay } from "@tautan/driver-singapay";
import { xfers } from "@tautan/driver-xfers";

const config = JSON.parse(readFileSync("gateways.json", "utf8"));
const drivers = [midtrans, xfers, singapay];
const links = (await createPaymentLinksFromConfig(config, { drivers, env: process.env }))._unsafeUnwrap();
const server = createServer(async (request, response) => {
  const chunks = [];
  for await (const chunk of request) chunks.push(chunk);
  const parts = { method: request.method, url: request.url, headers: request.headers, body: Buffer.concat(chunks) };
  const delivery = await links.parseWebhook(request.url.split("/").at(-1), parts);
  const { status, body } = delivery.isOk() ? delivery.value.acknowledgement : delivery.error.acknowledgement;
  response.writeHead(status).end(body);
});
server.listen(Number(process.argv[2] ?? 0), "127.0.0.1", async () => {
  console.log("listens on " + server.address().port);
  for (const gateway of links.gateways) {
    const customer = gateway === "xfers" ? { name: "Sari", email: "sari@example.test", phone: "+628110000001" } : undefined;
    const amount = { amount: "190000", currency: "IDR" };
    const link = await links.create({ gateway, customer, reference: "INV-" + gateway, title: "Concert", amount });
    console.log(link.isOk() ? "link " + link.value.url : "no link: " + link.error.kind);
  }
});
`;

/** The configuration of the merchant: real keys, which the sandbox does not have. */
export const CONFIG = {
  default: "main",
  gateways: {
    main: { driver: "midtrans", environment: "sandbox", serverKey: { env: "SHOP_KEY" } },
    xfers: {
      driver: "xfers",
      environment: "sandbox",
      apiKey: { env: "XFERS_API_KEY" },
      secretKey: { env: "XFERS_SECRET" },
      signingSecrets: [{ env: "XFERS_SIGNING" }],
    },
    singapay: {
      driver: "singapay",
      environment: "sandbox",
      clientId: "the-real-client",
      clientSecret: { env: "SINGAPAY_SECRET" },
      apiKey: { env: "SINGAPAY_KEY" },
      accountId: "01REALACCOUNT",
    },
  },
} as const;

/** Its keys of the providers. */
export const ENVIRONMENT_FILE = [
  "SHOP_KEY",
  "XFERS_API_KEY",
  "XFERS_SECRET",
  "XFERS_SIGNING",
  "SINGAPAY_SECRET",
  "SINGAPAY_KEY",
]
  .map((name) => `${name}=the-real-value-of-${name.toLowerCase()}`)
  .join("\n");

/** The words that start a program with the sources of the packages. */
export const nodeWith = (...words: readonly string[]): readonly string[] => [
  "--",
  process.execPath,
  "--conditions=@tautan/source",
  ...words,
];
