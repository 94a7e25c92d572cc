import type { NextConfig } from "next";

const config: NextConfig = {
  // Node loads them, not the bundle.
  serverExternalPackages: ["@tautan/core", "@tautan/driver-midtrans", "@tautan/ledger", "@tautan/webhooks", "pg"],
  // tsc has checked them.
  typescript: { ignoreBuildErrors: true },
};

export default config;
