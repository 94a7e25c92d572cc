import { err, ok, type Result, ResultAsync } from "@tautan/core";
import { namedLinks } from "./named-links.ts";
import { lookupAtGateway, lookupInLedger } from "./sources.ts";
import { returnOf } from "./state.ts";
import type { PaymentReturn, ReturnError, ReturnHandlerOptions, ReturnRefusedError, ReturnSource } from "./types.ts";

/** A URL, its path and query, or a request that has one. */
export type ReturnRequest =
  | string
  | URL
  | { readonly url?: string | undefined; readonly originalUrl?: string | undefined };

/** Returns the confirmed state of the link that a URL names. Never rejects. */
export type ConfirmReturn = (request: ReturnRequest) => ResultAsync<PaymentReturn, ReturnError>;

/**
 * Creates `confirmReturn` for the page to which a payer returns. The URL is only a hint, because anyone can type it: the gateway is asked
 * for the state, at most once in a few seconds for each link.
 *
 * Put your reference into the redirect: `redirect: { url: "https://shop.example/thanks?reference=INV-001" }`. Parameters that
 * a gateway appends are understood too. Without a ledger, links of the default gateway are found, and of others if the gateway names its payment.
 *
 * @throws `TypeError` if an argument is invalid.
 *
 * @example
 * ```ts
 * import type { Ledger } from "@tautan/ledger";
 * import { createReturnHandler } from "@tautan/webhooks";
 *
 * const thanksPage = (ledger: Ledger<unknown, unknown>) => {
 *   const confirmReturn = createReturnHandler({ ledger });
 *   return async (request: Request): Promise<string> => {
 *     const returned = await confirmReturn(request);
 *     if (returned.isErr()) return "We are looking for your payment";
 *     const { status, link } = returned.value;
 *     return status === "paid" ? `Thank you for ${link.title}` : `Not paid yet: ${link.url}`;
 *   };
 * };
 * ```
 */
export const createReturnHandler = (source: ReturnSource, options: ReturnHandlerOptions = {}): ConfirmReturn => {
  const { parameter, ...limits } = checkReturnOptions(options);
  const links = "ledger" in source ? source.ledger?.links : source.links;
  if (typeof links?.find !== "function") throw invalid("source", "expected { ledger } or { links }");
  const lookup = "ledger" in source ? lookupInLedger(source.ledger, limits) : lookupAtGateway(links, limits);

  const confirm = async (request: ReturnRequest): Promise<Result<PaymentReturn, ReturnError>> => {
    const named = namedLinks(queryOf(request), parameter, links);
    if (named.length === 0) return err(noReference(parameter));
    for (const each of named) {
      const state = await lookup(each);
      if (state.isErr()) return err(state.error);
      if (state.value) return ok(returnOf(state.value, each.payment));
    }
    return err(UNKNOWN_LINK);
  };
  return (request) => new ResultAsync(confirm(request));
};

const queryOf = (request: ReturnRequest): URLSearchParams => {
  const url =
    typeof request === "string" || request instanceof URL ? request : (request.originalUrl ?? request.url ?? "");
  const text = String(url);
  const at = text.indexOf("?");
  return new URLSearchParams(at === -1 ? "" : text.slice(at).replace(/#.*$/s, ""));
};

const noReference = (parameter: string): ReturnRefusedError => ({
  kind: "no_reference",
  message: "the URL names no link",
  hint: `Put your reference into the redirect of the link: ?${parameter}=INV-001.`,
  retryable: false,
});

const UNKNOWN_LINK: ReturnRefusedError = Object.freeze({
  kind: "unknown_link",
  message: "there is no link with the reference in the URL",
  hint: "Anyone can type the URL. If you made the link, check the gateway and the reference in its redirect.",
  retryable: false,
});

type Checked = { readonly [Name in keyof ReturnHandlerOptions]-?: NonNullable<ReturnHandlerOptions[Name]> };

const checkReturnOptions = (options: ReturnHandlerOptions): Checked => {
  const { parameter = "reference", askEveryMs = 3000, timeoutMs = 5000, clock = Date } = options;
  const fields: readonly string[] = ["parameter", "askEveryMs", "timeoutMs", "clock"];
  const unknown = Object.keys(options).find((name) => !fields.includes(name));
  if (unknown !== undefined) throw invalid(unknown, `expected one of ${fields.join(", ")}`);
  if (typeof parameter !== "string" || parameter === "") throw invalid("parameter", "expected the name of a parameter");
  if (!isMs(askEveryMs, 0)) throw invalid("askEveryMs", `expected milliseconds from 0, got ${String(askEveryMs)}`);
  if (!isMs(timeoutMs, 1)) throw invalid("timeoutMs", `expected milliseconds from 1, got ${String(timeoutMs)}`);
  return { parameter, askEveryMs, timeoutMs, clock };
};

const isMs = (value: number, least: number): boolean => Number.isSafeInteger(value) && value >= least;

const invalid = (name: string, message: string): TypeError => new TypeError(`createReturnHandler: ${name}: ${message}`);
