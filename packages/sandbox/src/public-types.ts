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

export type Attempt = types.Attempt<Provider>;
export type ChaosRules = chaos.ChaosRules<Provider>;
export type ChaosSettings = chaos.ChaosSettings<Provider>;
export type FaultDescription = chaos.FaultDescription<Provider>;
export type FaultState = chaos.FaultState<Provider>;
export type InitialLinks = types.InitialLinks<Provider>;
export type LinkSummary = types.LinkSummary<Provider>;
export type RecordedDelivery = types.RecordedDelivery<Provider>;
export type RecordedRequest = types.RecordedRequest<Provider>;
export type SandboxActions = types.SandboxActions<Provider>;
