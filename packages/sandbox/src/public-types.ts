// The public types, for the providers that exist.
import type * as chaos from "./chaos/rules.ts";
import type { Definition } from "./providers.ts";
import type * as types from "./types.ts";

/** A provider that the sandbox simulates. */
export type Provider = Definition["name"];

/** A provider that a sandbox starts if the option `gateways` is absent. */
export type DefaultProvider = Exclude<Definition, { readonly startsOnRequest: true }>["name"];

/** The URL and the credentials of each provider's API. */
export type ProviderServers = types.ServersOf<Definition>;

/** How to start a sandbox. Every option has a default. */
export type SandboxOptions<Started extends Provider = DefaultProvider> = types.SandboxOptionsOf<Provider, Started>;

/** A running sandbox: the started providers, and the actions on them. */
export type Sandbox<Started extends Provider = DefaultProvider> = types.SandboxOf<Definition, Started>;

/** A payment through a link, which can be paid once. */
export type Payment = types.Payment<Provider>;
/** The faults. None is set at first. */
export type ChaosRules = chaos.ChaosRules<Provider>;
/** The settings at the start, by provider and fault. */
export type ChaosSettings = chaos.ChaosSettings<Provider>;
/** A fault as it is listed. */
export type FaultDescription = chaos.FaultDescription<Provider>;
/** A fault with its current setting. */
export type FaultState = chaos.FaultState<Provider>;
/** Links by provider. */
export type InitialLinks = types.InitialLinks<Provider>;
/** A link as the control API lists it. */
export type LinkSummary = types.LinkSummary<Provider>;
/** One sending of a webhook, recorded when it was answered, had failed, or had no URL. */
export type RecordedDelivery = types.RecordedDelivery<Provider>;
/** One API call that reached a provider's server. */
export type RecordedRequest = types.RecordedRequest<Provider>;
/** An API call or a webhook, as `watch` reports it. */
export type SandboxRecord = types.SandboxRecord<Provider>;
/** The actions of a sandbox. Impossible actions reject with an `Error` that gives the reason. */
export type SandboxActions = types.SandboxActions<Provider>;
