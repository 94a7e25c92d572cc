// Written by `npm run docs` from the folders of drivers and simulators: do not edit.
import type { midtrans } from "./midtrans/definition.ts";
import type { singapay } from "./singapay/definition.ts";
import type { stripe } from "./stripe/definition.ts";
import type { xendit } from "./xendit/definition.ts";
import type { xfers } from "./xfers/definition.ts";

/** A provider that the sandbox simulates. */
export type Definition = typeof midtrans | typeof singapay | typeof stripe | typeof xendit | typeof xfers;

/** Loads the simulator of a provider. */
export const LOADERS: { readonly [Known in Definition as Known["name"]]: () => Promise<Known> } = {
  midtrans: async () => (await import("./midtrans/definition.ts")).midtrans,
  singapay: async () => (await import("./singapay/definition.ts")).singapay,
  stripe: async () => (await import("./stripe/definition.ts")).stripe,
  xendit: async () => (await import("./xendit/definition.ts")).xendit,
  xfers: async () => (await import("./xfers/definition.ts")).xfers,
};
