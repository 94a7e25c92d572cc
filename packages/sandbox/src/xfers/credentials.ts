export const XFERS_CREDENTIALS = {
  apiKey: "test_tautan_sandbox",
  secretKey: "secret_tautan_sandbox",
  signingSecret: "ss_tautan_sandbox",
} as const;
