import { midtrans } from "./midtrans/definition.ts";
import { singapay } from "./singapay/definition.ts";
import { xfers } from "./xfers/definition.ts";

/** The one list of providers: a new one is a folder with a definition, and its place here. */
export const providers: readonly [typeof midtrans, typeof xfers, typeof singapay] = [midtrans, xfers, singapay];
