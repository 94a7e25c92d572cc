import { createHmac } from "node:crypto";
import type { Unit } from "../database/unit.ts";
import { readSecret } from "../schema/secret.ts";

/**
 * The key by which a customer's links are found: an HMAC of the e-mail address under the secret of the ledger, so that neither an
 * index nor a log of statements contains addresses. Capitals and outer spaces do not matter. `null` without an address.
 */
export function* customerKeyOf(email: string | undefined): Unit<string | null> {
  const normal = email?.normalize("NFC").trim().toLowerCase() ?? "";
  if (normal === "") return null;
  return createHmac("sha256", yield* readSecret())
    .update(normal)
    .digest("hex");
}
