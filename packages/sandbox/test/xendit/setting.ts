import { onTestFinished, vi } from "vitest";
import { Xendit } from "xendit-node";
import { createSandbox, type Sandbox, type SandboxOptions } from "../../src/index.ts";
import { type Caller, type Json, startMs } from "../support.ts";
import { xenditCaller } from "./caller.ts";

export interface XenditSetting {
  readonly sandbox: Sandbox<"xendit">;
  /** Xendit's own client, pointed at the simulator. */
  readonly client: Xendit;
  readonly api: Caller;
  /** An invoice for Rp30.000, as an answer has it. */
  readonly create: (more?: object) => Promise<Json & { readonly id: string; readonly invoice_url: string }>;
  /** The bodies of the callbacks that were sent since the last call. */
  readonly callbacks: () => readonly Json[];
}

/** It warns that a test key is used, once for each client. */
const officialClient = (secretKey: string, xenditURL: string): Xendit => {
  const warnings = vi.spyOn(console, "warn").mockReturnValue();
  const client = new Xendit({ secretKey, xenditURL });
  warnings.mockRestore();
  return client;
};

/** A sandbox that stands still, with Xendit alone. */
export const startXendit = async (options: SandboxOptions<"xendit"> = {}): Promise<XenditSetting> => {
  const sandbox = await createSandbox({
    gateways: ["xendit"],
    seed: "xendit",
    clock: { frozenAt: startMs },
    ...options,
  });
  onTestFinished(() => sandbox.close());
  const { url, credentials } = sandbox.xendit;
  const api = xenditCaller(sandbox);
  let seen = 0;
  return {
    sandbox,
    get client() {
      return officialClient(credentials.secretKey, url);
    },
    api,
    create: async (more = {}) =>
      (await api("POST", "/v2/invoices", { external_id: "INV-1", amount: 30_000, ...more })).json as never,
    callbacks() {
      const bodies = sandbox.deliveries.slice(seen).map(({ body }) => JSON.parse(body) as Json);
      seen = sandbox.deliveries.length;
      return bodies;
    },
  };
};
