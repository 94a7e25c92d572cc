// Declares the files that the author of a driver already has, so that the README's example is type-checked. It is never run.
import type { Forgery, PayPage, RawWebhook } from "@tautan/conformance";
import type { Clock, DriverCapabilities, Money } from "@tautan/core";
import type { AnyDriver } from "@tautan/core/driver";
import type { Transport } from "@tautan/driver-kit";

/** A simulator of the provider. */
export interface Acme {
  readonly url: string;
  readonly webhooks: readonly RawWebhook[];
  payPage(url: string): Promise<PayPage>;
  act(what: "open" | "pay" | "decline" | "settle", payPage: string, amount?: Money): Promise<void>;
  webhookAbout(event: string): RawWebhook;
  close(): Promise<void>;
}

export declare const capabilities: DriverCapabilities;
export declare const createAcmeDriver: (options: {
  readonly apiKey: string;
  readonly baseUrl: string;
  readonly transport: Transport;
}) => AnyDriver;
export declare const startAcme: (clock: Clock) => Promise<Acme>;
export declare const forgeAcme: (webhook: RawWebhook, how: Forgery) => RawWebhook;
