import { createConsoleReport, type OnProblem } from "./problem.ts";
import { hasLedger, type WebhookReceiver } from "./receiver.ts";

/** The options of a webhook handler. */
export interface WebhookHandlerOptions {
  /** The gateway's key, if the handler receives from one gateway only. Default: the last part of the path. */
  readonly gateway?: string | undefined;
  /**
   * The public URL of the handler, if a proxy changes the path: some gateways sign the path at which they called. With `{gateway}`, it
   * replaces the path of each request: `https://shop.example/hooks/{gateway}`. Without, its path is put in front, for a proxy that
   * removes it: `https://shop.example/api`. Default: the path at which the request arrived. Headers of proxies are never trusted.
   */
  readonly publicUrl?: string | undefined;
  /**
   * The largest body, in bytes. It only lowers `maxWebhookBytes` of the links, which is 64 KiB by default.
   */
  readonly maxBodyBytes?: number | undefined;
  /** Receives each problem. Default: the console, at most once a minute for each gateway and reason. */
  readonly onProblem?: OnProblem | undefined;
  /** The source of the current time, for tests. Default: the system's clock. */
  readonly clock?: { now(): number } | undefined;
}

export interface CheckedOptions {
  readonly gateway: string | undefined;
  readonly publicUrl: string | undefined;
  readonly maxBodyBytes: number;
  readonly onProblem: OnProblem;
  readonly clock: { now(): number };
}

const FIELDS: readonly string[] = [
  "gateway",
  "publicUrl",
  "maxBodyBytes",
  "onProblem",
  "clock",
] satisfies (keyof WebhookHandlerOptions)[];

export const checkOptions = (options: WebhookHandlerOptions): CheckedOptions => {
  const { gateway, publicUrl, maxBodyBytes, clock = Date, onProblem = createConsoleReport(clock) } = options;
  const unknown = Object.keys(options).find((name) => !FIELDS.includes(name));
  if (unknown !== undefined) throw invalid(unknown, `expected one of ${FIELDS.join(", ")}`);
  if (gateway !== undefined && (typeof gateway !== "string" || gateway === "")) {
    throw invalid("gateway", "expected the key of a gateway");
  }
  if (maxBodyBytes !== undefined && !(Number.isSafeInteger(maxBodyBytes) && maxBodyBytes >= 1)) {
    throw invalid("maxBodyBytes", `expected a whole number of bytes from 1, got ${String(maxBodyBytes)}`);
  }
  if (typeof onProblem !== "function") throw invalid("onProblem", "expected a function");
  return { gateway, publicUrl, maxBodyBytes: maxBodyBytes ?? Number.POSITIVE_INFINITY, onProblem, clock };
};

export const checkReceiver = (receiver: WebhookReceiver): void => {
  if (hasLedger(receiver)) {
    if (typeof receiver.ledger?.ingest !== "function") {
      throw invalid("ledger", "expected what createLedger returned");
    }
    return;
  }
  if (typeof receiver?.links?.parseWebhook !== "function") {
    throw invalid("links", "expected { ledger }, or { links, onEvent } with what createPaymentLinks returned");
  }
  if (typeof receiver.onEvent !== "function") {
    throw invalid("onEvent", "expected a function: a delivery is acknowledged after it");
  }
};

export const invalid = (name: string, message: string): TypeError =>
  new TypeError(`createWebhookHandler: ${name}: ${message}`);
