import { readFileSync } from "node:fs";
import { createPaymentLinksFromConfig } from "@tautan/core/config";
import { midtrans } from "@tautan/driver-midtrans";
import { singapay } from "@tautan/driver-singapay";
import { xfers } from "@tautan/driver-xfers";

const config: unknown = JSON.parse(readFileSync("gateways.json", "utf8"));
const loaded = await createPaymentLinksFromConfig(config, { drivers: [midtrans, xfers, singapay], env: process.env });
if (loaded.isErr()) throw new Error(loaded.error.message);
export const links = loaded.value;
