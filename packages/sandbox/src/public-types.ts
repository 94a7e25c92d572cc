// What is public of the providers there are.
import type * as chaos from "./chaos/rules.ts";
import type { providers } from "./providers.ts";
import type * as types from "./types.ts";

type Definition = (typeof providers)[number];

/** A provider whose API the sandbox speaks. */
export type Provider = Definition["name"];

/** Where each provider's API is, and who may call it. */
export type ProviderServers = types.ServersOf<Definition>;

/** How to start a sandbox. Everything has a default. */
export type SandboxOptions<Started extends Provider = Provider> = types.SandboxOptionsOf<Provider, Started>;

/** The running sandbox: the providers that were started, and what to do with them. */
export type Sandbox<Started extends Provider = Provider> = types.SandboxOf<Definition, Started>;

/** One payer's try at paying a link. */
export type Payment = types.Payment<Provider>;
/** What goes wrong on purpose. Nothing is set at first. */
export type ChaosRules = chaos.ChaosRules<Provider>;
/** The settings at the start, by provider and fault. */
export type ChaosSettings = chaos.ChaosSettings<Provider>;
/** A fault as it is listed. */
export type FaultDescription = chaos.FaultDescription<Provider>;
/** A fault with what is set now. */
export type FaultState = chaos.FaultState<Provider>;
/** Links by provider. */
export type InitialLinks = types.InitialLinks<Provider>;
/** A link as the control API lists it. */
export type LinkSummary = types.LinkSummary<Provider>;
/** One sending of a webhook, recorded once it was answered, had failed, or had nowhere to go. */
export type RecordedDelivery = types.RecordedDelivery<Provider>;
/** One API call that reached a provider's server. */
export type RecordedRequest = types.RecordedRequest<Provider>;
/** What a sandbox does. Impossible actions reject with an `Error` that gives the reason. */
export type SandboxActions = types.SandboxActions<Provider>;
