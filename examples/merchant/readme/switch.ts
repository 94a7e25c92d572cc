import { readFileSync } from "node:fs";
import { createPaymentLinksFromConfig } from "@tautan/core/config";
import { midtrans } from "@tautan/driver-midtrans";
import { singapay } from "@tautan/driver-singapay";
import { stripe } from "@tautan/driver-stripe";
import { xendit } from "@tautan/driver-xendit";
import { xfers } from "@tautan/driver-xfers";

const config: unknown = JSON.parse(readFileSync("gateways.json", "utf8"));
const drivers = [midtrans, xfers, singapay, xendit, stripe];
const loaded = await createPaymentLinksFromConfig(config, { drivers, env: process.env });
if (loaded.isErr()) throw new Error(loaded.error.message);
export const links = loaded.value;
