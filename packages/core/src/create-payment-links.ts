import { historyUnderKey, mergeHistories } from "./derive-history.ts";
import { bindGateway, bindOperations } from "./facade/bind.ts";
import { createConfiguration } from "./facade/create-configuration.ts";
import { runnerOf } from "./facade/run.ts";
import type { PaymentLinkHistory } from "./history.ts";
import { joinId, splitId } from "./identifiers.ts";
import { type CheckQuery, checkCreate } from "./operations/check.ts";
import type { CallOptions } from "./operations/configuration.ts";
import { sendStoredCreate } from "./operations/create.ts";
import { planCreate } from "./operations/prepare-create.ts";
import { resumeCreate } from "./operations/resume-create.ts";
import type { Gateways, PaymentLinks, PaymentLinksOptions } from "./payment-links.ts";
import type { PreparedCreate, PrepareOptions, ResumeOptions } from "./prepared-create.ts";
import type { CreatePaymentLink } from "./request.ts";
import { snapshotOf } from "./validation/snapshot.ts";

/**
 * Creates the API for the configured gateways. Operations never throw: each returns a `ResultAsync`.
 *
 * @throws `TypeError` if the options are invalid.
 *
 * @example
 * ```ts
 * import { createPaymentLinks } from "@tautan/core";
 * import { createMidtransDriver } from "@tautan/driver-midtrans";
 *
 * const serverKey = process.env["MIDTRANS_SERVER_KEY"] ?? "";
 * const midtrans = createMidtransDriver({ environment: "sandbox", serverKey });
 * const links = createPaymentLinks({ default: "midtrans", gateways: { midtrans } });
 * ```
 */
export const createPaymentLinks = <const G extends Gateways>(options: PaymentLinksOptions<G>): PaymentLinks<G> => {
  const runtime = createConfiguration(options);
  const run = runnerOf(runtime);
  const operations = bindOperations(runtime);
  // Only the type knows the operations of each key: at run time, all gateways are bound in the same way.
  return Object.freeze({
    ...operations,
    gateways: runtime.keys,
    default: runtime.defaultKey,
    timeoutMs: runtime.timeoutMs,
    gateway: (key: string) => {
      const gateway = runtime.gateways.get(key);
      if (!gateway)
        throw new TypeError(`gateway: expected one of ${runtime.keys.join(", ")}, got ${JSON.stringify(key)}`);
      return bindGateway(runtime, gateway, operations);
    },
    check: (request: CreatePaymentLink, query: CheckQuery = {}) =>
      run("create", () => checkCreate(runtime, snapshotOf(request), query)),
    prepare: (request: CreatePaymentLink, prepareOptions?: PrepareOptions) =>
      run("create", () => planCreate(runtime, snapshotOf(request), prepareOptions)),
    send: (prepared: PreparedCreate, callOptions?: CallOptions) =>
      run("create", () => sendStoredCreate(runtime, snapshotOf(prepared), callOptions)),
    resume: (prepared: PreparedCreate, resumeOptions?: ResumeOptions) =>
      run("create", () => resumeCreate(runtime, snapshotOf(prepared), resumeOptions), "unknown"),
    mergeHistories: (current: PaymentLinkHistory, incoming: PaymentLinkHistory) => {
      const underCurrentKey = (history: PaymentLinkHistory): PaymentLinkHistory =>
        historyUnderKey(history, runtime.gateways.get(history.gateway)?.key ?? history.gateway);
      return mergeHistories(underCurrentKey(current), underCurrentKey(incoming));
    },
    canonicalId: (id: unknown) => {
      const parts = splitId(id);
      const gateway = parts && runtime.gateways.get(parts.gateway);
      return gateway && joinId(gateway.key, parts.providerId);
    },
  }) as unknown as PaymentLinks<G>;
};
