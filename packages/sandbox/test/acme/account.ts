import type { Currency } from "@tautan/sandbox/simulator-kit";

export const euro: Currency = { code: "EUR", decimals: 2, locale: "en-IE", name: "euros", unitName: "euros and cents" };
export const acmeKey = "sk_test_acme";
export const acmeWebhookSecret = "whsec_acme";
