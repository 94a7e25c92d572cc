import type { DriverError } from "../driver-contract.ts";
import type { CapabilityResult } from "../validation/apply-capabilities.ts";
import type { ChangesResult } from "../validation/changes.ts";
import { driverError, invalidRequest } from "./driver-error.ts";

/** The error of a request that was refused before anything was sent. `whole` names the input in issues without a path. */
export const refusal = (
  fit: Exclude<CapabilityResult | ChangesResult, { readonly kind: "fits" }>,
  whole: string,
): DriverError => {
  switch (fit.kind) {
    case "invalid_request":
      return invalidRequest(whole, fit.issues);
    case "unsupported": {
      const message = `nothing was sent: ${fit.features.map((each) => `${each.feature}: ${each.reason}`).join("; ")}`;
      const instead = fit.features.flatMap((each) =>
        each.instead === undefined ? [] : [`${each.feature}: ${each.instead}`],
      );
      const hint = instead.length > 0 ? `${instead.join("; ")}.` : undefined;
      return driverError("unsupported", { message, hint, features: fit.features });
    }
    case "amount_unrepresentable":
      return driverError("amount_unrepresentable", {
        message: `nothing was sent: ${fit.path}: ${fit.message}`,
        path: fit.path,
      });
  }
};
