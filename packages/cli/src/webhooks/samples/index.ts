import type { Samples } from "./sample.ts";

const LOADERS: Readonly<Record<string, () => Promise<{ readonly SAMPLES: Samples }>>> = {
  midtrans: () => import("./midtrans.ts"),
  xfers: () => import("./xfers.ts"),
  singapay: () => import("./singapay.ts"),
};

/** The drivers that have samples. */
export const SAMPLED_DRIVERS: readonly string[] = Object.keys(LOADERS);

/** The samples of a driver, or `undefined`. */
export const loadSamples = async (driver: string): Promise<Samples | undefined> =>
  Object.hasOwn(LOADERS, driver) ? (await LOADERS[driver]?.())?.SAMPLES : undefined;
