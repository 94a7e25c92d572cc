export const STRIPE_CREDENTIALS = {
  secretKey: "sk_test_tautan_sandbox",
  webhookSecret: "whsec_tautan_sandbox",
} as const;

/** Signs too while the secret is rolled: docs.stripe.com/webhooks, "Roll endpoint signing secrets". */
export const EARLIER_WEBHOOK_SECRET = "whsec_tautan_sandbox_earlier";

/** The version whose objects the simulator writes: those of github.com/stripe/stripe-node at v23. */
export const API_VERSION = "2026-07-29.dahlia";
